import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { DeadLetter, ScoredRecord } from '../../contracts/scored-record';
import { ModelPipeline, ServedBy, StreamOutput, StreamSource } from '../../lib';
import { customers, customersCsv } from './customers';
import { BETTER, PIPELINE } from './customers-stack';
import { DeployedPipeline } from './deployed-pipeline';
import { drainQueue } from './drain-queue';

jest.setTimeout(600_000);

const KEYS = 30;
const MINUTE = 60_000;

/** Streams of another stack, which a pipeline scores that is deployed already. */
function streamStack(app: App): void {
  const stack = new Stack(app, 'Streams', { env: { account: '000000000000', region: 'us-east-1' } });
  const pipeline = ModelPipeline.fromPipelineAttributes(stack, 'Model', {
    pipelineName: PIPELINE,
    servedBy: ServedBy.FUNCTION,
  });
  const queue = (id: string) => {
    const made = new Queue(stack, id, { removalPolicy: RemovalPolicy.DESTROY });
    new CfnOutput(stack, `${id}Url`, { value: made.queueUrl });
    return made;
  };
  const { deadLetterQueue } = pipeline.addStreamInference('Visits', {
    source: StreamSource.sqs(queue('Visits')),
    output: StreamOutput.sqs(queue('Scores')),
    keyField: 'customer',
  });
  new CfnOutput(stack, 'DeadLettersUrl', { value: deadLetterQueue.queueUrl });
  pipeline.addStreamInference('Calls', {
    source: StreamSource.sqs(queue('Calls')),
    output: StreamOutput.eventBridge(EventBus.fromEventBusName(stack, 'Bus', 'default')),
    keyField: 'customer',
  });
  new Rule(stack, 'Scored', {
    eventPattern: {
      source: ['model-pipeline.stream'],
      detailType: ['RecordScored'],
      detail: { stream: ['Calls'] },
    },
    targets: [new SqsQueue(queue('Events'))],
  });
}

describe('streams that a pipeline scores', () => {
  const pipeline = new DeployedPipeline();
  const rows = customers({ count: 500, seed: 77 });
  const urls: Record<string, string> = {};
  const sent = new Set<string>();
  let sqs: SQSClient;
  let next = 0;

  beforeAll(async () => {
    await pipeline.start({ servedBy: ServedBy.FUNCTION });
    await pipeline.upload('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
    expect(await pipeline.retrain()).toMatchObject({
      output: { outcome: 'promoted', modelVersion: '1.0.0' },
    });
    sqs = new SQSClient(pipeline.config());
    const { code, output } = await pipeline.cdk.deploy(streamStack);
    expect({ code, output }).toMatchObject({ code: 0 });
    for (const [, name = '', url = ''] of output.matchAll(/Streams\.(\w+)Url = (\S+)/g)) urls[name] = url;
  }, 600_000);

  afterAll(() => pipeline.stop());

  /** Sends records of so many customers. @returns ids of the messages */
  async function send(name: string, count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let first = 0; first < count; first += 10) {
      const Entries = Array.from({ length: Math.min(10, count - first) }, (_, index) => {
        const [complaints, price, shoe_size] = rows[next % rows.length] as number[];
        const record = { complaints, price, shoe_size, customer: `c${next++ % KEYS}` };
        return { Id: String(index), MessageBody: JSON.stringify(record) };
      });
      const { Successful = [] } = await sqs.send(
        new SendMessageBatchCommand({ QueueUrl: urls[name] as string, Entries }),
      );
      ids.push(...Successful.map(({ MessageId }) => MessageId as string));
    }
    return ids;
  }

  /** Takes what the stream has scored so far, after time for it. */
  async function scored(): Promise<ScoredRecord[]> {
    await pipeline.cloud.clock.advance(MINUTE);
    return drainQueue<ScoredRecord>(sqs, urls.Scores as string);
  }

  test('a release in the middle of it moves keys one way, each to one version, and no record is lost or doubled', async () => {
    const records: ScoredRecord[] = [];
    const shares = new Set<number>();
    const execution = await pipeline.startRetraining(BETTER);
    const ending = await pipeline.follow(execution, async () => {
      const { candidate } = await pipeline.routing();
      if (candidate) shares.add(candidate.trafficShare);
      for (const id of await send('Visits', 2 * KEYS)) sent.add(id);
      records.push(...(await scored()));
    });
    records.push(...(await scored()));
    expect(ending).toMatchObject({ output: { outcome: 'promoted', modelVersion: '2.0.0' } });
    expect([...shares]).toEqual([0.5, 1]);
    expect(new Set(records.map(({ id }) => id))).toEqual(sent);
    expect(records).toHaveLength(sent.size);
    for (let key = 0; key < KEYS; key++) {
      const ofKey = records.filter((record) => record.key === `c${key}`);
      ofKey.sort((a, b) => a.time.localeCompare(b.time));
      const versions = ofKey.map(({ modelVersion }) => modelVersion);
      expect(versions).toEqual([...versions].sort());
      expect(versions.at(-1)).toBe('2.0.0');
    }
    expect(new Set(records.map(({ modelVersion, variant }) => `${modelVersion} ${variant}`))).toEqual(
      new Set(['1.0.0 blue', '2.0.0 green']),
    );
    const report = await pipeline.report((await pipeline.ledger()).at(-1));
    expect(report).toMatchObject({ outcome: 'released', trafficShares: [0.5, 1], missing: [] });
    expect(
      report.traffic.some(({ champion, challenger }) => champion.requests > 0 && challenger.requests > 0),
    ).toBe(true);
  });

  test('records that cannot be scored go to the dead letters, and others behind them are scored', async () => {
    const MessageBody = JSON.stringify({ complaints: 1, price: 'cheap', shoe_size: 40, customer: 'c1' });
    const { Successful = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: urls.Visits as string,
        Entries: [
          { Id: 'nonsense', MessageBody: '{"complaints":' },
          { Id: 'cheap', MessageBody },
        ],
      }),
    );
    const good = await send('Visits', 5);
    expect((await scored()).map(({ id }) => id).sort()).toEqual([...good].sort());
    const letters = await drainQueue<DeadLetter>(sqs, urls.DeadLetters as string);
    expect(letters.map(({ id }) => id).sort()).toEqual(Successful.map(({ MessageId }) => MessageId).sort());
    expect(letters).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ reason: 'content', stream: 'Visits' }),
        expect.objectContaining({
          reason: 'row',
          modelVersion: '2.0.0',
          message: expect.stringContaining(`column 'price' is "cheap"`),
          data: { encoding: 'utf8', content: MessageBody },
        }),
      ]),
    );
  });

  test('scores come as events to the targets of rules, with the answer of the function to the same row', async () => {
    const ids = await send('Calls', 3);
    await pipeline.cloud.clock.advance(MINUTE);
    const events = await drainQueue<{ readonly detail: ScoredRecord }>(sqs, urls.Events as string);
    expect(events.map(({ detail }) => detail.id).sort()).toEqual([...ids].sort());
    const answers = await Promise.all(
      [3, 2, 1].map((back) => pipeline.askFunction('a', rows[(next - back) % rows.length])),
    );
    const predictions = events.map(({ detail }) => detail.prediction).sort();
    expect(predictions).toEqual(answers.map((answer) => answer.predictions[0]).sort());
  });
});
