import { AwsError } from '../../gateway/aws-error';
import { equalRanges } from './hash-range';
import { closeShard, isOpen, openShard, type StoredShard, type StoredStream } from './stream';

/** Closes a shard and opens two in its place, the second of which begins with a hash key. */
export function split(stream: StoredStream, shard: StoredShard, start: bigint, now: number): void {
  closeShard(stream, shard, now);
  const { hashRange, id: parent } = shard;
  openShard(stream, { hashRange: { start: hashRange.start, end: start - 1n }, parent, now });
  openShard(stream, { hashRange: { start, end: hashRange.end }, parent, now });
}

/** Closes two neighbours and opens one in their place. */
export function merge(
  stream: StoredStream,
  lower: StoredShard,
  upper: StoredShard,
  now: number,
): StoredShard {
  closeShard(stream, lower, now);
  closeShard(stream, upper, now);
  return openShard(stream, {
    hashRange: { start: lower.hashRange.start, end: upper.hashRange.end },
    parent: lower.id,
    adjacentParent: upper.id,
    now,
  });
}

/**
 * Splits and merges until as many open shards of equal size are left; those in between are closed again, as
 * `UpdateShardCount` of the API reference has it.
 */
export function scale(stream: StoredStream, count: number, now: number): void {
  const ranges = equalRanges(count);
  for (const { start } of ranges) {
    const cut = inOrder(stream).find(({ hashRange }) => hashRange.start < start && start <= hashRange.end);
    if (cut) split(stream, cut, start, now);
  }
  for (const { start, end } of ranges) {
    const [first, ...rest] = inOrder(stream).filter(
      ({ hashRange }) => hashRange.start >= start && hashRange.end <= end,
    );
    rest.reduce((merged, next) => merge(stream, merged, next, now), first as StoredShard);
  }
}

/**
 * @throws AwsError InvalidArgumentException, worded as mhart/kinesalite and moto recorded it
 */
export function checkSplit(shard: StoredShard, start: bigint, place: string): void {
  if (!isOpen(shard)) throw alreadyClosed(shard, place);
  const { hashRange } = shard;
  if (start > hashRange.start + 1n && start < hashRange.end) return;
  throw new AwsError(
    'InvalidArgumentException',
    `NewStartingHashKey ${start} used in SplitShard() on shard ${shard.id} in ${place} is not both greater than one plus the shard's StartingHashKey ${hashRange.start} and less than the shard's EndingHashKey ${hashRange.end}.`,
  );
}

/**
 * @throws AwsError InvalidArgumentException, worded as mhart/kinesalite and moto recorded it
 */
export function checkMerge(lower: StoredShard, upper: StoredShard, place: string): void {
  for (const shard of [lower, upper]) if (!isOpen(shard)) throw alreadyClosed(shard, place);
  if (lower.hashRange.end + 1n === upper.hashRange.start) return;
  throw new AwsError(
    'InvalidArgumentException',
    `Shards ${lower.id} and ${upper.id} in ${place} are not an adjacent pair of shards eligible for merging`,
  );
}

function alreadyClosed({ id }: StoredShard, place: string): AwsError {
  return new AwsError(
    'InvalidArgumentException',
    `Shard ${id} in ${place} has already been merged or split, and thus is not eligible for merging or splitting.`,
  );
}

function inOrder({ shards }: StoredStream): StoredShard[] {
  return shards.filter(isOpen).sort((a, b) => (a.hashRange.start < b.hashRange.start ? -1 : 1));
}
