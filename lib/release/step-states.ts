import type { PipelineContext } from '../runtime/pipeline-context';
import type { PipelineFunction } from '../runtime/pipeline-function';
import { choose, ENTERED, invoke, jsonata, pass, type State, type States, wait } from '../runtime/states';
import { InconclusiveAction, type ReleaseSchedule } from './release-schedule';
import type { FunctionStatesProps } from './release-states';
import { assignRelease, PLAN, RELEASE } from './release-variables';

export interface StepTransitions {
  /** Gives the challenger the share of the next step, and leads to `IsLastStep`. */
  readonly shift: string;
  /** Follows the last step. */
  readonly done: string;
}

const MOST_LOOKS = 800;

/** Notes when a step began, and when the first of them did. */
export function beginStep(next: string): State {
  return pass(
    next,
    assignRelease({
      stepSince: ENTERED,
      trafficSince: jsonata(
        `${RELEASE.trafficSince} = '' ? $states.context.State.EnteredTime : ${RELEASE.trafficSince}`,
      ),
    }),
  );
}

/**
 * From `IsLastStep`, with the traffic shifted: each step is observed until it is good for the next one, and
 * the last bakes.
 */
export function stepStates(
  { context, schedule, functions }: FunctionStatesProps,
  { shift, done }: StepTransitions,
): States {
  const analyse = functions.analyse as PipelineFunction<'analyse-step'>;
  const bakes = schedule.bakeTime.toSeconds() > 0;
  const promotesInconclusive = schedule.onInconclusive === InconclusiveAction.PROMOTE;
  const seconds = lookSeconds(schedule);
  /** Wait, evaluate, decide: until the step passes or the release is rolled back. */
  const observation = (names: {
    state: string;
    analysis: string;
    verdict: string;
    next: string;
  }): States => ({
    [names.state]: wait(seconds, names.analysis),
    [names.analysis]: analysis(analyse, context, names.state === 'Bake', names.verdict),
    [names.verdict]: choose(
      [
        [`${RELEASE.verdict} = 'promote'`, names.next],
        [`${RELEASE.verdict} = 'hold'`, names.state],
        [`${RELEASE.verdict} = 'inconclusive'`, promotesInconclusive ? names.next : 'Inconclusive'],
      ],
      'RestoreChampion',
    ),
  });
  return {
    IsLastStep: choose([[`${RELEASE.step} + 1 = $count(${PLAN.steps})`, bakes ? 'Bake' : done]], 'Observe'),
    ...observation({ state: 'Observe', analysis: 'AnalyseStep', verdict: 'StepVerdict', next: 'NextStep' }),
    NextStep: pass(shift, assignRelease({ step: jsonata(`${RELEASE.step} + 1`) })),
    ...(bakes
      ? observation({
          state: 'Bake',
          analysis: 'AnalyseBake',
          verdict: 'BakeVerdict',
          next: done,
        })
      : {}),
    ...(promotesInconclusive
      ? {}
      : {
          Inconclusive: pass(
            'RestoreChampion',
            assignRelease({
              reasons: jsonata(`$append(['too little traffic for too long'], ${RELEASE.reasons})`),
            }),
          ),
        }),
  };
}

function analysis(
  analyse: PipelineFunction<'analyse-step'>,
  context: PipelineContext,
  baking: boolean,
  next: string,
): State {
  return invoke(
    analyse,
    {
      releaseId: jsonata(PLAN.releaseId),
      endpointName: context.endpointName,
      endpointConfigName: jsonata(PLAN.configName),
      modelVersion: jsonata(PLAN.modelVersion),
      championVersion: jsonata(PLAN.champion.modelVersion),
      championVariant: jsonata(PLAN.championVariant),
      challengerVariant: jsonata(PLAN.variant),
      trafficSince: jsonata(RELEASE.trafficSince),
      stepSince: jsonata(RELEASE.stepSince),
      now: ENTERED,
      step: jsonata(RELEASE.step),
      trafficShare: jsonata(PLAN.steps.at(`${RELEASE.step}`).challenger),
      baking,
    },
    {
      next,
      catchTo: 'RestoreChampion',
      assign: (answer) =>
        assignRelease({
          verdict: jsonata(answer.verdict),
          reasons: jsonata(answer.reasons),
        }),
    },
  );
}

/**
 * Metrics have a resolution of a minute. Long releases are evaluated less often: an execution may have 25,000
 * events, an evaluation takes 9.
 */
function lookSeconds({ trafficShares, maximumStepDuration }: ReleaseSchedule): number {
  const longest = trafficShares.length * maximumStepDuration.toMinutes();
  return 60 * Math.max(1, Math.ceil(longest / MOST_LOOKS));
}
