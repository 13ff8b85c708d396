import { logger } from '../aws/logger';
import { SHADOW_VARIANT } from '../domain/release/shadow-variant';
import { answerByRoute } from '../inference/answer-by-route';
import type { InferProps } from './infer';
import type { RequestCopy } from './request-copy';
import type { ShadowRoutes } from './shadow-routes';

export interface AnswerCopyProps extends Omit<InferProps, 'routing'> {
  readonly shadows: ShadowRoutes;
}

/**
 * Lets a version that is a shadow answer a copy: that is counted and recorded, as the original is, for the
 * variant of shadows. Copies that come when the version is no shadow any more are left: what then was counted
 * would pass for its traffic.
 *
 * It never fails, for the copy's failure is the version's, and has been counted: Lambda need not try again.
 */
export async function answerCopy(copy: RequestCopy, props: AnswerCopyProps): Promise<void> {
  const { releaseId, copyOf, ...question } = copy;
  try {
    const live = await props.shadows.of(releaseId);
    if (!live) return;
    const { production, candidate } = live;
    // By production's, too, it is known whose mistake rows are.
    props.models.keep([production.modelVersion, candidate.modelVersion]);
    const asked = { question, eventId: copyOf.eventId, time: new Date(copyOf.time) };
    await answerByRoute({ ...candidate, variant: SHADOW_VARIANT }, asked, live, props);
  } catch (error) {
    logger.warn(`the copy of request ${copyOf.eventId} was not answered`, error as Error);
  }
}
