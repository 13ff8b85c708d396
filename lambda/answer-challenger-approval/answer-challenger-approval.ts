import { paginateListExecutions } from '@aws-sdk/client-sfn';
import {
  type GiveAnswerProps,
  giveAnswer,
  NothingToApproveError,
  type Question,
  readAnswer,
} from '../aws/give-answer';
import type { RoutingStore } from '../aws/routing-store';
import { approvalSchema } from '../domain/records/approval';
import { challengerApprovalKey } from '../domain/records/bucket-layout';

export interface AnswerChallengerProps extends GiveAnswerProps {
  readonly routing: RoutingStore;
  /** Of the workflows whose challengers may wait. */
  readonly stateMachineArns: readonly string[];
}

export interface ChallengerAnswered {
  readonly modelVersion: string;
  /** In words. */
  readonly answer: string;
}

/**
 * Gives a person's answer to the workflow whose challenger waits for it.
 *
 * @throws NothingToApproveError if none waits, another version does, several do and none is named, or it has
 * its answer
 * @throws UnprovenIdentityError if who answers is not proven
 * @throws ChampionChangedError if it was compared with another version than the one that it would replace
 */
export async function answerChallengerApproval(
  event: unknown,
  props: AnswerChallengerProps,
): Promise<ChallengerAnswered> {
  const given = readAnswer(event);
  const question = theOne(await questions(props), given.modelVersion);
  const { modelVersion, champion = null } = question.approval;
  if (given.decision === 'approve') await checkChampion(modelVersion, champion, props.routing);
  return { modelVersion, answer: await giveAnswer(question, given, props) };
}

/** What the challenger was compared with is not what it would replace. */
export class ChampionChangedError extends Error {
  override readonly name = 'ChampionChanged';
}

/** The questions of workflows in progress. */
async function questions({ stepFunctions, stateMachineArns, store }: AnswerChallengerProps) {
  const found: Question[] = [];
  for (const stateMachineArn of stateMachineArns) {
    const pages = paginateListExecutions(
      { client: stepFunctions },
      { stateMachineArn, statusFilter: 'RUNNING' },
    );
    for await (const { executions = [] } of pages) {
      for (const { name = '' } of executions) {
        const key = challengerApprovalKey(name);
        const approval = await store.tryReadJson(key, approvalSchema);
        if (approval) found.push({ key, approval, asker: `the challenger ${approval.modelVersion}` });
      }
    }
  }
  return found;
}

function theOne(all: readonly Question[], expected: string | undefined): Question {
  const [found, ...others] = all.filter(
    ({ approval }) => expected === undefined || approval.modelVersion === expected,
  );
  const versions = all.map(({ approval }) => approval.modelVersion).join(', ');
  if (!found) {
    throw new NothingToApproveError(
      versions ? `the challenger ${versions} waits, not ${expected}` : 'no challenger waits for a decision',
    );
  }
  if (others.length > 0) {
    throw new NothingToApproveError(`several challengers wait: ${versions}; specify one`);
  }
  return found;
}

async function checkChampion(
  modelVersion: string,
  comparedWith: string | null,
  routing: RoutingStore,
): Promise<void> {
  const { production, candidate } = await routing.read();
  if (candidate) {
    throw new ChampionChangedError(
      `version ${candidate.modelVersion} is being released: approve ${modelVersion} when that has ended`,
    );
  }
  const serving = production?.modelVersion ?? null;
  if (serving !== comparedWith) {
    throw new ChampionChangedError(
      `version ${modelVersion} was compared with ${comparedWith ?? 'nothing'}, and ${serving ?? 'nothing'} is in production now: reject it, and retrain or register again`,
    );
  }
}
