import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { PipelineContext } from '../runtime/pipeline-context';
import { choose, ENTERED, EXISTS, invoke, jsonata, pass, type States, unless, wait } from '../runtime/states';
import { endpointConfig, updateEndpoint, waitForEndpoint } from './endpoint-states';
import { InconclusiveAction, type ReleaseSchedule, type ShadowSchedule } from './release-schedule';
import { noteShift } from './rollback-states';

export interface ShadowStatesProps {
  readonly context: PipelineContext;
  readonly schedule: ReleaseSchedule;
  readonly shadow: ShadowSchedule;
  readonly capturePercentage: number;
  readonly functions: { readonly compareShadow: IFunction; readonly noteShift: IFunction };
}

/** An execution may have 25,000 events, a look has 11; most are for the steps with traffic. */
const MOST_LOOKS = 400;

/**
 * The challenger as the champion's shadow, from `IsShadowFirst` until `next`; `StopScaling` leads to `StartShadow`. SageMaker
 * takes a shadow beside one production variant only, so that this has an endpoint config of its own.
 */
export function shadowStates(props: ShadowStatesProps, next: string): States {
  const { context, schedule, shadow, functions } = props;
  const promotesInconclusive = schedule.onInconclusive === InconclusiveAction.PROMOTE;
  return {
    IsShadowFirst: choose([['$plan.shadow != null', 'CreateShadowConfig']], next),
    CreateShadowConfig: endpointConfig(
      '$plan.shadow.configName',
      { production: '$plan.shadow.variants', shadow: '$plan.shadow.shadowVariants' },
      context,
      props.capturePercentage,
      { next: 'StopScaling', catchTo: 'CreateShadowConfigRefused' },
    ),
    CreateShadowConfigRefused: unless(EXISTS, { next: 'StopScaling', otherwise: 'RestoreChampion' }),
    ...updateEndpoint('StartShadow', '$plan.shadow.configName', context, 'WaitForShadow'),
    ...waitForEndpoint('Shadow', {
      ready: 'BeginShadow',
      failed: 'ChallengerFailed',
      config: '$plan.shadow.configName',
    }),
    BeginShadow: pass('NoteShadow', { shadowSince: ENTERED }),
    NoteShadow: noteShift(
      functions.noteShift,
      0,
      { next: 'ObserveShadow', catchTo: 'RestoreChampion' },
      { endpointConfigName: jsonata('$plan.shadow.configName') },
    ),
    ObserveShadow: wait(lookSeconds(shadow), 'CompareShadow'),
    CompareShadow: invoke(
      functions.compareShadow,
      {
        releaseId: jsonata('$plan.releaseId'),
        endpointName: context.pipelineName,
        endpointConfigName: jsonata('$plan.shadow.configName'),
        modelVersion: jsonata('$plan.modelVersion'),
        championVersion: jsonata('$plan.champion.modelVersion'),
        championVariant: jsonata('$plan.championVariant'),
        challengerVariant: jsonata('$plan.variant'),
        since: jsonata('$shadowSince'),
        now: ENTERED,
      },
      {
        next: 'ShadowVerdict',
        catchTo: 'RestoreChampion',
        assign: {
          verdict: jsonata('$states.result.Payload.verdict'),
          reasons: jsonata('$states.result.Payload.reasons'),
        },
      },
    ),
    ShadowVerdict: choose(
      [
        ["$verdict = 'promote'", 'EndShadow'],
        ["$verdict = 'hold'", 'ObserveShadow'],
        ["$verdict = 'inconclusive'", promotesInconclusive ? 'EndShadow' : 'Inconclusive'],
      ],
      'RestoreChampion',
    ),
    EndShadow: noteShift(functions.noteShift, 0, { next, catchTo: 'RestoreChampion' }),
  };
}

function lookSeconds({ maximumDuration }: ShadowSchedule): number {
  return 60 * Math.max(1, Math.ceil(maximumDuration.toMinutes() / MOST_LOOKS));
}
