import { logger } from '../aws/logger';
import { answerByRoute } from './answer-by-route';
import type { InferProps } from './infer';
import type { RequestCopy } from './request-copy';

/**
 * Lets a version that is a shadow answer a copy: that is counted as a request to it, and recorded as the
 * original is, if that is. Copies that come when the version is no shadow, or not yet known as one, are left:
 * what then was counted would pass for its traffic.
 *
 * It never fails, for the copy's failure is the version's, and has been counted: Lambda need not try again.
 */
export async function answerCopy(copy: RequestCopy, props: Omit<InferProps, 'eventId'>): Promise<void> {
  const { releaseId, copyOf, ...question } = copy;
  try {
    const live = await props.routing.current();
    const { production, candidate, shadow } = live;
    if (!production || !shadow || candidate?.releaseId !== releaseId) return;
    // By production's, too, it is known whose mistake rows are.
    props.models.keep([production.modelVersion, candidate.modelVersion]);
    const asked = { question, eventId: copyOf.eventId, time: new Date(copyOf.time) };
    await answerByRoute(candidate, asked, live, props);
  } catch (error) {
    logger.warn(`the copy of request ${copyOf.eventId} was not answered`, error as Error);
  }
}
