import * as sdk from '@aws-sdk/client-firehose';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { tagMap } from '../template-tags';
import {
  DESTINATION_ID,
  describe,
  type S3Destination,
  type StoredDeliveryStream,
  withDefaults,
} from './delivery-stream';
import { DeliveryStreamStore } from './delivery-stream-store';
import { implementedInputs } from './inputs';
import { checkPrefixes } from './object-key';
import { deliveryStreamResource } from './resources';
import { S3Delivery } from './s3-delivery';

/** Of all records of a call: `PutRecordBatch` of the API reference. */
const LARGEST_BATCH = 4 * 1_048_576;
const MOST_NAMES = 10;
const MOST_TAGS = 50;

/** Amazon Data Firehose: streams that producers put records into, delivered to S3. */
export class FirehoseService implements Service {
  readonly name = 'firehose';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    'AWS::KinesisFirehose::DeliveryStream': deliveryStreamResource,
  };
  private readonly store: DeliveryStreamStore;
  private readonly delivery: S3Delivery;

  constructor(private readonly cloud: Cloud) {
    this.store = new DeliveryStreamStore(cloud);
    this.delivery = new S3Delivery(cloud, this.store);
  }

  readonly operations: Operations<typeof sdk> = {
    CreateDeliveryStream: async (input) => {
      const name = input.DeliveryStreamName as string;
      const { ExtendedS3DestinationConfiguration: destination } = input;
      if (!destination)
        throw new NotImplementedError('delivery streams without ExtendedS3DestinationConfiguration');
      if (this.store.streams.has(name)) {
        // Worded as moto has it.
        throw new AwsError(
          'ResourceInUseException',
          `Firehose ${name} under accountId ${this.cloud.account} already exists`,
        );
      }
      const created = this.cloud.clock.date();
      const arn = this.cloud.arn('firehose', `deliverystream/${name}`);
      this.store.streams.set(name, {
        name,
        arn,
        created,
        changed: created,
        version: 1,
        isEncrypted: input.DeliveryStreamEncryptionConfigurationInput !== undefined,
        destination: await this.checked(withDefaults(destination)),
        tags: tagMap(input.Tags as sdk.Tag[] as { Key: string; Value: string }[]),
        logKey: `${name}/${this.cloud.uuid()}`,
        first: 0,
        next: 0,
        bufferedBytes: 0,
      });
      return { DeliveryStreamARN: arn };
    },

    DeleteDeliveryStream: (input) => {
      const stream = this.store.find(input);
      this.delivery.forget(stream);
      this.store.delete(stream);
      return {};
    },

    DescribeDeliveryStream: (input) => ({ DeliveryStreamDescription: describe(this.store.find(input)) }),

    ListDeliveryStreams: (input) => {
      const { ExclusiveStartDeliveryStreamName: after = '', Limit = MOST_NAMES, DeliveryStreamType } = input;
      const names = [...this.store.streams.keys()]
        .filter((name) => name > after && (DeliveryStreamType ?? 'DirectPut') === 'DirectPut')
        .sort();
      const DeliveryStreamNames = names.slice(0, Limit);
      return { DeliveryStreamNames, HasMoreDeliveryStreams: DeliveryStreamNames.length < names.length };
    },

    UpdateDestination: async (input) => {
      const stream = this.store.find(input);
      const { CurrentDeliveryStreamVersionId: given, DestinationId, ExtendedS3DestinationUpdate } = input;
      if (Number(given) !== stream.version) {
        // Worded as moto has it.
        throw new AwsError(
          'ConcurrentModificationException',
          `Cannot update firehose: ${stream.name} since the current version id: ${stream.version} and specified version id: ${given} do not match`,
        );
      }
      if (DestinationId !== DESTINATION_ID) {
        throw new AwsError('InvalidArgumentException', `Destination Id ${DestinationId} not found`);
      }
      const changes = Object.entries(ExtendedS3DestinationUpdate ?? {}).filter(
        ([, value]) => value !== undefined,
      );
      stream.destination = await this.checked({ ...stream.destination, ...Object.fromEntries(changes) });
      this.changed(stream);
      return {};
    },

    StartDeliveryStreamEncryption: (input) => {
      const { KeyType } = input.DeliveryStreamEncryptionConfigurationInput ?? { KeyType: 'AWS_OWNED_CMK' };
      this.store.find(input).isEncrypted = KeyType === 'AWS_OWNED_CMK';
      return {};
    },

    StopDeliveryStreamEncryption: (input) => {
      this.store.find(input).isEncrypted = false;
      return {};
    },

    PutRecord: (input) => {
      const stream = this.store.find(input);
      const [RecordId] = this.put(stream, [input.Record as sdk._Record]);
      return { RecordId, Encrypted: stream.isEncrypted };
    },

    PutRecordBatch: (input) => {
      const stream = this.store.find(input);
      const records = input.Records as sdk._Record[];
      const bytes = records.reduce((sum, { Data }) => sum + (Data as Uint8Array).length, 0);
      if (bytes > LARGEST_BATCH) {
        throw new AwsError('InvalidArgumentException', `Records size exceeds ${LARGEST_BATCH} bytes`);
      }
      const RequestResponses = this.put(stream, records).map((RecordId) => ({ RecordId }));
      return { FailedPutCount: 0, Encrypted: stream.isEncrypted, RequestResponses };
    },

    TagDeliveryStream: (input) => {
      const stream = this.store.find(input);
      const tags = { ...stream.tags, ...tagMap(input.Tags as { Key: string; Value: string }[]) };
      if (Object.keys(tags).length > MOST_TAGS) {
        throw new AwsError('LimitExceededException', `A delivery stream has at most ${MOST_TAGS} tags`);
      }
      stream.tags = tags;
      return {};
    },

    UntagDeliveryStream: (input) => {
      const { tags } = this.store.find(input);
      for (const key of input.TagKeys ?? []) delete tags[key];
      return {};
    },

    ListTagsForDeliveryStream: (input) => {
      const { ExclusiveStartTagKey: after = '', Limit = MOST_TAGS } = input;
      const tags = Object.entries(this.store.find(input).tags)
        .filter(([Key]) => Key > after)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([Key, Value]) => ({ Key, Value }));
      const Tags = tags.slice(0, Limit);
      return { Tags, HasMoreTags: Tags.length < tags.length };
    },
  };

  /**
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesisfirehose.html
   */
  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const action = `firehose:${operation}`;
    if (operation === 'ListDeliveryStreams') return [{ action, resource: '*' }];
    const { ExtendedS3DestinationConfiguration, ExtendedS3DestinationUpdate, DeliveryStreamName } = input;
    const { RoleARN } = (ExtendedS3DestinationConfiguration ?? ExtendedS3DestinationUpdate ?? {}) as {
      readonly RoleARN?: string;
    };
    const context = { 'iam:PassedToService': 'firehose.amazonaws.com' };
    return [
      { action, resource: this.cloud.arn('firehose', `deliverystream/${DeliveryStreamName}`) },
      ...(RoleARN ? [{ action: 'iam:PassRole', resource: RoleARN, context }] : []),
    ];
  }

  async start(): Promise<void> {
    for (const stream of this.store.streams.values()) this.delivery.update(stream);
  }

  async stop(): Promise<void> {
    this.delivery.stop();
  }

  /** @returns ids of the records */
  private put(stream: StoredDeliveryStream, records: readonly sdk._Record[]): string[] {
    const arrived = this.cloud.clock.now();
    for (const { Data } of records) {
      const data = Buffer.from(Data as Uint8Array);
      this.store.records.append(stream, { data, arrived });
      stream.bufferedBytes += data.length;
      this.delivery.record(stream, 'IncomingBytes', data.length, 'Bytes');
    }
    this.delivery.record(stream, 'IncomingRecords', records.length);
    this.delivery.update(stream);
    return records.map(() => this.cloud.uuid());
  }

  private changed(stream: StoredDeliveryStream): void {
    stream.version++;
    stream.changed = this.cloud.clock.date();
    this.delivery.update(stream);
  }

  /** @throws AwsError InvalidArgumentException; its text of a role is one that AWS answers */
  private async checked(destination: S3Destination): Promise<S3Destination> {
    checkPrefixes(destination);
    const { RoleARN } = destination;
    await this.delivery.principal(RoleARN).catch(() => {
      throw new AwsError(
        'InvalidArgumentException',
        `Firehose is unable to assume role ${RoleARN}. Please check the role provided.`,
      );
    });
    return destination;
  }
}
