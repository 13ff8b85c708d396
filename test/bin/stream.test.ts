import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { drainQueue } from '../lifecycle/drain-queue';
import { StatesFixture } from '../local/services/stepfunctions-fixture';
import { runCli } from './cli';
import { publishedResources } from './published-resources';

describe('model-pipeline stream', () => {
  const fixture = new StatesFixture();
  let sqs: SQSClient;
  let source: string;
  let deadLetters: string;

  const put = (name: string, value: object) =>
    new SSMClient(fixture.config()).send(
      new PutParameterCommand({
        Name: `/model-pipeline/fraud/${name}`,
        Type: 'String',
        Value: JSON.stringify(value),
      }),
    );
  const queue = async (QueueName: string) =>
    (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl as string;
  const run = (...args: string[]) => runCli(['stream', ...args], fixture.cloud.environment());

  beforeAll(async () => {
    await fixture.start();
    sqs = new SQSClient(fixture.config());
    [source, deadLetters] = [await queue('transactions'), await queue('dead-letters')];
    await put('resources', publishedResources({ bucket: 'b' }));
  });
  afterAll(() => fixture.stop());

  const letter = (reason: string, content: string | undefined, id = content ?? 'r') =>
    sqs.send(
      new SendMessageCommand({
        QueueUrl: deadLetters,
        MessageBody: JSON.stringify({ id, reason, ...(content && { data: { encoding: 'utf8', content } }) }),
      }),
    );

  test('of a pipeline without streams says how to add one', async () => {
    expect((await run()).stdout).toContain(
      'fraud has no streams: add one with pipeline.addStreamInference()',
    );
  });

  test('shows records, versions by their share, the age of records, poison by reason, dead letters and alarms', async () => {
    for (const name of ['Transactions', 'Calls']) {
      await put(`streams/${name}`, {
        function: 'score',
        mapping: 'mapping',
        source:
          name === 'Calls'
            ? 'arn:aws:kinesis:us-east-1:000000000000:stream/calls'
            : 'arn:aws:sqs:us-east-1:000000000000:transactions',
        output: 'arn:aws:sqs:us-east-1:000000000000:scores',
        deadLetterQueue: deadLetters,
        lagAlarm: 'lag',
        failureAlarm: 'failure',
        deadLetterAlarm: 'letters',
      });
    }
    await letter('row', '[1]');
    const cloudWatch = new CloudWatchClient(fixture.config());
    const metric = (MetricName: string, Value: number, more: Record<string, string> = {}) => ({
      MetricName,
      Value,
      Dimensions: Object.entries({ Pipeline: 'fraud', Stream: 'Transactions', ...more }).map(
        ([Name, Text]) => ({
          Name,
          Value: Text,
        }),
      ),
    });
    await cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: 'ModelPipeline',
        MetricData: [
          metric('ScoredRecords', 1200),
          metric('ScoredRecords', 900, { ModelVersion: '1.0.0' }),
          metric('ScoredRecords', 300, { ModelVersion: '2.0.0' }),
          metric('PoisonRecords', 3),
          metric('PoisonRecords', 3, { Reason: 'row' }),
          metric('FailedRecords', 7),
          metric('RecordAge', 2500),
        ],
      }),
    );
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'letters',
        AlarmDescription: 'fraud, stream Transactions: records could not be scored',
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Statistic: 'Maximum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    await cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: 'letters', StateValue: 'ALARM', StateReason: 'a test' }),
    );
    const [calls, transactions] = JSON.parse((await run('--json', '--since', '30d')).stdout);
    expect(calls).toMatchObject({ stream: 'Calls', scored: 0, versions: [] });
    expect(transactions).toEqual({
      stream: 'Transactions',
      source: 'arn:aws:sqs:us-east-1:000000000000:transactions',
      scored: 1200,
      versions: [
        { modelVersion: '1.0.0', records: 900 },
        { modelVersion: '2.0.0', records: 300 },
      ],
      maximumAgeSeconds: 2.5,
      failed: 7,
      poison: 3,
      poisonByReason: [{ reason: 'row', records: 3 }],
      deadLetters: 1,
      alarms: ['fraud, stream Transactions: records could not be scored'],
    });
    const { stdout } = await run('--since', '30d');
    expect(stdout).toMatch(/Transactions +1,200 +0\.00046 +2\.5 s +7 +3 +1 +ALARM/);
    expect(stdout).toContain('Transactions: versions 1.0.0 75 %, 2.0.0 25 %');
    expect(stdout).toContain('Transactions: 3 records do not fit the columns of the model');
  });

  test('replay sends the data of dead letters to the source, of each record once, and keeps the others', async () => {
    await letter('content', '{');
    // Of the record that is buried already.
    await letter('row', '[1]');
    await letter('row', undefined);
    const { stdout, code } = await run('replay', 'Transactions', '--reason', 'row');
    expect({ stdout, code }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^1 dead letters of Transactions are in the source again\n2 stay in the queue/,
      ),
    });
    expect(await drainQueue(sqs, source)).toEqual([[1]]);
  });

  test.each([
    ['a stream that does not exist', 'Clicks', /has no stream Clicks; it has: Calls, Transactions/],
    ['a source that is no queue', 'Calls', /is no standard queue: let its producer send the records again/],
  ])('replay refuses %s', async (_, name, message) => {
    const { code, stderr } = await run('replay', name);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(message) });
  });
});
