import {
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { PersonsAnswer } from '../../contracts/persons-answer';
import { type AnswerRequest, type Approval, answerInWords, answerRequest } from '../domain/records/approval';
import { checkDocument } from '../domain/records/document';
import { HOW_TO_PROVE, type IdentityVerifier, UnprovenIdentityError } from './identity-verifier';
import type { ArtifactStore } from './store';

/** A question that a workflow waits with. */
export interface Question {
  /** Where it is kept. */
  readonly key: string;
  readonly approval: Approval;
  /** Who waits, in words. */
  readonly asker: string;
}

export interface GiveAnswerProps {
  readonly store: ArtifactStore;
  readonly identity: IdentityVerifier;
  readonly now: () => Date;
  readonly stepFunctions: SFNClient;
}

/** Nothing waits for this answer. */
export class NothingToApproveError extends Error {
  override readonly name = 'NothingToApprove';
}

/** @throws UnprovenIdentityError if there is no proof of who answers */
export function readAnswer(event: unknown): AnswerRequest {
  if (!(event as Partial<AnswerRequest> | null)?.proof) {
    throw new UnprovenIdentityError(`the answer has no proof of identity; ${HOW_TO_PROVE}`);
  }
  return checkDocument(answerRequest, event, 'answer');
}

/**
 * Gives a person's answer to the workflow that waits for it, and keeps it beside the question.
 *
 * @returns the answer in words
 * @throws NothingToApproveError if it has its answer already, or waits no more
 * @throws UnprovenIdentityError if who answers is not proven
 */
export async function giveAnswer(
  { key, approval, asker }: Question,
  { decision, comment, proof }: AnswerRequest,
  { store, stepFunctions, identity, now }: GiveAnswerProps,
): Promise<string> {
  if (approval.answer) {
    throw new NothingToApproveError(`${asker} was ${answerInWords(approval.answer)} already`);
  }
  const { token: taskToken, modelVersion, askedAt } = approval;
  const by = await identity.whoAnswers(
    { question: store.uriOf(key), askedAt, modelVersion, decision, comment },
    proof,
  );
  const answer = { decision, comment, by, time: now().toISOString() };
  const words = answerInWords(answer);
  try {
    if (decision === 'approve') {
      const output = JSON.stringify({ answer: words } satisfies PersonsAnswer);
      await stepFunctions.send(new SendTaskSuccessCommand({ taskToken, output }));
    } else {
      await stepFunctions.send(new SendTaskFailureCommand({ taskToken, error: 'Rejected', cause: words }));
    }
  } catch (error) {
    if (!(error instanceof TaskTimedOut || error instanceof TaskDoesNotExist)) throw error;
    throw new NothingToApproveError(`${asker} no longer waits: ${error.message}`, { cause: error });
  }
  await store.writeJson(key, { ...approval, answer });
  return words;
}
