import { logger } from '../aws/logger';
import type { ArtifactStore } from '../aws/store';
import { captureKey, capturePrefix, hourPath } from '../domain/records/bucket-layout';
import type { ModelAnswer } from './model-answer';
import type { Question } from './question';
import type { Rows } from './rows';
import { samplePlace } from './sample-place';

export interface CaptureRecorderProps {
  readonly store: Pick<ArtifactStore, 'write'>;
  /** Of the recordings, below `capture/`. */
  readonly folder: string;
  /** Share of the requests that is recorded, the same ones wherever one is answered. */
  readonly percentage: number;
  readonly now: () => Date;
  /** Least time between two writes by {@link CaptureRecorder.flushIfDue}. @default 0 */
  readonly intervalMillis?: number;
  /** Called when an object could not be written. */
  readonly onFailure: () => void;
}

/** A request and its answer. */
export interface Exchange {
  readonly question: Pick<Question, 'inferenceId'>;
  /** Cells in the order of the model's columns. */
  readonly rows: Rows;
  /** Numbers of each row. */
  readonly predictions: ModelAnswer['predictions'];
  readonly variant: string;
  readonly eventId: string;
  readonly time: Date;
}

/** Exchanges of one variant and hour, which go into one object. */
interface Batch {
  /** Of the object, made of its oldest exchange. */
  readonly key: string;
  /** When the oldest one was answered. */
  readonly since: Date;
  readonly exchanges: Exchange[];
}

/** Rows that wait to be written, at most: some megabytes. */
const MOST_ROWS = 10_000;

/** What is kept for the next attempt after one that failed: each further attempt sends all of it again. */
const MOST_KEPT = { bytes: 1 << 20, ageMillis: 10 * 60_000 };

/** Records requests and answers in the format of SageMaker's data capture, which monitors read. */
export class CaptureRecorder {
  /** Since the last flush. */
  private taken: Exchange[] = [];
  private takenRows = 0;
  private flushedAt = Number.NEGATIVE_INFINITY;
  /** What could not be written, by the folder of the objects. */
  private pending = new Map<string, Batch>();

  constructor(private readonly props: CaptureRecorderProps) {}

  /** Takes an exchange that is to be recorded, or leaves it. Nothing is written before `flush`. */
  record(exchange: Exchange): void {
    const { percentage } = this.props;
    if (percentage < 100 && samplePlace(exchange.eventId) * 100 >= percentage) return;
    this.taken.push(exchange);
    this.takenRows += exchange.rows.length;
  }

  /**
   * Writes everything that was taken, if the last time is long ago, or it has become much. As {@link flush}.
   */
  async flushIfDue(signal: AbortSignal): Promise<void> {
    const { now, intervalMillis = 0 } = this.props;
    const elapsed = now().getTime() - this.flushedAt;
    // A clock may be set back, by any time.
    if (Math.abs(elapsed) >= intervalMillis || this.takenRows >= MOST_ROWS) await this.flush(signal);
  }

  /**
   * Writes everything that was taken: an object for each variant and hour. What could not be written goes
   * with the next flush, up to 1 MiB and 10 minutes: monitors read an hour when its records should be there.
   * An instance that gets no further request loses it.
   *
   * An object whose write seemed to fail is written over by the next attempt, so that no exchange is recorded
   * twice. A flush never fails: failures are logged and counted.
   */
  async flush(signal: AbortSignal): Promise<void> {
    const batches = this.batches();
    this.taken = [];
    this.takenRows = 0;
    this.flushedAt = this.props.now().getTime();
    this.pending = new Map();
    await Promise.all([...batches].map(([prefix, batch]) => this.write(prefix, batch, signal)));
  }

  private batches(): Map<string, Batch> {
    const { folder } = this.props;
    const batches = new Map(this.pending);
    for (const exchange of this.taken) {
      const { variant, time, eventId } = exchange;
      const prefix = capturePrefix(folder, variant, hourPath(time));
      const batch = batches.get(prefix);
      if (batch) batch.exchanges.push(exchange);
      else {
        const key = captureKey(folder, variant, time, eventId);
        batches.set(prefix, { key, since: time, exchanges: [exchange] });
      }
    }
    return batches;
  }

  private async write(prefix: string, batch: Batch, signal: AbortSignal): Promise<void> {
    const { store, now, onFailure } = this.props;
    const { key, since, exchanges } = batch;
    const content = exchanges.map((exchange) => `${recordOf(exchange)}\n`).join('');
    try {
      await store.write(key, content, signal);
    } catch (error) {
      onFailure();
      const age = now().getTime() - since.getTime();
      const isKept = Buffer.byteLength(content) <= MOST_KEPT.bytes && age <= MOST_KEPT.ageMillis;
      const fate = isKept ? 'wait for the next attempt' : 'are lost';
      logger.warn(
        `${exchanges.length} requests could not be recorded in ${key}, and ${fate}`,
        error as Error,
      );
      if (!isKept) return;
      const later = this.pending.get(prefix)?.exchanges ?? [];
      this.pending.set(prefix, { ...batch, exchanges: [...exchanges, ...later] });
    }
  }
}

function recordOf({ question: { inferenceId }, rows, predictions, eventId, time }: Exchange): string {
  const payload = (mode: string, data: object) => ({
    observedContentType: 'application/json',
    mode,
    data: JSON.stringify(data),
    encoding: 'JSON',
  });
  return JSON.stringify({
    captureData: {
      endpointInput: payload('INPUT', { instances: rows }),
      endpointOutput: payload('OUTPUT', { predictions }),
    },
    eventMetadata: {
      eventId,
      ...(inferenceId !== undefined && { inferenceId }),
      inferenceTime: time.toISOString(),
    },
    eventVersion: '0',
  });
}
