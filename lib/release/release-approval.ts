import { Duration } from 'aws-cdk-lib';
import type { PipelineFunction } from '../runtime/pipeline-function';
import { choose, ENTERED, jsonata, pass, type States, waitForAnswer } from '../runtime/states';
import { assignRelease, PLAN, RELEASE } from './release-variables';

/** A person who decides whether a version gets traffic. */
export interface ApprovalProps {
  /**
   * How long a release waits for the answer; then it is rolled back.
   * @default 3 days
   */
  readonly timeout?: Duration;
}

/** States in which a release waits for a person. The challenger is up and has no traffic. */
export function approvalStates(
  ask: PipelineFunction<'ask-approval'>,
  { timeout }: ApprovalProps,
  next: string,
): States {
  const waitsFor = timeout ?? Duration.days(3);
  return {
    AskForApproval: waitForAnswer(
      ask,
      {
        token: jsonata('$states.context.Task.Token'),
        releaseId: jsonata(PLAN.releaseId),
        modelVersion: jsonata(PLAN.modelVersion),
        champion: jsonata(PLAN.champion.modelVersion),
        reason: jsonata(RELEASE.reason),
        execution: jsonata('$states.context.Execution.Id'),
        time: ENTERED,
      },
      waitsFor,
      {
        next,
        catchTo: 'NotApproved',
        assign: (answer) => assignRelease({ reason: jsonata(`${RELEASE.reason} & '; ' & ${answer.answer}`) }),
      },
    ),
    NotApproved: choose(
      [
        [`${RELEASE.error.Error} = 'Rejected'`, 'Rejected'],
        [`${RELEASE.error.Error} = 'States.Timeout'`, 'NobodyAnswered'],
      ],
      'RestoreChampion',
    ),
    Rejected: pass(
      'RestoreChampion',
      assignRelease({ reasons: jsonata(`[${RELEASE.error.Cause}]`), error: {} }),
    ),
    NobodyAnswered: pass(
      'RestoreChampion',
      assignRelease({
        reasons: [`nobody approved it within ${waitsFor.toHumanString()}`],
        error: {},
      }),
    ),
  };
}
