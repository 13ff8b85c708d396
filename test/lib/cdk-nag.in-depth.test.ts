import { App, Duration, Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { Stream as DataStream } from 'aws-cdk-lib/aws-kinesis';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Tracing } from 'aws-cdk-lib/aws-lambda';
import { DatabaseCluster } from 'aws-cdk-lib/aws-rds';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { AwsSolutionsChecks, HIPAASecurityChecks, type NagPack, NIST80053R5Checks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import {
  ApiAuthorization,
  BatchInput,
  BatchOutput,
  BatchSink,
  EndpointMonitor,
  HyperparameterRange,
  type InferenceApiOptions,
  LambdaInference,
  ModelPipeline,
  type ModelPipelineProps,
  MonitorBaseline,
  MonitorSink,
  OnnxModel,
  type PartProps,
  PromotionGate,
  ReleaseStrategy,
  RetrainingTrigger,
  ServedBy,
  StreamOutput,
  StreamSource,
} from '../../lib';
import { EXAMPLES, synthesizedExample } from '../examples/example-app';

const PROPS = {
  pipelineName: 'flights',
  training: { source: 'examples/flights/source' },
  data: { label: 'late' },
} satisfies ModelPipelineProps;

const REGULATED = (stack: Stack) => ({
  vpc: new Vpc(stack, 'Vpc'),
  encryptionKey: new Key(stack, 'Key', { enableKeyRotation: true }),
  tracing: Tracing.ACTIVE,
});

const IN = 'arn:aws:kinesis:eu-central-1:111111111111:stream/cards';

/** Findings that nothing explains, with the paths of their resources. */
function findings(pack: NagPack, scope: IConstruct): string[] {
  const { violations } = pack.validateScope(scope);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
  );
}

/** A pipeline whose policies are final, as when an app is synthesized. */
function synthesized(
  props: (stack: Stack) => Partial<ModelPipelineProps>,
  env = {},
): { readonly app: App; readonly pipeline: ModelPipeline } {
  const app = new App();
  const stack = new Stack(app, 'Test', { env });
  const pipeline = new ModelPipeline(stack, 'Model', { ...PROPS, ...props(stack) });
  app.synth();
  return { app, pipeline };
}

/**
 * What an app's own resources are like is the app's to explain: roles that are granted patterns, such as
 * uploads/*, a bucket without a log of accesses, and a queue and a stream with the CDK's defaults.
 */
const OF_APPS = [
  /^AwsSolutions-IAM5.* at Churn\/(Trainer|Shop)\//,
  /^AwsSolutions-S1 at ChurnBatch\/Customers\//,
  /^AwsSolutions-KDS3 at Fraud\/Transactions\//,
  /^AwsSolutions-SQS3 at Fraud\/Reviews\//,
];

