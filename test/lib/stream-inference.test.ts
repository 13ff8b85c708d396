import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AttributeType, StreamViewType, Table, type TableProps } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { CfnRegistry } from 'aws-cdk-lib/aws-glue';
import { Stream as DataStream, StreamEncryption } from 'aws-cdk-lib/aws-kinesis';
import { DeliveryStream, S3Bucket } from 'aws-cdk-lib/aws-kinesisfirehose';
import { Key } from 'aws-cdk-lib/aws-kms';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import {
  ModelPipeline,
  type QueueStreamOptions,
  SchemaRegistry,
  ServedBy,
  type ShardStreamOptions,
  type StreamInferenceOptions,
  StreamOutput,
  StreamSource,
} from '../../lib';
import { allStatements } from './role-statements';

const ENV = { account: '111111111111', region: 'eu-central-1' };

interface Stream {
  readonly queue?: QueueProps;
  readonly read?: QueueStreamOptions;
  readonly source?: (stack: Stack) => StreamSource;
  readonly output?: (stack: Stack) => StreamOutput;
  readonly options?: Partial<StreamInferenceOptions>;
  readonly servedBy?: ServedBy;
}

const shards = (options?: ShardStreamOptions) => (stack: Stack) =>
  StreamSource.kinesis(
    new DataStream(stack, 'Source', { encryption: StreamEncryption.UNENCRYPTED }),
    options,
  );

const table =
  (props: Partial<TableProps> = {}) =>
  (stack: Stack) =>
    new Table(stack, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING }, ...props });

/** A stack with a stream of messages that a deployed pipeline scores. */
function synthesize(stream: Stream = {}): Template {
  const { queue, read, source, output, options, servedBy = ServedBy.FUNCTION } = stream;
  const stack = new Stack(new App(), 'Test', { env: ENV });
  const pipeline = ModelPipeline.fromPipelineAttributes(stack, 'Model', { pipelineName: 'fraud', servedBy });
  pipeline.addStreamInference('Transactions', {
    source: source?.(stack) ?? StreamSource.sqs(new Queue(stack, 'Source', queue), read),
    output: output?.(stack) ?? StreamOutput.sqs(new Queue(stack, 'Scores')),
    ...options,
  });
  return Template.fromStack(stack);
}

function settingsOf(template: Template): Record<string, unknown> {
  const [settings] = Object.values(template.findResources('AWS::Lambda::Function')).map(
    ({ Properties }) => Properties.Environment.Variables.SETTINGS,
  );
  const text = typeof settings === 'string' ? settings : settings['Fn::Join'][1].map(String).join('');
  return JSON.parse(text);
}

