import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  LambdaClient,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { type StandIn, standInEnvironments } from '../services/lambda/stand-in-environment';
import { StatesFixture } from '../services/stepfunctions-fixture';
import { KafkaBroker } from './broker';
import { type KafkaClients, kafkaClients, type Message } from './clients';

interface KafkaEvent {
  readonly bootstrapServers: string;
  readonly records: Readonly<
    Record<string, readonly { readonly offset: number; readonly key?: string; readonly value: string }[]>
  >;
}

/** It needs Java 17 and Maven, which resolves the broker's artifacts: 43 MB. */
const describeWithKafka = process.env.IN_DEPTH_KAFKA ? describe : describe.skip;

describeWithKafka("A topic of Apache Kafka's own broker", () => {
  const functions = new Map<string, StandIn>();
  const fixture = new StatesFixture({
    clock: { rate: 1 },
    runtimes: { functions: standInEnvironments(functions) },
  });
  let broker: KafkaBroker;
  let clients: KafkaClients;
  let number = 0;
  const lambda = () => new LambdaClient(fixture.config());

  beforeAll(async () => {
    broker = await KafkaBroker.start();
    await fixture.start();
    await fixture.role('scorer', [], 'lambda.amazonaws.com');
    clients = await kafkaClients(broker.address);
  });
  afterAll(async () => {
    await fixture.stop();
    await clients?.close();
    await broker?.stop();
  });

  async function topicOf(partitions: number): Promise<string> {
    const topic = `transactions-${++number}`;
    await clients.createTopic(topic, partitions);
    return topic;
  }

  async function functionOf(standIn: (event: KafkaEvent) => unknown): Promise<string> {
    const FunctionName = `scorer-${++number}`;
    functions.set(FunctionName, standIn);
    await lambda().send(
      new CreateFunctionCommand({
        FunctionName,
        Role: 'arn:aws:iam::000000000000:role/scorer',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: zipSync({ 'index.js': strToU8('') }) },
      }),
    );
    return FunctionName;
  }

  const map = (FunctionName: string, topic: string, more: object = {}) =>
    lambda().send(
      new CreateEventSourceMappingCommand({
        FunctionName,
        Topics: [topic],
        SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: [broker.address] } },
        SourceAccessConfigurations: [{ Type: 'VPC_SUBNET', URI: 'subnet:subnet-1' }],
        StartingPosition: 'TRIM_HORIZON',
        ...more,
      }),
    );

  const send = (topic: string, ...messages: Omit<Message, 'topic'>[]) =>
    clients.send(messages.map((message) => ({ topic, ...message })));

  /** Waits for something that the broker brings about in real time. */
  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  test('hands its records over as AWS does, in the order of each partition', async () => {
    const topic = await topicOf(2);
    const events: KafkaEvent[] = [];
    const name = await functionOf((event) => events.push(event));
    for (let i = 0; i < 20; i++)
      await send(topic, { key: `customer-${i % 5}`, value: String(i), headers: { source: 'test' } });
    await map(name, topic);
    const records = () => events.flatMap((event) => Object.entries(event.records));
    await until(() => records().reduce((sum, [, some]) => sum + some.length, 0) === 20);
    expect(events[0]).toMatchObject({ eventSource: 'SelfManagedKafka', bootstrapServers: broker.address });
    const seen = new Map<string, number[]>();
    for (const [place, some] of records()) {
      expect(place).toMatch(new RegExp(`^${topic}-[01]$`));
      for (const record of some) {
        expect(record).toEqual({
          topic,
          partition: Number(place.at(-1)),
          offset: expect.any(Number),
          timestamp: expect.any(Number),
          timestampType: 'CREATE_TIME',
          key: expect.any(String),
          value: expect.any(String),
          headers: [{ source: [...Buffer.from('test')] }],
        });
        const key = Buffer.from(record.key as string, 'base64').toString();
        const value = Number(Buffer.from(record.value, 'base64').toString());
        seen.set(key, [...(seen.get(key) ?? []), value]);
      }
    }
    expect([...seen.keys()].sort()).toEqual(Array.from({ length: 5 }, (_, i) => `customer-${i}`));
    for (const [key, values] of seen) {
      const first = Number(key.at(-1));
      expect(values).toEqual([first, first + 5, first + 10, first + 15]);
    }
  });

  test('is read again from the last offset that was committed', async () => {
    const topic = await topicOf(1);
    const taken: string[] = [];
    let isBroken = false;
    const name = await functionOf(({ records }) => {
      if (isBroken) throw new Error('no');
      for (const { value } of Object.values(records).flat())
        taken.push(Buffer.from(value, 'base64').toString());
    });
    const { UUID } = await map(name, topic, {
      SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: 'scoring' },
    });
    const enable = (Enabled: boolean) =>
      lambda().send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
    await send(topic, { value: '1' }, { value: '2' });
    await until(() => taken.length === 2);
    await enable(false);
    await send(topic, { value: '3' });
    isBroken = true;
    await enable(true);
    isBroken = false;
    await send(topic, { value: '4' });
    await until(() => taken.length >= 4);
    expect(taken).toEqual(['1', '2', '3', '4']);
  });

  test('hands over only what passes a filter', async () => {
    const topic = await topicOf(1);
    const taken: string[] = [];
    const name = await functionOf(({ records }) => {
      for (const { value } of Object.values(records).flat())
        taken.push(Buffer.from(value, 'base64').toString());
    });
    await map(name, topic, {
      FilterCriteria: { Filters: [{ Pattern: '{"value":{"amount":[{"numeric":[">",100]}]}}' }] },
    });
    await send(topic, { value: '{"amount":7}' }, { value: 'text' }, { value: '{"amount":700}' });
    await until(() => taken.length > 0);
    expect(taken).toEqual(['{"amount":700}']);
  });
});
