import type { ArtifactStore } from '../aws/store';
import { retrainingQueueKey } from '../domain/records/bucket-layout';
import { EMPTY_QUEUE, parseQueue, type RetrainingQueue } from '../domain/records/retraining-queue';

/** The queue as it was read, and whether it is still the same. */
export interface ReadQueue {
  readonly queue: RetrainingQueue;
  /** Undefined if there was none. */
  readonly etag: string | undefined;
}

/** The queue of retrainings in the bucket. Of two that change it at the same time, S3 lets one. */
export class QueueStore {
  private readonly key: string;

  /** @param prefix of the trigger's records */
  constructor(
    private readonly store: ArtifactStore,
    prefix: string,
  ) {
    this.key = retrainingQueueKey(prefix);
  }

  async read(): Promise<ReadQueue> {
    try {
      const { text, etag } = await this.store.readTagged(this.key);
      return { queue: parseQueue(text), etag };
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return { queue: EMPTY_QUEUE, etag: undefined };
      throw error;
    }
  }

  /** @returns whether it was written: not if somebody else has written since it was read */
  write(queue: RetrainingQueue, { etag }: ReadQueue): Promise<boolean> {
    const text = JSON.stringify(queue);
    if (etag === undefined) return this.store.writeOnce(this.key, text);
    return this.store.writeOver(this.key, text, etag);
  }
}
