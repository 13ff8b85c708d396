import type { ArtifactStore } from '../aws/store';
import { captureKey } from '../domain/records/bucket-layout';
import type { Question } from './request';
import { samplePlace } from './sample-place';

export interface CaptureRecorderProps {
  readonly store: Pick<ArtifactStore, 'write'>;
  /** Of the recordings, below `capture/`. */
  readonly folder: string;
  /** Share of the requests that is recorded, the same ones wherever one is answered. */
  readonly percentage: number;
}

/** A request and its answer. */
export interface Exchange {
  readonly question: Question;
  readonly predictions: readonly number[];
  readonly variant: string;
  readonly eventId: string;
  readonly time: Date;
}

/** Records requests and answers in the format of SageMaker's data capture, which monitors read. */
export class CaptureRecorder {
  constructor(private readonly props: CaptureRecorderProps) {}

  /**
   * Records an exchange, or leaves it. It is written at once, since an instance may be frozen after it has answered; without
   * the record, the request is answered all the same.
   */
  async record(exchange: Exchange): Promise<void> {
    const { store, folder, percentage } = this.props;
    const { variant, time, eventId } = exchange;
    if (samplePlace(eventId) * 100 >= percentage) return;
    try {
      await store.write(captureKey(folder, variant, time, eventId), `${recordOf(exchange)}\n`);
    } catch (error) {
      console.warn(`request ${eventId} was not recorded: ${(error as Error).message}`);
    }
  }
}

function recordOf({ question, predictions, eventId, time }: Exchange): string {
  const { rows, inferenceId } = question;
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
