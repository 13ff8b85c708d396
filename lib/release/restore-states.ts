import type { PipelineFunction } from '../runtime/pipeline-function';
import { choose, invoke, jsonata, PERSISTENT_RETRY, type States, succeed, wait } from '../runtime/states';
import { assignRelease, RELEASE } from './release-variables';
import { ROLLBACK_VARIABLES, type RollbackFunctions, removeUnused } from './rollback-states';
import { resumeScaling } from './scaling-states';

export interface RestoreStatesProps {
  readonly functions: RollbackFunctions & { readonly plan: PipelineFunction<'plan-restore'> };
  /** Only where there is an endpoint. */
  readonly scale?: PipelineFunction<'scale-endpoint'>;
  /** From `RestoreChampion` on. */
  readonly rollback: States;
}

/** Longer than the plan of a release may take, which goes on when the release is stopped. */
const PLAN_SECONDS = 90;

/** The states that undo a release whose execution ended before its end. */
export function restoreStates({ functions, scale, rollback }: RestoreStatesProps): States {
  const planRestore = (next: string) =>
    invoke(
      functions.plan,
      { releaseId: jsonata('$states.input.detail.name') },
      {
        next,
        output: jsonata('$states.input'),
        assign: (answer) =>
          assignRelease({
            plan: jsonata(answer.plan),
            reason: jsonata(answer.reason),
            reasons: jsonata(
              "['release ' & $states.input.detail.name & ' ended as ' & $states.input.detail.status & " +
                "($states.input.detail.cause ? ': ' & $states.input.detail.cause : '')]",
            ),
            // Whoever starts this by hand may not know it.
            releaseExecution: jsonata(
              '$exists($states.input.detail.executionArn) ? $states.input.detail.executionArn : $states.context.Execution.Id',
            ),
            startedAt: jsonata(answer.startedAt),
            trafficSince: jsonata(answer.trafficSince),
            ...ROLLBACK_VARIABLES,
            problems: jsonata(answer.problems),
          }),
      },
      PERSISTENT_RETRY,
    );
  const unchanged = scale ? 'ResumeScaling' : 'RemoveUnused';
  return {
    PlanRestore: planRestore('IsUnfinished'),
    IsUnfinished: choose([[`${RELEASE.plan} != null`, 'RestoreChampion']], 'WaitForItsPlan'),
    // A release that was stopped while it planned may be noted only now.
    WaitForItsPlan: wait(PLAN_SECONDS, 'LookForItsPlan'),
    LookForItsPlan: planRestore('WasPlanned'),
    WasPlanned: choose(
      [
        [`${RELEASE.plan} != null`, 'RestoreChampion'],
        // Who starts this by hand may give its name only.
        ['$exists($states.input.detail.executionArn)', 'RecordUnrecordedEnd'],
      ],
      unchanged,
    ),
    // A release that ended before it had begun may have recorded its end, as one that was refused has, or
    // not.
    RecordUnrecordedEnd: invoke(
      functions.record,
      { kind: 'failure', end: jsonata('$states.input.detail') },
      { next: unchanged },
      PERSISTENT_RETRY,
    ),
    // The release may have ended between its record and this.
    ...(scale && { ResumeScaling: resumeScaling(scale, 'RemoveUnused') }),
    RemoveUnused: removeUnused(functions.removeUnused, 'NothingToRestore'),
    NothingToRestore: succeed({ outcome: 'nothing-to-restore' }),
    ...rollback,
  };
}
