import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  BatchEngine,
  BatchInput,
  BatchSink,
  InferenceApi,
  ModelPipeline,
  MonitorSink,
  PromotionGate,
  ReleaseStrategy,
  ServedBy,
  StreamInference,
  StreamOutput,
  StreamSource,
  UndecidedAction,
} from '../../lib';

const ROOT = join(__dirname, '..', '..');
const ASSETS = join(ROOT, 'dist', 'assets');

/** Loads each handler with its environment, and tells its type or what went wrong. */
const LOADER = `
  import { readFileSync } from 'node:fs';
  const found = {};
  for (const { name, module, environment } of JSON.parse(readFileSync(0, 'utf8'))) {
    Object.assign(process.env, environment);
    try {
      const { default: exports, handler = exports.handler } = await import(module);
      found[name] = typeof handler;
    } catch (error) {
      found[name] = error.message;
    }
  }
  console.log(JSON.stringify(found));
`;

interface DeployedFunction {
  readonly name: string;
  /** File with the handler. */
  readonly module: string;
  readonly environment: Readonly<Record<string, string>>;
}

describe('the functions of a pipeline and of parts', () => {
  const functions = synthesize();

  test('have a handler each, and there is none that nobody deploys', () => {
    const folders = readdirSync(join(ROOT, 'lambda')).filter((name) =>
      existsSync(join(ROOT, 'lambda', name, 'handler.ts')),
    );
    expect(functions.map(({ name }) => name).sort()).toEqual(folders.sort());
  });

  test('load as they are shipped, with the environment and settings that the constructs give them', () => {
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', LOADER], {
      input: JSON.stringify(functions),
      env: { ...process.env, AWS_REGION: 'eu-central-1' },
    });
    const expected = Object.fromEntries(functions.map(({ name }) => [name, 'function']));
    expect(JSON.parse(output.toString())).toEqual(expected);
  });
});

function synthesize(): DeployedFunction[] {
  // Without staging, the template names the folder that an asset comes from.
  const app = new App({
    context: { 'aws:cdk:disable-asset-staging': true, 'aws:cdk:enable-asset-metadata': true },
  });
  const env = { account: '111111111111', region: 'eu-central-1' };
  const stack = new Stack(app, 'Test', { env });
  const adopting = new Stack(app, 'Adopting', { env });
  const warm = new Stack(app, 'Warm', { env });
  new ModelPipeline(adopting, 'Model', {
    adopt: { endpointName: 'theirs' },
    smokeTest: { requests: [{ body: '1,2' }] },
  });
  const pipeline = new ModelPipeline(stack, 'Model', {
    pipelineName: 'flights',
    training: { source: join(ROOT, 'examples', 'flights', 'source') },
    data: { label: 'late' },
    promotion: { ifUndecided: UndecidedAction.ASK_PERSON },
    serverlessInference: {},
    hosting: { scaling: { maxCapacity: 4, targetInvocationsPerInstance: 60 } },
    monitoring: {
      sinks: [MonitorSink.table(Bucket.fromBucketName(stack, 'Lake', 'lake'))],
      parallelProfiling: {},
    },
    releaseStrategy: ReleaseStrategy.shadow({ followedBy: ReleaseStrategy.blueGreen({ approval: {} }) }),
  });
  const input = BatchInput.fromBucket(pipeline.bucket, 'customers/');
  pipeline.addBatchInference('Nightly', { input, sinks: [BatchSink.sqs(new Queue(stack, 'Predictions'))] });
  pipeline.addBatchInference('Weekly', { input, engine: BatchEngine.transform() });
  new ModelPipeline(warm, 'Model', {
    training: { source: join(ROOT, 'examples', 'flights', 'source') },
    data: { label: 'late' },
    servedBy: ServedBy.FUNCTION,
    serverlessInference: { provisionedConcurrency: { minimum: 1 } },
  });
  new PromotionGate(stack, 'Gate', {
    bucket: Bucket.fromBucketName(stack, 'Scores', 'scores'),
    labels: 'labels.csv',
    challengerScores: 'challenger.csv',
  });
  new StreamInference(stack, 'Stream', {
    pipeline: ModelPipeline.fromPipelineAttributes(stack, 'Deployed', {
      pipelineName: 'fraud',
      servedBy: ServedBy.FUNCTION,
    }),
    source: StreamSource.sqs(new Queue(stack, 'Transactions')),
    output: StreamOutput.sqs(new Queue(stack, 'Scored')),
  });
  new InferenceApi(stack, 'Api', {
    pipeline: ModelPipeline.fromPipelineName(stack, 'DeployedEndpoint', 'flights'),
  });
  const resources = [stack, adopting, warm].flatMap((each) =>
    Object.values(Template.fromStack(each).findResources('AWS::Lambda::Function')),
  );
  const functions = resources
    .map(({ Metadata, Properties }) => {
      const path = Metadata['aws:asset:path'] as string;
      const [file] = (Properties.Handler as string).split('.') as [string];
      const variables = Object.entries(Properties.Environment?.Variables ?? {});
      const environment = Object.fromEntries(variables.map(([name, value]) => [name, text(value)]));
      // The inference function has an entry before its code.
      const name = file === 'start' ? 'serverless-inference' : file;
      const [module] = ['.mjs', '.js'].map((ending) => join(path, `${file}${ending}`)).filter(existsSync);
      return { name, path, module: module as string, environment };
    })
    .filter(({ path }) => path.startsWith(ASSETS));
  // Of both pipelines' functions of a name, the one whose pipeline has more.
  return [...new Map(functions.reverse().map((each) => [each.name, each])).values()];
}

/** A value as CloudFormation could resolve it. */
function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = (value as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
  return join ? join[1].map(text).join(join[0]) : 'arn:aws:service:eu-central-1:111111111111:resource';
}
