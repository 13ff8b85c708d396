import * as sdk from '@aws-sdk/client-kinesis';
import type { PolicyDocument } from '../../gateway/policy';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { parsePolicy } from '../policy-text';
import { implementedInputs } from './inputs';
import { recordOperations } from './record-operations';
import { resourcePolicyResource, streamResource } from './resources';
import { readIterator } from './shard-iterator';
import { shardOperations } from './shard-operations';
import { readToken } from './shard-token';
import { isOpen, liveShards, nextSequence } from './stream';
import { StreamEncryption } from './stream-encryption';
import { streamOperations } from './stream-operations';
import { StreamStore } from './stream-store';
import { tagOperations } from './tag-operations';

const HOUR = 3_600_000;
/** Operations that belong to the account and not to a stream. */
const WITHOUT_RESOURCE = ['ListStreams'];

/** Kinesis Data Streams. */
export class KinesisService implements Service {
  readonly name = 'kinesis';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly operations: Operations<typeof sdk>;
  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    'AWS::Kinesis::Stream': streamResource,
    'AWS::Kinesis::ResourcePolicy': resourcePolicyResource,
  };
  private readonly store: StreamStore;
  private readonly encryption: StreamEncryption;

  constructor(private readonly cloud: Cloud) {
    this.store = new StreamStore(cloud);
    this.encryption = new StreamEncryption(cloud);
    this.operations = {
      ...streamOperations(cloud, this.store, this.encryption),
      ...shardOperations(cloud, this.store),
      ...recordOperations(cloud, this.store, this.encryption),
      ...tagOperations(this.store),
    };
  }

  /** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesis.html */
  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const action = `kinesis:${operation}`;
    const name = streamNameOf(operation, input as Record<string, string | undefined>);
    if (name === undefined) return [{ action, resource: '*' }];
    const resource = this.cloud.arn('kinesis', `stream/${name}`);
    // Tags of a new stream need the permission to add them: `CreateStream` of the API reference.
    const isTagged = operation === 'CreateStream' && Object.keys(input.Tags ?? {}).length > 0;
    return [
      { action, resource },
      ...(isTagged ? [{ action: 'kinesis:AddTagsToStream', resource }] : []),
      ...this.encryption.permissions(operation, this.store.streams.get(name)),
    ];
  }

  resourcePolicy(arn: string): PolicyDocument | undefined {
    return parsePolicy(this.store.streams.get(arn.split('/')[1] ?? '')?.policy);
  }

  /**
   * The shards of a stream, and of those that are open a sequence number that is higher than those of all
   * records, for readers inside the cloud.
   */
  tips(streamArn: string): { readonly shardId: string; readonly tip: string | undefined }[] {
    const stream = this.store.findByArn(streamArn);
    return liveShards(stream, this.cloud.clock.now()).map((shard) => ({
      shardId: shard.id,
      tip: isOpen(shard) ? nextSequence(stream, shard.index) : undefined,
    }));
  }

  /** How long a stream keeps records, in milliseconds. */
  retention(streamArn: string): number {
    return this.store.findByArn(streamArn).retentionHours * HOUR;
  }

  /** Resolves when a stream gets records or other shards, or is deleted, for readers inside the cloud. */
  change(streamArn: string): Promise<void> {
    return this.store.change(streamArn.split('/')[1] as string);
  }
}

/** The stream that a request names, if it names one, itself or by an iterator or token. */
function streamNameOf(operation: string, input: Record<string, string | undefined>): string | undefined {
  if (WITHOUT_RESOURCE.includes(operation)) return undefined;
  const arn = input.StreamARN ?? input.ResourceARN;
  if (arn !== undefined) return arn.split('/')[1];
  if (input.ShardIterator !== undefined) return readIterator(input.ShardIterator).streamName;
  if (input.NextToken !== undefined) return readToken(input.NextToken).streamName;
  return input.StreamName;
}
