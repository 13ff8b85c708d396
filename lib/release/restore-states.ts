import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { PipelineContext } from '../runtime/pipeline-context';
import { choose, invoke, jsonata, type States, succeed } from '../runtime/states';
import { ROLLBACK_VARIABLES, type RollbackFunctions, removeUnused, rollbackStates } from './rollback-states';

export interface RestoreStatesProps {
  readonly context: PipelineContext;
  readonly functions: RollbackFunctions & { readonly plan: IFunction };
}

/** The states that undo a release whose execution ended before its end. */
export function restoreStates({ context, functions }: RestoreStatesProps): States {
  return {
    PlanRestore: invoke(
      functions.plan,
      { releaseId: jsonata('$states.input.detail.name') },
      {
        next: 'IsUnfinished',
        assign: {
          plan: jsonata('$states.result.Payload.orders'),
          reason: jsonata('$states.result.Payload.reason'),
          reasons: jsonata(
            "['release ' & $states.input.detail.name & ' ended as ' & $states.input.detail.status & " +
              "($states.input.detail.cause ? ': ' & $states.input.detail.cause : '')]",
          ),
          startedAt: jsonata('$states.result.Payload.startedAt'),
          trafficSince: jsonata('$states.result.Payload.trafficSince'),
          ...ROLLBACK_VARIABLES,
        },
      },
    ),
    IsUnfinished: choose([['$plan != null', 'RestoreChampion']], 'RemoveUnused'),
    RemoveUnused: removeUnused(functions.removeUnused, 'NothingToRestore'),
    NothingToRestore: succeed({ outcome: 'nothing-to-restore' }),
    ...rollbackStates(context, functions),
  };
}
