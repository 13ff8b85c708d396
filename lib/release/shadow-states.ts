import type { PipelineContext } from '../runtime/pipeline-context';
import type { PipelineFunction } from '../runtime/pipeline-function';
import {
  choose,
  ENTERED,
  EXISTS,
  type Expression,
  invoke,
  jsonata,
  pass,
  type States,
  unless,
  wait,
} from '../runtime/states';
import type { EndpointHosting } from '../serving/endpoint-hosting';
import { endpointConfig, updateEndpoint, waitForEndpoint } from './endpoint-states';
import { InconclusiveAction, type ReleaseSchedule, type ShadowSchedule } from './release-schedule';
import { assignRelease, PLAN, RELEASE } from './release-variables';
import { noteShift } from './rollback-states';
import { SHADOW_VARIANT } from './shadow-variant';

export interface ComparisonStatesProps {
  readonly context: PipelineContext;
  readonly schedule: ReleaseSchedule;
  readonly shadow: ShadowSchedule;
  readonly functions: {
    readonly compareShadow: PipelineFunction<'compare-shadow'>;
    readonly noteShift: PipelineFunction<'note-shift'>;
  };
}

export interface ShadowStatesProps extends ComparisonStatesProps {
  readonly hosting: EndpointHosting;
}

/** An execution may have 25,000 events, an evaluation takes 9; most are for the steps with traffic. */
const MOST_LOOKS = 250;

/**
 * The challenger as the champion's shadow, from `IsShadowFirst` until `next`; `StopScaling` leads to
 * `StartShadow`. SageMaker allows a shadow beside one production variant only, so the shadow has its own
 * endpoint config.
 */
export function shadowStates(props: ShadowStatesProps, next: string): States {
  const { context } = props;
  const endpointConfigName = jsonata(PLAN.shadow.configName);
  return {
    IsShadowFirst: choose([[`${PLAN.shadow} != null`, 'CreateShadowConfig']], next),
    CreateShadowConfig: endpointConfig(
      `${PLAN.shadow.configName}`,
      { production: `${PLAN.shadow.variants}`, shadow: `${PLAN.shadow.shadowVariants}` },
      context,
      props.hosting,
      { next: 'StopScaling', catchTo: 'CreateShadowConfigRefused' },
    ),
    CreateShadowConfigRefused: unless(EXISTS, { next: 'StopScaling', otherwise: 'RestoreChampion' }),
    ...updateEndpoint('StartShadow', `${PLAN.shadow.configName}`, context, 'WaitForShadow'),
    ...waitForEndpoint('Shadow', {
      ready: 'BeginShadow',
      failed: 'ChallengerFailed',
      config: `${PLAN.shadow.configName}`,
    }),
    ...comparisonStates(props, { endpointConfigName }, next),
  };
}

/**
 * From `BeginShadow` until `next`: the challenger gets copies of requests, and is compared with the champion
 * until enough is known.
 *
 * @param copier the endpoint config that makes SageMaker copy requests, or nothing where a function does
 */
export function comparisonStates(
  { context, schedule, shadow, functions }: ComparisonStatesProps,
  copier: { readonly endpointConfigName?: Expression },
  next: string,
): States {
  const promotesInconclusive = schedule.onInconclusive === InconclusiveAction.PROMOTE;
  return {
    BeginShadow: pass('NoteShadow', assignRelease({ shadowSince: ENTERED })),
    NoteShadow: noteShift(
      functions.noteShift,
      0,
      { next: 'ObserveShadow', catchTo: 'RestoreChampion' },
      copier,
    ),
    ObserveShadow: wait(lookSeconds(shadow), 'CompareShadow'),
    CompareShadow: invoke(
      functions.compareShadow,
      {
        releaseId: jsonata(PLAN.releaseId),
        endpointName: context.endpointName,
        endpointConfigName: copier.endpointConfigName ?? null,
        modelVersion: jsonata(PLAN.modelVersion),
        championVersion: jsonata(PLAN.champion.modelVersion),
        championVariant: jsonata(PLAN.championVariant),
        challengerVariant: SHADOW_VARIANT,
        since: jsonata(RELEASE.shadowSince),
        now: ENTERED,
      },
      {
        next: 'ShadowVerdict',
        catchTo: 'RestoreChampion',
        assign: (answer) =>
          assignRelease({
            verdict: jsonata(answer.verdict),
            reasons: jsonata(answer.reasons),
          }),
      },
    ),
    ShadowVerdict: choose(
      [
        [`${RELEASE.verdict} = 'promote'`, 'EndShadow'],
        [`${RELEASE.verdict} = 'hold'`, 'ObserveShadow'],
        [`${RELEASE.verdict} = 'inconclusive'`, promotesInconclusive ? 'EndShadow' : 'Inconclusive'],
      ],
      'RestoreChampion',
    ),
    EndShadow: noteShift(functions.noteShift, 0, { next, catchTo: 'RestoreChampion' }),
  };
}

function lookSeconds({ maximumDuration }: ShadowSchedule): number {
  return 60 * Math.max(1, Math.ceil(maximumDuration.toMinutes() / MOST_LOOKS));
}
