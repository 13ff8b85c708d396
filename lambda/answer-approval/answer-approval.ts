import { type GiveAnswerProps, giveAnswer, NothingToApproveError, readAnswer } from '../aws/give-answer';
import type { RoutingStore } from '../aws/routing-store';
import { approvalSchema } from '../domain/records/approval';
import { approvalKey } from '../domain/records/bucket-layout';

export interface AnswerProps extends GiveAnswerProps {
  readonly routing: RoutingStore;
}

export interface Answered {
  readonly releaseId: string;
  readonly modelVersion: string;
  /** In words. */
  readonly answer: string;
}

/**
 * Gives a person's answer to the release that waits for it.
 *
 * @throws NothingToApproveError if none waits, another version does, or it has its answer
 * @throws UnprovenIdentityError if who answers is not proven
 */
export async function answerApproval(event: unknown, props: AnswerProps): Promise<Answered> {
  const given = readAnswer(event);
  const { modelVersion: expected } = given;
  const { candidate } = await props.routing.read();
  if (!candidate) throw new NothingToApproveError('no release is in progress');
  const { releaseId, modelVersion } = candidate;
  if (expected !== undefined && expected !== modelVersion) {
    throw new NothingToApproveError(`the release in progress is that of ${modelVersion}, not of ${expected}`);
  }
  const key = approvalKey(releaseId);
  const asker = `the release of ${modelVersion}`;
  const approval = await props.store.tryReadJson(key, approvalSchema);
  if (!approval) throw new NothingToApproveError(`${asker} does not wait for an answer`);
  const answer = await giveAnswer({ key, approval, asker }, given, props);
  return { releaseId, modelVersion, answer };
}
