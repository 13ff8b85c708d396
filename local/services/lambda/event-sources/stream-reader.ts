import type { EventSourcePosition } from '@aws-sdk/client-lambda';
import type { Principal } from '../../../gateway/principal';
import type { ShardPosition } from './shard-progress';

/** The role that reads a stream, or in its place who does. */
export function roleOf(principal: Principal): string {
  return principal.type === 'role' ? principal.roleArn : principal.arn;
}

/** A service whose streams have shards: how mappings read them. */
export interface StreamReader {
  /** The service in the ARNs of its streams. */
  readonly service: string;
  readonly positions: readonly EventSourcePosition[];
  /** What the record of a batch that is given up tells of it. */
  readonly batchInfoName: string;
  /** Member of a record that filters read as JSON; undefined if they read the record as it is. */
  readonly payloadKey?: string;
  readonly mostRecordsRead: number;

  /** @throws AwsError InvalidParameterValueException if the principal may not read the stream */
  check(streamArn: string, principal: Principal): Promise<void>;
  /** @throws AwsError InvalidParameterValueException, NotImplementedError */
  checkFilters(filters: readonly string[]): void;
  shards(streamArn: string, principal: Principal): Promise<StreamShard[]>;
  read(
    place: { readonly streamArn: string; readonly shardId: string },
    position: ShardPosition,
    limit: number,
    principal: Principal,
  ): Promise<StreamPage>;
  /**
   * The shards there are, and the last sequence number of each that is open, without asking for permission.
   */
  tips(streamArn: string): { readonly shardId: string; readonly tip: string | undefined }[];
  /** How long records are kept, in milliseconds. */
  retention(streamArn: string): number;
  /** Resolves when there may be something to read. */
  change(streamArn: string): Promise<void>;
}

export interface StreamShard {
  readonly id: string;
  readonly parents: readonly string[];
}

export interface StreamPage {
  readonly records: readonly StreamRecord[];
  /** Whether there is nothing more now. */
  readonly isCaughtUp: boolean;
  /** Whether there will never be more. */
  readonly isEnd: boolean;
}

export interface StreamRecord {
  readonly sequence: string;
  /** Records with the same key stay in their order. */
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly arrived: number;
  /** About how long it is in an event, in bytes. */
  readonly size: number;
  /** As functions get it. */
  readonly event: object;
  /** As filters see it. */
  readonly filtered: Readonly<Record<string, unknown>>;
}
