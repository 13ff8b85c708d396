import {
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { type Approval, type ApprovalAnswer, answerInWords } from '../domain/approval';
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
  readonly stepFunctions: SFNClient;
}

/** Nothing waits for this answer. */
export class NothingToApproveError extends Error {
  override readonly name = 'NothingToApprove';
}

/**
 * Gives a person's answer to the workflow that waits for it, and keeps it beside the question.
 *
 * @returns the answer in words
 * @throws NothingToApproveError if it has its answer already, or waits no more
 */
export async function giveAnswer(
  { key, approval, asker }: Question,
  answer: ApprovalAnswer,
  { store, stepFunctions }: GiveAnswerProps,
): Promise<string> {
  if (approval.answer) {
    throw new NothingToApproveError(`${asker} was ${answerInWords(approval.answer)} already`);
  }
  const words = answerInWords(answer);
  const { token: taskToken } = approval;
  try {
    if (answer.decision === 'approve') {
      const output = JSON.stringify({ answer: words });
      await stepFunctions.send(new SendTaskSuccessCommand({ taskToken, output }));
    } else {
      await stepFunctions.send(new SendTaskFailureCommand({ taskToken, error: 'Rejected', cause: words }));
    }
  } catch (error) {
    if (!(error instanceof TaskTimedOut || error instanceof TaskDoesNotExist)) throw error;
    throw new NothingToApproveError(`${asker} waits no more: ${error.message}`, { cause: error });
  }
  await store.writeJson(key, { ...approval, answer });
  return words;
}
