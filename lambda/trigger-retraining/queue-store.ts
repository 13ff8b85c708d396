import type { ArtifactStore } from '../aws/store';
import { RETRAINING_QUEUE } from '../domain/records/bucket-layout';
import { EMPTY_QUEUE, parseQueue, type RetrainingQueue } from '../domain/records/retraining-queue';

/** The queue as it was read, and whether it is still the same. */
export interface ReadQueue {
  readonly queue: RetrainingQueue;
  /** Undefined if there was none. */
  readonly etag: string | undefined;
}

/** The queue of retrainings in the pipeline's bucket. Of two that change it at the same time, S3 lets one. */
export class QueueStore {
  constructor(private readonly store: ArtifactStore) {}

  async read(): Promise<ReadQueue> {
    try {
      const { text, etag } = await this.store.readTagged(RETRAINING_QUEUE);
      return { queue: parseQueue(text), etag };
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return { queue: EMPTY_QUEUE, etag: undefined };
      throw error;
    }
  }

  /** @returns whether it was written: not if somebody else has written since it was read */
  write(queue: RetrainingQueue, { etag }: ReadQueue): Promise<boolean> {
    const text = JSON.stringify(queue);
    if (etag === undefined) return this.store.writeOnce(RETRAINING_QUEUE, text);
    return this.store.writeOver(RETRAINING_QUEUE, text, etag);
  }
}
