import type { ListShardsInput, ShardFilter } from '@aws-sdk/client-kinesis';
import { AwsError } from '../../gateway/aws-error';

/** What a page of shards is a page of. */
export interface ShardToken {
  readonly streamName: string;
  readonly filter?: ShardFilter | undefined;
  /** Only shards whose ids follow this one. */
  readonly after?: string | undefined;
  readonly page?: string;
}

export function writeToken(token: ShardToken): string {
  return Buffer.from(JSON.stringify(token)).toString('base64');
}

/** @throws AwsError InvalidArgumentException */
export function readToken(text: string): ShardToken {
  try {
    const { filter, ...token } = JSON.parse(Buffer.from(text, 'base64').toString()) as ShardToken;
    if (typeof token.streamName === 'string' && typeof token.page === 'string') {
      const Timestamp = filter?.Timestamp && new Date(filter.Timestamp);
      return { ...token, filter: filter && { ...filter, Timestamp } };
    }
  } catch {
    // Said below.
  }
  throw new AwsError('InvalidArgumentException', `NextToken ${text} is not valid.`);
}

/**
 * What is to be listed: a token stands for the stream and the filter (`ListShards` of the API reference).
 *
 * @throws AwsError InvalidArgumentException if a token and a stream are given
 */
export function listingOf(
  { NextToken, StreamName, ShardFilter, ExclusiveStartShardId }: ListShardsInput,
  streamName: () => string,
): ShardToken {
  if (NextToken === undefined)
    return { streamName: streamName(), filter: ShardFilter, after: ExclusiveStartShardId };
  if (StreamName === undefined) return readToken(NextToken);
  throw new AwsError('InvalidArgumentException', 'NextToken and StreamName cannot be provided together.');
}
