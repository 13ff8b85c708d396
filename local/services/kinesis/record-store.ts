import { type StoredRecord, type StoredShard, type StoredStream, trimHorizon } from './stream';

/** The records of streams, each an entry of its own, so that a put keeps what was put and no more. */
export class RecordStore {
  constructor(private readonly records: Map<string, StoredRecord>) {}

  append(stream: StoredStream, shard: StoredShard, record: StoredRecord): void {
    this.records.set(keyOf(stream, shard, shard.next++), record);
  }

  at(stream: StoredStream, shard: StoredShard, position: number): StoredRecord {
    return this.records.get(keyOf(stream, shard, position)) as StoredRecord;
  }

  /** Forgets what has expired. */
  trim(stream: StoredStream, shard: StoredShard, now: number): void {
    const horizon = trimHorizon(stream, now);
    while (shard.first < shard.next && this.at(stream, shard, shard.first).arrived <= horizon)
      this.records.delete(keyOf(stream, shard, shard.first++));
  }

  /** Position of the first record that satisfies a condition that all later ones satisfy, too. */
  firstWhere(stream: StoredStream, shard: StoredShard, condition: (record: StoredRecord) => boolean): number {
    let [low, high] = [shard.first, shard.next];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (condition(this.at(stream, shard, middle))) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  forget(stream: StoredStream): void {
    for (const shard of stream.shards) {
      for (let position = shard.first; position < shard.next; position++)
        this.records.delete(keyOf(stream, shard, position));
    }
  }
}

function keyOf({ name }: StoredStream, { index }: StoredShard, position: number): string {
  return `${name}/${index}/${position}`;
}
