import { createHash } from 'node:crypto';
import type { HashKeyRange } from '@aws-sdk/client-kinesis';
import { AwsError } from '../../gateway/aws-error';

/** Hash keys of a shard: 128-bit numbers, both ends included. */
export interface HashRange {
  readonly start: bigint;
  readonly end: bigint;
}

const SIZE = 2n ** 128n;

/** Ranges of equal size that cover all hash keys; the last has what the division leaves. */
export function equalRanges(count: number): HashRange[] {
  const size = SIZE / BigInt(count);
  return Array.from({ length: count }, (_, index) => ({
    start: BigInt(index) * size,
    end: index === count - 1 ? SIZE - 1n : BigInt(index + 1) * size - 1n,
  }));
}

/**
 * The hash key of a record: the MD5 digest of its partition key as a 128-bit number, unless it has its own.
 *
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html
 * @throws AwsError InvalidArgumentException, worded as mhart/kinesalite recorded it
 */
export function hashKeyOf(partitionKey: string, explicitHashKey: string | undefined): bigint {
  if (explicitHashKey === undefined) {
    return BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`);
  }
  const hashKey = BigInt(explicitHashKey);
  if (hashKey < SIZE) return hashKey;
  throw new AwsError(
    'InvalidArgumentException',
    `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${explicitHashKey}`,
  );
}

export function contains({ start, end }: HashRange, hashKey: bigint): boolean {
  return start <= hashKey && hashKey <= end;
}

export function describeRange({ start, end }: HashRange): HashKeyRange {
  return { StartingHashKey: String(start), EndingHashKey: String(end) };
}