describe("cdk-nag's pack AwsSolutions finds nothing unexplained", () => {
  test.each(EXAMPLES)('in the example %s', (name) => {
    const { app } = synthesizedExample(name);
    const found = findings(new AwsSolutionsChecks(app), app);
    expect(found.filter((finding) => !OF_APPS.some((own) => own.test(finding)))).toEqual([]);
  });

  test.each<[string, (stack: Stack) => Partial<ModelPipelineProps>]>([
    [
      'with scaling, a shadow and parallel profiling',
      () => ({
        releaseStrategy: ReleaseStrategy.shadow(),
        hosting: { scaling: { maxCapacity: 3, targetInvocationsPerInstance: 60 } },
        monitoring: { parallelProfiling: {} },
      }),
    ],
    ['that a function serves alone', () => ({ servedBy: ServedBy.FUNCTION })],
    [
      'that an asynchronous endpoint serves',
      () => ({
        servedBy: ServedBy.asynchronousEndpoint({ scaling: { maxCapacity: 2, targetBacklogPerInstance: 5 } }),
      }),
    ],
    ['that a serverless endpoint serves', () => ({ servedBy: ServedBy.serverlessEndpoint() })],
    [
      'with deployment guardrails and tuning',
      () => ({
        releaseStrategy: ReleaseStrategy.deploymentGuardrails(),
        training: {
          ...PROPS.training,
          metrics: { auc: 'auc=(.*)' },
          tuning: { ranges: { depth: HyperparameterRange.integer(1, 9) }, objective: 'auc' },
        },
      }),
    ],
    ['of a regulated account', REGULATED],
  ])('in a pipeline %s', (_title, props) => {
    const { pipeline } = synthesized(props);
    expect(findings(new AwsSolutionsChecks(pipeline), pipeline)).toEqual([]);
  });

  test.each<[string, (stack: Stack) => IConstruct]>([
    [
      'a pipeline of a model that is trained elsewhere',
      (stack) =>
        new ModelPipeline(stack, 'Part', {
          artifactSources: [Bucket.fromBucketName(stack, 'Models', 'models-of-others')],
          signingKey: new Key(stack, 'Signing', {
            keySpec: KeySpec.ECC_NIST_P256,
            keyUsage: KeyUsage.SIGN_VERIFY,
          }),
        }),
    ],
    [
      'a batch',
      (stack) => {
        const pipeline = new ModelPipeline(stack, 'Part', { servedBy: ServedBy.FUNCTION });
        const customers = Bucket.fromBucketName(stack, 'Customers', 'all-customers');
        return pipeline.addBatchInference('Nightly', {
          input: BatchInput.fromBucket(customers, 'daily/'),
          schedule: Schedule.cron({ hour: '2', minute: '0' }),
          maximumTimeBetweenRuns: Duration.hours(26),
        });
      },
    ],
    ['an HTTP API before a function', (stack) => apiBefore(ServedBy.FUNCTION, stack)],
    [
      'an HTTP API before an endpoint that everybody may call',
      (stack) => apiBefore(ServedBy.ENDPOINT, stack, { authorization: ApiAuthorization.none() }),
    ],
    [
      'a batch with sinks',
      (stack) => {
        const pipeline = new ModelPipeline(stack, 'Part', { servedBy: ServedBy.FUNCTION });
        const secret = Secret.fromSecretNameV2(stack, 'Secret', 'secret');
        const table = Table.fromTableName(stack, 'Scores', 'scores');
        const clusterIdentifier = 'main';
        return pipeline.addBatchInference('Nightly', {
          input: BatchInput.fromBucket(Bucket.fromBucketName(stack, 'Customers', 'all-customers'), 'daily/'),
          output: BatchOutput.csv({ columns: ['customer'] }),
          sinks: [
            BatchSink.dynamoDb(table, { keyColumn: 'customer' }),
            BatchSink.sqs(Queue.fromQueueArn(stack, 'Queue', 'arn:aws:sqs:eu-central-1:111111111111:queue')),
            BatchSink.webhook(secret),
            BatchSink.auroraDataApi(
              DatabaseCluster.fromDatabaseClusterAttributes(stack, 'Cluster', { clusterIdentifier }),
              { secret, database: 'churn', table: 'scores', keyColumn: 'customer' },
            ),
          ],
        });
      },
    ],
    [
      'a batch in the container that serves',
      (stack) => {
        const pipeline = new ModelPipeline(stack, 'Part');
        const input = BatchInput.fromBucket(pipeline.bucket, 'customers/');
        return pipeline.addBatchInference('Nightly', { input });
      },
    ],
    [
      'a stream from Kinesis',
      (stack) =>
        new ModelPipeline(stack, 'Part', { servedBy: ServedBy.FUNCTION }).addStreamInference('Cards', {
          source: StreamSource.kinesis(DataStream.fromStreamArn(stack, 'In', IN)),
          output: StreamOutput.kinesis(DataStream.fromStreamArn(stack, 'Out', `${IN}-scores`)),
        }),
    ],
    [
      'a stream from a table, which an endpoint scores',
      (stack) =>
        new ModelPipeline(stack, 'Part').addStreamInference('Cards', {
          source: StreamSource.dynamoDb(
            Table.fromTableAttributes(stack, 'In', { tableName: 'cards', tableStreamArn: `${IN}-table` }),
          ),
          output: StreamOutput.dynamoDb(Table.fromTableName(stack, 'Out', 'scores')),
        }),
    ],
    [
      'a stream from a topic of Kafka',
      (stack) =>
        new ModelPipeline(stack, 'Part', { servedBy: ServedBy.FUNCTION }).addStreamInference('Cards', {
          source: StreamSource.msk('arn:aws:kafka:eu-central-1:111111111111:cluster/cards/1', {
            topic: 'cards',
          }),
          output: StreamOutput.sqs(
            Queue.fromQueueArn(stack, 'Out', 'arn:aws:sqs:eu-central-1:111111111111:scores'),
          ),
        }),
    ],
    [
      'a function that serves a model',
      (stack) =>
        new LambdaInference(stack, 'Part', {
          model: OnnxModel.fromAsset('package.json'),
          captureBucket: Bucket.fromBucketName(stack, 'Recorded', 'recorded'),
        }),
    ],
  ])('in %s', (_title, partOf) => {
    const app = new App();
    const part = partOf(new Stack(app, 'Test'));
    app.synth();
    expect(findings(new AwsSolutionsChecks(part), part)).toEqual([]);
  });

  test('in a pipeline whose account and region are known', () => {
    const { pipeline } = synthesized(() => ({}), { account: '111111111111', region: 'eu-central-1' });
    expect(findings(new AwsSolutionsChecks(pipeline), pipeline)).toEqual([]);
  });
});

