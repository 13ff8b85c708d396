import { SQSClient } from '@aws-sdk/client-sqs';
import { type App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { DeadLetter, ScoredRecord } from '../../contracts/scored-record';
import { ModelPipeline, ServedBy, StreamOutput, StreamSource } from '../../lib';
import { KafkaBroker } from '../local/kafka/broker';
import { type KafkaClients, kafkaClients } from '../local/kafka/clients';
import { customers, customersCsv } from './customers';
import { BETTER, PIPELINE } from './customers-stack';
import { DeployedPipeline } from './deployed-pipeline';
import { drainQueue } from './drain-queue';

jest.setTimeout(600_000);

const TOPIC = 'visits';
const PARTITIONS = 3;
const KEYS = 20;
const SECOND = 1_000;

/** It needs Java 17 and Maven, which resolves the broker's artifacts. */
const describeWithKafka = process.env.IN_DEPTH_KAFKA ? describe : describe.skip;

function streamStack(app: App, broker: KafkaBroker): void {
  const stack = new Stack(app, 'Streams', { env: { account: '000000000000', region: 'us-east-1' } });
  const pipeline = ModelPipeline.fromPipelineAttributes(stack, 'Model', {
    pipelineName: PIPELINE,
    servedBy: ServedBy.FUNCTION,
  });
  const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-1',
    availabilityZones: ['us-east-1a'],
    privateSubnetIds: ['subnet-1'],
  });
  const scores = new Queue(stack, 'Scores', { removalPolicy: RemovalPolicy.DESTROY });
  const { deadLetterQueue } = pipeline.addStreamInference('Visits', {
    source: StreamSource.selfManagedKafka([broker.address], {
      topic: TOPIC,
      vpc,
      vpcSubnets: { subnets: vpc.privateSubnets },
      securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1'),
    }),
    output: StreamOutput.sqs(scores),
  });
  new CfnOutput(stack, 'ScoresUrl', { value: scores.queueUrl });
  new CfnOutput(stack, 'DeadLettersUrl', { value: deadLetterQueue.queueUrl });
}

describeWithKafka('a topic of Kafka that a pipeline scores', () => {
  const pipeline = new DeployedPipeline();
  const rows = customers({ count: 500, seed: 77 });
  const urls: Record<string, string> = {};
  let broker: KafkaBroker;
  let clients: KafkaClients;
  let sqs: SQSClient;
  let next = 0;

  beforeAll(async () => {
    broker = await KafkaBroker.start();
    clients = await kafkaClients(broker.address);
    await clients.createTopic(TOPIC, PARTITIONS);
    await pipeline.start({ servedBy: ServedBy.FUNCTION });
    await pipeline.upload('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
    expect(await pipeline.retrain()).toMatchObject({ output: { modelVersion: '1.0.0' } });
    sqs = new SQSClient(pipeline.config());
    const { code, output } = await pipeline.cdk.deploy((app: App) => streamStack(app, broker));
    expect(code === 0 ? '' : output).toBe('');
    for (const [, name = '', url = ''] of output.matchAll(/Streams\.(\w+)Url = (\S+)/g)) urls[name] = url;
  }, 600_000);

  afterAll(async () => {
    await pipeline.stop();
    await clients?.close();
    await broker?.stop();
  });

  const send = (...values: string[]) =>
    clients.send(values.map((value) => ({ topic: TOPIC, key: `c${next++ % KEYS}`, value })));

  /** Waits for messages in a queue, which the broker brings about in real time. */
  async function take<Message>(name: string, count: number): Promise<Message[]> {
    const taken: Message[] = [];
    while (taken.length < count) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await pipeline.cloud.clock.advance(SECOND);
      taken.push(...(await drainQueue<Message>(sqs, urls[name] as string)));
    }
    return taken;
  }

  test('goes on through a release: keys move one way, in the order of their partition, and none is lost or doubled', async () => {
    const records: ScoredRecord[] = [];
    let sent = 0;
    const execution = await pipeline.startRetraining(BETTER);
    const ending = await pipeline.follow(execution, async () => {
      const values = Array.from({ length: KEYS }, (_, index) => {
        const [complaints, price, shoe_size] = rows[(sent + index) % rows.length] as number[];
        return JSON.stringify({ complaints, price, shoe_size });
      });
      await send(...values);
      sent += values.length;
      records.push(...(await take<ScoredRecord>('Scores', values.length)));
    });
    expect(ending).toMatchObject({ output: { outcome: 'promoted', modelVersion: '2.0.0' } });
    expect(new Set(records.map(({ id }) => id)).size).toBe(sent);
    expect(records).toHaveLength(sent);
    for (let key = 0; key < KEYS; key++) {
      const versions = records.filter((record) => record.key === `c${key}`).map((each) => each.modelVersion);
      expect(versions).toEqual([...versions].sort());
    }
    expect(new Set(records.map(({ modelVersion }) => modelVersion))).toEqual(new Set(['1.0.0', '2.0.0']));
    expect(new Set(records.map(({ id }) => id.split(':')[0])).size).toBe(PARTITIONS);
  });

  test('has its poison buried by partition and offset, once, and goes on behind it', async () => {
    const [complaints, price, shoe_size] = rows[0] as number[];
    await send('{"complaints":', JSON.stringify({ complaints, price, shoe_size }));
    expect(await take<ScoredRecord>('Scores', 1)).toMatchObject([{ modelVersion: '2.0.0' }]);
    expect(await take<DeadLetter>('DeadLetters', 1)).toMatchObject([
      {
        reason: 'content',
        place: { topic: TOPIC, partition: expect.any(Number), offset: expect.any(Number) },
        data: { encoding: 'utf8', content: '{"complaints":' },
      },
    ]);
  });
});
