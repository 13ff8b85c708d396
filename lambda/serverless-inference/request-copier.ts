import { logger } from '../aws/logger';
import type { Question } from '../inference/question';
import { samplePlace } from '../inference/sample-place';
import type { RequestCopy } from './request-copy';
import type { ShadowFunction } from './shadow-function';

export interface RequestCopierProps {
  readonly shadow: Pick<ShadowFunction, 'send'>;
  /** Share of the requests that are copied, from 0 to 1. Those of them that are recorded come first. */
  readonly share: number;
}

/**
 * What Lambda takes of an asynchronous event, in bytes:
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
const LARGEST_EVENT = 1 << 20;

/** Sends copies of requests to a version that is a shadow. */
export class RequestCopier {
  constructor(private readonly props: RequestCopierProps) {}

  /** Sends a copy, or leaves it. Without the copy, the request is answered all the same. */
  async copy({ rows, inferenceId }: Question, releaseId: string, eventId: string, time: Date): Promise<void> {
    const { shadow, share } = this.props;
    if (samplePlace(eventId) >= share) return;
    const copyOf = { eventId, time: time.toISOString() };
    try {
      const event = JSON.stringify({ rows, inferenceId, releaseId, copyOf } satisfies RequestCopy);
      if (Buffer.byteLength(event) > LARGEST_EVENT) return;
      await shadow.send(event);
    } catch (error) {
      logger.warn(`request ${eventId} was not copied`, error as Error);
    }
  }
}
