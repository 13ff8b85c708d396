import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { DatabaseCluster } from 'aws-cdk-lib/aws-rds';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { BatchInput, BatchOutput, BatchSink, ModelPipeline, ServedBy } from '../../lib';
import { roleStatements } from './role-statements';
import { brokenTransitions, definitionOf } from './state-machine-definition';

type Sinks = (stack: Stack) => BatchSink[];

function withSinks(sinks: Sinks, columns = ['customer']): Template {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
  const pipeline = new ModelPipeline(stack, 'Model', { pipelineName: 'churn', servedBy: ServedBy.FUNCTION });
  pipeline.addBatchInference('Nightly', {
    input: BatchInput.fromBucket(pipeline.bucket, 'customers/'),
    output: BatchOutput.csv({ columns }),
    sinks: sinks(stack),
  });
  return Template.fromStack(stack);
}

const tableOf = (stack: Stack) =>
  new Table(stack, 'Scores', { partitionKey: { name: 'id', type: AttributeType.NUMBER } });

const ALL: Sinks = (stack) => [
  BatchSink.dynamoDb(tableOf(stack), { keyColumn: 'customer', partitionKey: 'id', numericKey: true }),
  BatchSink.sqs(new Queue(stack, 'Queue')),
  BatchSink.webhook(Secret.fromSecretNameV2(stack, 'Hook', 'hook'), { rowsPerRequest: 50 }),
  BatchSink.auroraDataApi(
    DatabaseCluster.fromDatabaseClusterAttributes(stack, 'Cluster', { clusterIdentifier: 'main' }),
    {
      secret: Secret.fromSecretCompleteArn(
        stack,
        'User',
        'arn:aws:secretsmanager:eu-central-1:111111111111:secret:user-AbCdEf',
      ),
      database: 'churn',
      table: 'scores',
      keyColumn: 'customer',
    },
  ),
];

describe('a batch with sinks', () => {
  const template = withSinks(ALL);
  const { States, ...machine } = definitionOf(template, 'Scores nightly');

  test('delivers each part to one sink after the other when its manifest is written', () => {
    expect(brokenTransitions({ States, ...machine })).toEqual([]);
    const next = (name: string) => (States[name] as { readonly Next?: string }).Next;
    const path = ['FinishRun'];
    while (next(path.at(-1) as string)) path.push(next(path.at(-1) as string) as string);
    expect(path).toEqual([
      'FinishRun',
      'DeliverToSink1',
      'DeliverToSink2',
      'DeliverToSink3',
      'DeliverToSink4',
      'FinishDelivery',
      'Finished',
    ]);
    expect(States.DeliverToSink2).toMatchObject({ MaxConcurrency: 5, ToleratedFailurePercentage: 100 });
  });

  test('tries for more than an hour while a sink cannot take rows', () => {
    const { ItemProcessor } = States.DeliverToSink1 as unknown as {
      readonly ItemProcessor: { readonly States: { readonly DeliverPart1: { readonly Retry: Retrier[] } } };
    };
    const [retry] = ItemProcessor.States.DeliverPart1.Retry;
    expect(retry?.ErrorEquals).toEqual(['SinkUnavailable']);
    const { IntervalSeconds, BackoffRate, MaxDelaySeconds, MaxAttempts } = retry as Retrier;
    const waits = Array.from({ length: MaxAttempts }, (_, attempt) =>
      Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds),
    );
    // With full jitter, half of it on average.
    expect(waits.reduce((sum, wait) => sum + wait, 0) / 2).toBeGreaterThan(3600);
  });

  test('lets the function write to its sinks, and nowhere else', () => {
    const statements = [...roleStatements(template)].flatMap(([role, all]) =>
      /NightlyDeliverRole/.test(role) ? all : [],
    );
    const others = statements.flatMap(({ Action }) => Action).filter((action) => !/^(s3|logs):/.test(action));
    expect(others.sort()).toEqual(
      [
        'dynamodb:PutItem',
        'rds-data:BatchExecuteStatement',
        'secretsmanager:DescribeSecret',
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:GetSecretValue',
        'sqs:SendMessage',
        'ssm:GetParameter',
      ].sort(),
    );
    const parameter = statements.find(({ Action }) => Action === 'ssm:GetParameter');
    expect(JSON.stringify(parameter?.Resource)).toContain('parameter/aws/reference/secretsmanager/hook"');
  });

  test('has an alarm on rows that a sink refuses', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'BatchRefusedRows',
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
    });
  });

  test.each<[string, Sinks, RegExp]>([
    [
      'a key that the output has not',
      (stack) => [BatchSink.dynamoDb(tableOf(stack), { keyColumn: 'id' })],
      /keyColumn of the sink dynamodb must be one of the columns of the output \(customer\): name it in BatchOutput, got "id"/,
    ],
    [
      'a key that all rows of a run have',
      (stack) => [BatchSink.dynamoDb(tableOf(stack), { keyColumn: 'customer', partitionKey: 'run' })],
      /partitionKey of BatchSink.dynamoDb must not be run, plannedAt, place, .*, got "run"/,
    ],
    [
      'two sinks of one name',
      (stack) => ['A', 'B'].map((id) => BatchSink.sqs(new Queue(stack, id))),
      /sinks must differ in their names: give one of them a sinkName, got \["sqs","sqs"\]/,
    ],
    [
      'a FIFO queue',
      (stack) => [BatchSink.sqs(new Queue(stack, 'Queue', { fifo: true }))],
      /must be a standard queue: .*let the consumer drop messages by their id/,
    ],
    [
      'a name that keys cannot have',
      (stack) => [BatchSink.sqs(new Queue(stack, 'Queue'), { sinkName: 'My Queue' })],
      /sinkName must be 1 to 40 lower-case letters, digits and inner hyphens, got "My Queue"/,
    ],
    [
      'requests of too many rows',
      (stack) => [
        BatchSink.webhook(Secret.fromSecretNameV2(stack, 'Hook', 'hook'), { rowsPerRequest: 5000 }),
      ],
      /rowsPerRequest of BatchSink.webhook must be a whole number from 1 to 1000, got 5000/,
    ],
    [
      'a table that is SQL',
      (stack) => [
        BatchSink.auroraDataApi(
          DatabaseCluster.fromDatabaseClusterAttributes(stack, 'C', { clusterIdentifier: 'main' }),
          {
            secret: Secret.fromSecretNameV2(stack, 'S', 's'),
            database: 'churn',
            table: 'scores"; drop table customers; --',
            keyColumn: 'customer',
          },
        ),
      ],
      /table of BatchSink.auroraDataApi must be the name of a table/,
    ],
  ])('is refused with %s', (_, sinks, problem) => {
    expect(() => withSinks(sinks)).toThrow(problem);
  });

  test('is refused with a column that the sink writes itself', () => {
    const sinks: Sinks = (stack) => [BatchSink.dynamoDb(tableOf(stack), { keyColumn: 'customer' })];
    expect(() => withSinks(sinks, ['customer', 'run'])).toThrow(
      /must not be run, plannedAt, place, which the sink dynamodb writes itself, got 'run': rename it in the input/,
    );
  });
});

interface Retrier {
  readonly ErrorEquals: string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds: number;
  readonly MaxAttempts: number;
}