function apiBefore(servedBy: ServedBy, stack: Stack, options: InferenceApiOptions = {}): IConstruct {
  const attributes = { pipelineName: 'flights', servedBy };
  return ModelPipeline.fromPipelineAttributes(stack, 'Model', attributes).addInferenceApi('Api', options);
}

/** Parts without a pipeline. @param props of each of them */
function synthesizedParts(props: (stack: Stack) => PartProps): IConstruct[] {
  const app = new App();
  const stack = new Stack(app, 'Test');
  const given = props(stack);
  const bucket = Bucket.fromBucketName(stack, 'Bucket', 'credit-data');
  const stateMachine = StateMachine.fromStateMachineName(stack, 'Workflow', 'credit');
  const monitor = new EndpointMonitor(stack, 'Monitor', {
    ...given,
    endpointName: 'credit',
    captureBucket: bucket,
    capturePrefix: 'recorded',
    baseline: MonitorBaseline.fromBucket(bucket, 'baseline.json'),
    sinks: [MonitorSink.table(bucket, { prefix: 'lake' })],
    parallelProfiling: {},
  });
  const gate = new PromotionGate(stack, 'IsBetter', {
    ...given,
    bucket,
    inputPrefix: 'holdout/',
    labels: 'holdout/labels.csv',
    challengerScores: 'holdout/scores.csv',
  });
  const trigger = new RetrainingTrigger(stack, 'Trigger', {
    ...given,
    stateMachine,
    alarms: [{ alarm: monitor.driftAlarm, reason: 'drift' }],
    onNewData: true,
  });
  app.synth();
  return [monitor, gate, trigger];
}

test("cdk-nag's pack AwsSolutions finds nothing unexplained in parts without a pipeline", () => {
  const parts = synthesizedParts(() => ({}));
  expect(parts.flatMap((part) => findings(new AwsSolutionsChecks(part), part))).toEqual([]);
});

describe.each([
  ['NIST 800-53', new NIST80053R5Checks()],
  ['HIPAA', new HIPAASecurityChecks()],
])("cdk-nag's pack of %s", (_title, pack) => {
  test('finds nothing unexplained in parts with a VPC and a key', () => {
    expect(synthesizedParts(REGULATED).flatMap((part) => findings(pack, part))).toEqual([]);
  });

  test('finds nothing unexplained in an HTTP API with a VPC and a key', () => {
    const app = new App();
    const stack = new Stack(app, 'Test');
    const api = apiBefore(ServedBy.ENDPOINT, stack, REGULATED(stack));
    app.synth();
    expect(findings(pack, api)).toEqual([]);
  });

  test('finds nothing unexplained in a pipeline with a VPC and a key', () => {
    const { pipeline } = synthesized(REGULATED);
    expect(findings(pack, pipeline)).toEqual([]);
  });

  test('tells what a pipeline lacks that has neither', () => {
    const { pipeline } = synthesized(() => ({}));
    const rules = new Set(findings(pack, pipeline).map((finding) => finding.split(/[-\s]/)[1]));
    expect([...rules].sort()).toEqual([
      'CloudWatchLogGroupEncrypted',
      'LambdaInsideVPC',
      'S3DefaultEncryptionKMS',
      'SNSEncryptedKMS',
    ]);
  });
});
