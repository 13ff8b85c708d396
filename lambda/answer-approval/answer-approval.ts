import { type GiveAnswerProps, giveAnswer, NothingToApproveError } from '../aws/give-answer';
import type { RoutingStore } from '../aws/routing-store';
import { answerRequest, approvalSchema } from '../domain/approval';
import { approvalKey } from '../domain/bucket-layout';
import { checkDocument } from '../domain/document';

export interface AnswerProps extends GiveAnswerProps {
  readonly routing: RoutingStore;
  readonly now: () => Date;
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
 */
export async function answerApproval(event: unknown, props: AnswerProps): Promise<Answered> {
  const { modelVersion: expected, ...given } = checkDocument(answerRequest, event, 'answer');
  const { candidate } = await props.routing.read();
  if (!candidate) throw new NothingToApproveError('no release is under way');
  const { releaseId, modelVersion } = candidate;
  if (expected !== undefined && expected !== modelVersion) {
    throw new NothingToApproveError(`the release under way is that of ${modelVersion}, not of ${expected}`);
  }
  const key = approvalKey(releaseId);
  const asker = `the release of ${modelVersion}`;
  const approval = await props.store.tryReadJson(key, approvalSchema);
  if (!approval) throw new NothingToApproveError(`${asker} waits for nobody`);
  const time = props.now().toISOString();
  const answer = await giveAnswer({ key, approval, asker }, { ...given, time }, props);
  return { releaseId, modelVersion, answer };
}
