import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  CreateFunctionCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { kafkaEvent } from '../../../../local/services/lambda/event-sources/kafka-source';
import type { LambdaService } from '../../../../local/services/lambda/lambda-service';
import { StatesFixture } from '../stepfunctions-fixture';

// test/local/kafka has the tests with Apache Kafka's own broker.
describe('A topic of Apache Kafka whose records a function gets', () => {
  const fixture = new StatesFixture();
  const lambda = () => new LambdaClient(fixture.config());

  beforeAll(async () => {
    await fixture.start();
    const Role = await fixture.role('scorer', [], 'lambda.amazonaws.com');
    await lambda().send(
      new CreateFunctionCommand({
        FunctionName: 'scorer',
        Role,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: zipSync({ 'index.js': strToU8('') }) },
      }),
    );
  });
  afterAll(() => fixture.stop());

  const network = [{ Type: 'VPC_SUBNET' as const, URI: 'subnet:subnet-1' }];
  const brokers = { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: ['127.0.0.1:1'] } };

  const map = (more: Partial<CreateEventSourceMappingCommandInput>) =>
    lambda().send(
      new CreateEventSourceMappingCommand({
        FunctionName: 'scorer',
        Topics: ['transactions'],
        SelfManagedEventSource: brokers,
        SourceAccessConfigurations: network,
        StartingPosition: 'LATEST',
        Enabled: false,
        ...more,
      }),
    );

  test('hands them over by partition, with keys, values and headers as AWS writes them', () => {
    const message = {
      topic: 'transactions',
      partition: 0,
      offset: 15n,
      timestamp: 1_545_084_650_987n,
      key: Buffer.from('k'),
      value: Buffer.from('hello'),
      headers: new Map([[Buffer.from('headerKey'), Buffer.from('headerValue')]]),
      commit: async () => {},
    };
    const tombstone = { ...message, partition: 1, key: undefined, value: null, headers: new Map() };
    const topic = {
      bootstrapServers: ['b1:9092', 'b2:9092'],
      topic: 'transactions',
      consumerGroupId: 'g',
      network: [],
    };
    // "Example Kafka event" of the developer guide.
    expect(kafkaEvent(topic, [message, tombstone])).toEqual({
      eventSource: 'SelfManagedKafka',
      bootstrapServers: 'b1:9092,b2:9092',
      records: {
        'transactions-0': [
          {
            topic: 'transactions',
            partition: 0,
            offset: 15,
            timestamp: 1_545_084_650_987,
            timestampType: 'CREATE_TIME',
            key: 'aw==',
            value: 'aGVsbG8=',
            headers: [{ headerKey: [104, 101, 97, 100, 101, 114, 86, 97, 108, 117, 101] }],
          },
        ],
        'transactions-1': [
          {
            topic: 'transactions',
            partition: 1,
            offset: 15,
            timestamp: 1_545_084_650_987,
            timestampType: 'CREATE_TIME',
            headers: [],
          },
        ],
      },
    });
  });

  test('describes its mapping, whose group is its own if it names none', async () => {
    const { UUID, EventSourceArn, ...mapping } = await map({});
    expect(EventSourceArn).toBeUndefined();
    expect(mapping).toMatchObject({
      BatchSize: 100,
      StartingPosition: 'LATEST',
      SelfManagedEventSource: brokers,
      SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: UUID },
      SourceAccessConfigurations: network,
      Topics: ['transactions'],
    });
    await expect(map({})).rejects.toMatchObject({ name: 'ResourceConflictException' });
  });

  test.each<[string, Partial<CreateEventSourceMappingCommandInput>, string]>([
    [
      'no access configuration',
      { SourceAccessConfigurations: [] },
      "Required 'sourceAccessConfigurations' parameter is missing.",
    ],
    [
      'a secret',
      { SourceAccessConfigurations: [{ Type: 'SASL_SCRAM_512_AUTH', URI: 'arn:aws:secretsmanager:x' }] },
      'does not implement Type SASL_SCRAM_512_AUTH (only VPC_SUBNET, VPC_SECURITY_GROUP)',
    ],
    ['no topic', { Topics: undefined }, 'needs KAFKA_BOOTSTRAP_SERVERS and one of Topics'],
    [
      'an ARN besides',
      { EventSourceArn: 'arn:aws:kafka:us-east-1:000000000000:cluster/c/1' },
      'cannot be given together',
    ],
    [
      'no source at all',
      { SelfManagedEventSource: undefined, Topics: undefined, SourceAccessConfigurations: undefined },
      'Unrecognized event source.',
    ],
    [
      "a cluster of AWS's",
      {
        SelfManagedEventSource: undefined,
        Topics: undefined,
        SourceAccessConfigurations: undefined,
        EventSourceArn: 'arn:aws:kafka:us-east-1:000000000000:cluster/c/1',
      },
      'does not implement event sources other than SQS queues, Kinesis and DynamoDB streams and self-managed Apache Kafka',
    ],
    [
      'partial batch failures',
      { Topics: ['other'], FunctionResponseTypes: ['ReportBatchItemFailures'] },
      'does not implement FunctionResponseTypes of mappings of Apache Kafka topics',
    ],
    [
      'a time to begin at',
      { Topics: ['other'], StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: new Date(0) },
      'does not implement StartingPosition AT_TIMESTAMP',
    ],
  ])('is refused with %s', async (_what, more, message) => {
    await expect(map(more)).rejects.toThrow(message);
  });

  test('its CloudFormation resource names the brokers as templates do', async () => {
    const { resources } = fixture.cloud.service<LambdaService>('lambda');
    const provider = resources['AWS::Lambda::EventSourceMapping'];
    const properties = {
      FunctionName: 'scorer',
      Enabled: false,
      SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: ['127.0.0.1:2'] } },
      SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: 'scoring' },
      SourceAccessConfigurations: network,
      Topics: ['transactions'],
      StartingPosition: 'TRIM_HORIZON',
    };
    const state = await provider?.create(properties, fixture.resourceContext('Mapping'));
    expect(state?.attributes?.EventSourceMappingArn).toContain(':event-source-mapping:');
  });
});