describe('a stream inference', () => {
  const template = synthesize();

  test('reads the queue by partial batch responses', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Source'), 'Arn'] },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      FilterCriteria: Match.absent(),
      MaximumBatchingWindowInSeconds: Match.absent(),
      ScalingConfig: Match.absent(),
    });
  });

  test('may read models, the routing document and the source, and write scores, dead letters and recordings', () => {
    const actions = allStatements(template).flatMap(({ Action }) => Action);
    expect([...new Set(actions)].sort()).toEqual(
      [
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        's3:GetObject',
        's3:GetObjectVersion',
        's3:ListBucket',
        's3:PutObject',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:ReceiveMessage',
        'sqs:SendMessage',
        'ssm:GetParameter',
      ].sort(),
    );
  });

  test('has a queue of dead letters, and alarms that notify people', () => {
    template.hasResourceProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 14 * 86_400 });
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms).toHaveLength(3);
    for (const { Properties } of alarms) expect(Properties.AlarmActions).toHaveLength(1);
  });

  test('publishes its parts for the CLI', () => {
    template.hasResourceProperties('AWS::SSM::Parameter', {
      Name: '/model-pipeline/fraud/streams/Transactions',
    });
  });

  test('takes batching, concurrency and filters', () => {
    synthesize({
      read: {
        batchSize: 1000,
        maxBatchingWindow: Duration.seconds(5),
        maxConcurrency: 20,
        filters: [FilterCriteria.filter({ body: { kind: FilterRule.isEqual('payment') } })],
      },
    }).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1000,
      MaximumBatchingWindowInSeconds: 5,
      ScalingConfig: { MaximumConcurrency: 20 },
      FilterCriteria: { Filters: [{ Pattern: '{"body":{"kind":["payment"]}}' }] },
    });
  });

  test('keeps the field of the key from the model unless it is told otherwise', () => {
    expect(settingsOf(template)).toMatchObject({ carriedFields: [] });
    const keyField = 'customer';
    expect(settingsOf(synthesize({ options: { keyField } }))).toMatchObject({
      keyField,
      carriedFields: ['customer'],
    });
    expect(settingsOf(synthesize({ options: { keyField, carriedFields: ['id'] } }))).toMatchObject({
      keyField,
      carriedFields: ['id'],
    });
  });

  test('reads shards in order from the oldest record, and sends the place of what is given up to the dead letters', () => {
    const template = synthesize({ source: shards() });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 100,
      BisectBatchOnFunctionError: true,
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('DeadLetters'), 'Arn'] } },
      },
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'IteratorAge',
      Threshold: 300_000,
    });
    const [read] = allStatements(template).filter(({ Action }) => Action.includes('kinesis:GetRecords'));
    expect(read?.Action).toHaveLength(6);
  });

  test('takes parallelization, retries and ages of shards', () => {
    const source = shards({
      batchSize: 10_000,
      maxBatchingWindow: Duration.seconds(1),
      parallelizationFactor: 10,
      bisectBatchOnError: false,
      retryAttempts: 3,
      maxRecordAge: Duration.hours(1),
      startingPosition: StartingPosition.LATEST,
    });
    synthesize({ source }).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10_000,
      MaximumBatchingWindowInSeconds: 1,
      ParallelizationFactor: 10,
      BisectBatchOnFunctionError: false,
      MaximumRetryAttempts: 3,
      MaximumRecordAgeInSeconds: 3600,
      StartingPosition: 'LATEST',
    });
  });

  test('reads new and changed items of a table', () => {
    const source = (stack: Stack) =>
      StreamSource.dynamoDb(table({ stream: StreamViewType.NEW_IMAGE })(stack));
    synthesize({ source }).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Table'), 'StreamArn'] },
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT","MODIFY"]}' }] },
    });
  });

  test.each<[string, (stack: Stack) => StreamOutput, string]>([
    [
      'a Kinesis data stream',
      (stack) => StreamOutput.kinesis(new DataStream(stack, 'Out')),
      'kinesis:PutRecords',
    ],
    ['a table', (stack) => StreamOutput.dynamoDb(table()(stack)), 'dynamodb:PutItem'],
    [
      'a delivery stream of Firehose',
      (stack) => {
        const destination = new S3Bucket(new Bucket(stack, 'Bucket'));
        return StreamOutput.firehose(new DeliveryStream(stack, 'Out', { destination }));
      },
      'firehose:PutRecordBatch',
    ],
  ])('may write to %s', (_, output, action) => {
    const statements = allStatements(synthesize({ output })).filter(({ Action }) => Action === action);
    expect(statements).toHaveLength(1);
  });

  test('scores by requests to the endpoint of a pipeline that has one', () => {
    const ofEndpoint = synthesize({ servedBy: ServedBy.ENDPOINT });
    const statements = allStatements(ofEndpoint);
    expect(statements.filter(({ Action }) => Action === 'sagemaker:InvokeEndpoint')).toHaveLength(1);
    expect(statements.flatMap(({ Action }) => Action)).not.toContain('s3:PutObject');
    expect(settingsOf(ofEndpoint)).toMatchObject({
      scorer: { kind: 'endpoint', contentType: 'text/csv', hasVariants: true },
    });
    expect(settingsOf(synthesize({ servedBy: ServedBy.serverlessEndpoint() }))).toMatchObject({
      scorer: { hasVariants: false },
    });
  });

  test('of a pipeline of the app has the network, key and logs of the pipeline', () => {
    const stack = new Stack(new App(), 'Test', { env: ENV });
    const encryptionKey = new Key(stack, 'Key');
    const pipeline = new ModelPipeline(stack, 'Model', { servedBy: ServedBy.FUNCTION, encryptionKey });
    const source = StreamSource.sqs(new Queue(stack, 'Source'));
    const output = StreamOutput.sqs(new Queue(stack, 'Scores'));
    pipeline.addStreamInference('Transactions', { source, output });
    Template.fromStack(stack).hasResourceProperties('AWS::SQS::Queue', {
      MessageRetentionPeriod: 14 * 86_400,
      KmsMasterKeyId: Match.anyValue(),
    });
    expect(() => pipeline.addStreamInference('Others', { source, output, encryptionKey })).toThrow(
      /encryptionKey of the pipeline Test\/Model hold here, too/,
    );
  });

  test('reads a topic, and has its records tried again by partition only in the provisioned mode', () => {
    const source = (maximumPollers?: number) => () =>
      StreamSource.msk('arn:aws:kafka:eu-central-1:111111111111:cluster/cards/1', {
        topic: 'transactions',
        maximumPollers,
      });
    const without = synthesize({ source: source() });
    without.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      Topics: ['transactions'],
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: Match.absent(),
    });
    expect(settingsOf(without)).toMatchObject({ reportsItemFailures: false });
    const provisioned = synthesize({ source: source(4) });
    provisioned.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ProvisionedPollerConfig: { MinimumPollers: 1, MaximumPollers: 4 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
    });
    expect(settingsOf(provisioned)).toMatchObject({ reportsItemFailures: true });
    provisioned.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'RecordAge',
      Threshold: 300_000,
    });
  });

  test.each<[string, (stack: Stack) => SchemaRegistry, object, string[]]>([
    [
      'Glue that the app creates',
      (stack) => SchemaRegistry.glue(new CfnRegistry(stack, 'Registry', { name: 'cards' })),
      { SchemaRegistryURI: { 'Fn::GetAtt': ['Registry', 'Arn'] } },
      ['glue:GetRegistry', 'glue:GetSchemaVersion'],
    ],
    [
      'Glue that exists',
      () => SchemaRegistry.glueArn('arn:aws:glue:eu-central-1:111111111111:registry/cards'),
      { SchemaRegistryURI: 'arn:aws:glue:eu-central-1:111111111111:registry/cards' },
      ['glue:GetRegistry', 'glue:GetSchemaVersion'],
    ],
    [
      'Confluent',
      (stack) =>
        SchemaRegistry.confluent('https://registry.example.com', Secret.fromSecretNameV2(stack, 'Key', 'r')),
      {
        SchemaRegistryURI: 'https://registry.example.com',
        AccessConfigs: [{ Type: 'BASIC_AUTH', URI: Match.anyValue() }],
      },
      ['secretsmanager:GetSecretValue'],
    ],
  ])('has Lambda read schemas of %s, and hand values over as JSON', (_, registry, config, actions) => {
    const template = synthesize({
      source: (stack) =>
        StreamSource.msk('arn:aws:kafka:eu-central-1:111111111111:cluster/cards/1', {
          topic: 'transactions',
          maximumPollers: 4,
          schemaRegistry: registry(stack),
        }),
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      AmazonManagedKafkaEventSourceConfig: {
        SchemaRegistryConfig: {
          EventRecordFormat: 'JSON',
          SchemaValidationConfigs: [{ Attribute: 'VALUE' }],
          ...config,
        },
      },
    });
    expect(allStatements(template).flatMap(({ Action }) => Action)).toEqual(expect.arrayContaining(actions));
  });

  test('reads a topic of brokers of your own by a secret', () => {
    const source = (stack: Stack) =>
      StreamSource.selfManagedKafka(['kafka.example.com:9092'], {
        topic: 'transactions',
        secret: Secret.fromSecretNameV2(stack, 'Secret', 'kafka'),
      });
    synthesize({ source }).hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: ['kafka.example.com:9092'] } },
      SourceAccessConfigurations: [Match.objectLike({ Type: 'SASL_SCRAM_512_AUTH' })],
    });
  });

  test('puts events on a bus', () => {
    const withBus = synthesize({ output: (stack) => StreamOutput.eventBridge(new EventBus(stack, 'Bus')) });
    const statements = allStatements(withBus).filter(({ Action }) => Action === 'events:PutEvents');
    expect(statements).toHaveLength(1);
  });
});

