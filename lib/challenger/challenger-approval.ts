import type { Duration } from 'aws-cdk-lib';
import type { PipelineFunction } from '../runtime/pipeline-function';
import { call, choose, ENTERED, jsonata, pass, type States, waitForAnswer } from '../runtime/states';
import { assignChallenger, CHALLENGER, CHALLENGER_VERSION, EVALUATION } from './challenger-variables';
import { championVersion } from './scoring-states';

/** A person decides on a challenger that the gate could not judge. */
export interface ChallengerApproval {
  readonly ask: PipelineFunction<'ask-challenger-approval'>;
  /** How long the workflow waits for the answer. */
  readonly timeout: Duration;
}

export interface ChallengerApprovalTransition {
  /** Where an approved challenger goes; `$answer` then holds who approved it, as a list. */
  readonly approved: string;
  /** Where a rejected one goes; `$answer` holds who rejected it. */
  readonly rejected: string;
  /** Where one goes that nobody answered for; `$answer` says so. */
  readonly expired: string;
  readonly catchTo: string;
}

/** States in which a registered challenger waits for a person. */
export function challengerApprovalStates(
  { ask, timeout }: ChallengerApproval,
  { approved, rejected, expired, catchTo }: ChallengerApprovalTransition,
): States {
  const inWords = timeout.toHumanString();
  return {
    AskForApproval: waitForAnswer(
      ask,
      {
        token: jsonata('$states.context.Task.Token'),
        modelVersion: jsonata(CHALLENGER_VERSION.modelVersion),
        champion: championVersion(),
        dataVersion: jsonata(CHALLENGER.dataVersion),
        modelPackageArn: jsonata(CHALLENGER.registration.modelPackageArn),
        reasons: jsonata(EVALUATION.reasons),
        report: jsonata(EVALUATION.report),
        execution: jsonata('$states.context.Execution.Id'),
        time: ENTERED,
        timeout: inWords,
      },
      timeout,
      {
        next: 'ApproveVersion',
        catchTo: 'NotApproved',
        assign: (answer) => assignChallenger({ answer: jsonata(`[${answer.answer}]`) }),
      },
    ),
    NotApproved: choose(
      [
        [`${CHALLENGER.error.Error} = 'Rejected'`, 'Rejected'],
        [`${CHALLENGER.error.Error} = 'States.Timeout'`, 'NobodyAnswered'],
      ],
      catchTo,
    ),
    Rejected: pass('RejectVersion', assignChallenger({ answer: jsonata(`[${CHALLENGER.error.Cause}]`) })),
    NobodyAnswered: pass(
      expired,
      assignChallenger({ answer: [`nobody approved or rejected it within ${inWords}`] }),
    ),
    ApproveVersion: setApproval('Approved', { next: approved, catchTo }),
    RejectVersion: setApproval('Rejected', { next: rejected, catchTo }),
  };
}

function setApproval(
  status: 'Approved' | 'Rejected',
  transition: { readonly next: string; readonly catchTo: string },
) {
  return call(
    'sagemaker:updateModelPackage',
    {
      ModelPackageArn: jsonata(CHALLENGER.registration.modelPackageArn),
      ModelApprovalStatus: status,
      // One line of at most 1,024 characters.
      ApprovalDescription: jsonata(`$substring($replace(${CHALLENGER.answer}[0], /\\s+/, ' '), 0, 1024)`),
    },
    transition,
  );
}
