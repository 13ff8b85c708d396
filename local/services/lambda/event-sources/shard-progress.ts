/** Where a reader of a shard goes on. */
export type ShardPosition =
  | { readonly after: string }
  | { readonly at: 'TRIM_HORIZON' }
  | { readonly at: 'AT_TIMESTAMP'; readonly timestamp: Date };

/** How far the records of a shard are that are handed over one after the other. */
export interface LaneProgress {
  readonly position: ShardPosition;
  /** Whether the shard is closed and read to its end. */
  readonly isFinished: boolean;
}

const BEGINNING: LaneProgress = { position: { at: 'TRIM_HORIZON' }, isFinished: false };

/**
 * Where the lanes of shards are, kept over a restart. The records of a shard are divided among its lanes by
 * their partition keys.
 */
export class ShardProgress {
  constructor(private readonly table: Map<string, readonly LaneProgress[]>) {}

  begin(uuid: string, shardId: string, lane: LaneProgress): void {
    this.table.set(keyOf(uuid, shardId), [lane]);
  }

  /** As many lanes as wanted: if there were others, all go on where the last of those is. */
  lanes(uuid: string, shardId: string, count: number): readonly LaneProgress[] {
    const lanes = this.table.get(keyOf(uuid, shardId)) ?? [BEGINNING];
    if (lanes.length === count) return lanes;
    const last = lanes.reduce((one, other) => (isBefore(other, one) ? other : one));
    const divided = Array.from({ length: count }, () => last);
    this.table.set(keyOf(uuid, shardId), divided);
    return divided;
  }

  save(uuid: string, shardId: string, index: number, lane: LaneProgress): void {
    const lanes = [...(this.table.get(keyOf(uuid, shardId)) ?? [])];
    lanes[index] = lane;
    this.table.set(keyOf(uuid, shardId), lanes);
  }

  isFinished(uuid: string, shardId: string): boolean {
    const lanes = this.table.get(keyOf(uuid, shardId)) ?? [];
    return lanes.length > 0 && lanes.every(({ isFinished }) => isFinished);
  }

  /** Forgets shards, all of a mapping or those that have expired. */
  forget(uuid: string, isGone: (shardId: string) => boolean = () => true): void {
    const prefix = keyOf(uuid, '');
    for (const key of [...this.table.keys()])
      if (key.startsWith(prefix) && isGone(key.slice(prefix.length))) this.table.delete(key);
  }
}

/** Sequence numbers compare as the numbers that they are. */
function isBefore(one: LaneProgress, other: LaneProgress): boolean {
  if (one.isFinished !== other.isFinished) return other.isFinished;
  if (!('after' in other.position)) return false;
  return !('after' in one.position) || BigInt(one.position.after) < BigInt(other.position.after);
}

function keyOf(uuid: string, shardId: string): string {
  return `${uuid}/${shardId}`;
}