describe('a stream inference refuses', () => {
  test.each<[string, Stream, RegExp]>([
    ['a name that is none', { options: { streamName: 'a b' } }, /streamName must be .*got "a b"/],
    [
      'a pipeline with an asynchronous endpoint',
      { servedBy: ServedBy.asynchronousEndpoint() },
      /must be served by a function, or by an endpoint that answers at once/,
    ],
    [
      'to record what an endpoint records',
      { servedBy: ServedBy.ENDPOINT, options: { capturePercentage: 10 } },
      /capturePercentage is not for an endpoint, .*leave it out, got 10/,
    ],
    [
      'a content type of a function',
      { options: { contentType: 'text/csv' } },
      /contentType is for an endpoint, and a function serves/,
    ],
    [
      'a content type that no container takes',
      { servedBy: ServedBy.ENDPOINT, options: { contentType: 'text/html' } },
      /contentType must be text\/csv or application\/json/,
    ],
    ['large batches without a window', { read: { batchSize: 11 } }, /above 10 needs a maxBatchingWindow/],
    ['too large batches', { read: { batchSize: 10_001 } }, /batchSize of the queue must be 1 to 10,000/],
    [
      'large batches of a FIFO queue',
      { queue: { fifo: true }, read: { batchSize: 11 } },
      /must be 1 to 10, as of each FIFO queue, got 11/,
    ],
    [
      'a window of a FIFO queue',
      { queue: { fifo: true }, read: { maxBatchingWindow: Duration.seconds(1) } },
      /maxBatchingWindow is not for FIFO queues: .*standard queue/,
    ],
    ['a long window', { read: { maxBatchingWindow: Duration.minutes(6) } }, /at most 5 minutes.* got 360/],
    [
      'too little concurrency',
      { read: { maxConcurrency: 1 } },
      /maxConcurrency of the queue must be 2 to 1,000/,
    ],
    [
      'a function that takes longer than messages are hidden',
      { options: { timeout: Duration.minutes(2) } },
      /visibility timeout of the queue must be at least .* 120 seconds, .*shorter timeout, got 30/,
    ],
    ['large batches of shards', { source: shards({ batchSize: 10_001 }) }, /stream must be 1 to 10,000/],
    [
      'much parallelization',
      { source: shards({ parallelizationFactor: 11 }) },
      /parallelizationFactor must be 1 to 10: for more, add shards, got 11/,
    ],
    ['many retries', { source: shards({ retryAttempts: 10_001 }) }, /retryAttempts must be 0 to 10,000/],
    [
      'young records',
      { source: shards({ maxRecordAge: Duration.seconds(59) }) },
      /maxRecordAge must be 1 minute/,
    ],
    [
      'a start at a time',
      { source: shards({ startingPosition: StartingPosition.AT_TIMESTAMP }) },
      /must be TRIM_HORIZON or LATEST/,
    ],
    [
      'a table without a stream',
      { source: (stack) => StreamSource.dynamoDb(table()(stack)) },
      /has no stream: set stream: StreamViewType.NEW_IMAGE/,
    ],
    [
      'a table whose stream has keys only',
      { source: (stack) => StreamSource.dynamoDb(table({ stream: StreamViewType.KEYS_ONLY })(stack)) },
      /must have the new item.* got "KEYS_ONLY"/,
    ],
    [
      'a table for the output with other keys',
      {
        output: (stack) =>
          StreamOutput.dynamoDb(table({ sortKey: { name: 'time', type: AttributeType.NUMBER } })(stack)),
      },
      /partition key id of the type string, and no sort key.* got "id \(S\), time \(N\)"/,
    ],
    [
      'a topic that cannot be one',
      { source: () => StreamSource.selfManagedKafka(['kafka:9092'], { topic: 'a b' }) },
      /topic must be 1 to 249 letters.* got "a b"/,
    ],
    [
      'more pollers than there are',
      { source: () => StreamSource.selfManagedKafka(['kafka:9092'], { topic: 'a', maximumPollers: 2001 }) },
      /maximumPollers must be 1 to 2,000, got 2001/,
    ],
    [
      'schemas without provisioned pollers',
      {
        source: () =>
          StreamSource.selfManagedKafka(['kafka:9092'], {
            topic: 'a',
            schemaRegistry: SchemaRegistry.glueArn('arn:aws:glue:eu-central-1:111111111111:registry/cards'),
          }),
      },
      /schemaRegistry needs maximumPollers/,
    ],
    ['a share beyond 100 %', { options: { capturePercentage: 101 } }, /capturePercentage must be 0 to 100/],
    ['slow routing', { options: { maximumRoutingAge: Duration.minutes(6) } }, /maximumRoutingAge must be/],
    ['a field twice', { options: { carriedFields: ['a', 'a'] } }, /carriedFields must name each field once/],
    [
      'a long timeout',
      { queue: { visibilityTimeout: Duration.hours(1) }, options: { timeout: Duration.minutes(16) } },
      /timeout must be at most 15 minutes/,
    ],
  ])('%s', (_, stream, message) => {
    expect(() => synthesize(stream)).toThrow(message);
  });
});
