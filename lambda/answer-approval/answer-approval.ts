import { SendTaskFailureCommand, SendTaskSuccessCommand, type SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import type { RoutingStore } from '../aws/routing-store';
import type { ArtifactStore } from '../aws/store';
import { answerInWords, approvalSchema } from '../domain/approval';
import { approvalKey } from '../domain/bucket-layout';
import { checkDocument, modelVersionText } from '../domain/document';

export interface AnswerProps {
  readonly routing: RoutingStore;
  readonly store: ArtifactStore;
  readonly stepFunctions: SFNClient;
  readonly now: () => Date;
}

export interface Answered {
  readonly releaseId: string;
  readonly modelVersion: string;
  /** In words. */
  readonly answer: string;
}

/** Nothing waits for this answer. */
export class NothingToApproveError extends Error {
  override readonly name = 'NothingToApprove';
}

/**
 * Gives a person's answer to the release that waits for it.
 *
 * @throws NothingToApproveError if none waits, another version does, or it has its answer
 */
export async function answerApproval(
  event: unknown,
  { routing, store, stepFunctions, now }: AnswerProps,
): Promise<Answered> {
  const { modelVersion: expected, ...given } = checkDocument(answerRequest, event, 'answer');
  const { candidate } = await routing.read();
  if (!candidate) throw new NothingToApproveError('no release is under way');
  const { releaseId, modelVersion } = candidate;
  if (expected !== undefined && expected !== modelVersion) {
    throw new NothingToApproveError(`the release under way is that of ${modelVersion}, not of ${expected}`);
  }
  const approval = await store.tryReadJson(approvalKey(releaseId), approvalSchema);
  if (!approval) throw new NothingToApproveError(`the release of ${modelVersion} waits for nobody`);
  if (approval.answer) {
    throw new NothingToApproveError(
      `the release of ${modelVersion} was ${answerInWords(approval.answer)} already`,
    );
  }
  const answer = { ...given, time: now().toISOString() };
  const words = answerInWords(answer);
  const { token: taskToken } = approval;
  if (answer.decision === 'approve') {
    const output = JSON.stringify({ answer: words });
    await stepFunctions.send(new SendTaskSuccessCommand({ taskToken, output }));
  } else {
    await stepFunctions.send(new SendTaskFailureCommand({ taskToken, error: 'Rejected', cause: words }));
  }
  await store.writeJson(approvalKey(releaseId), { ...approval, answer });
  return { releaseId, modelVersion, answer: words };
}

// Strict, since a misspelt field must approve nothing.
const answerRequest = z.strictObject({
  decision: z.enum(['approve', 'reject']),
  by: z.string().check(z.minLength(1)),
  comment: z.optional(z.string()),
  /** The version that is meant, if given. */
  modelVersion: z.optional(modelVersionText),
});
