import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { PipelineContext } from '../runtime/pipeline-context';
import {
  call,
  choose,
  ENTERED,
  EXISTS,
  invoke,
  jsonata,
  pass,
  type State,
  type States,
  unless,
  wait,
} from '../runtime/states';
import { BUSY, endpointConfig, POLL_SECONDS, updateEndpoint, waitForEndpoint } from './endpoint-states';
import { InconclusiveAction, type ReleaseSchedule } from './release-schedule';
import type { ReleaseStatesProps } from './release-states';
import { noteShift } from './rollback-states';

const MOST_LOOKS = 1500;

/** From the first share of the traffic to the last one and the bake; then `CreateFinalConfig`. */
export function shiftStates({ context, schedule, functions }: ReleaseStatesProps): States {
  const analyse = functions.analyse as IFunction;
  const bakes = schedule.bakeTime.toSeconds() > 0;
  const promotesInconclusive = schedule.onInconclusive === InconclusiveAction.PROMOTE;
  const seconds = lookSeconds(schedule);
  /** Wait, look, decide: until the step is good for the next one or the champion comes back. */
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
        ["$verdict = 'promote'", names.next],
        ["$verdict = 'hold'", names.state],
        ["$verdict = 'inconclusive'", promotesInconclusive ? names.next : 'Inconclusive'],
      ],
      'RestoreChampion',
    ),
  });
  return {
    ShiftTraffic: call(
      'sagemaker:updateEndpointWeightsAndCapacities',
      {
        EndpointName: context.pipelineName,
        DesiredWeightsAndCapacities: [
          { VariantName: jsonata('$plan.variant'), DesiredWeight: jsonata('$plan.steps[$step].challenger') },
          {
            VariantName: jsonata('$plan.championVariant'),
            DesiredWeight: jsonata('$plan.steps[$step].champion'),
          },
        ],
      },
      { next: 'WaitForShift', catchTo: 'ShiftRefused' },
    ),
    ShiftRefused: unless(BUSY, { next: 'WaitToShift', otherwise: 'RestoreChampion' }),
    WaitToShift: wait(POLL_SECONDS, 'ShiftTraffic'),
    ...waitForEndpoint('Shift', {
      ready: 'BeginStep',
      failed: 'EndpointChanged',
      config: '$plan.configName',
    }),
    BeginStep: pass('NoteShift', {
      stepSince: ENTERED,
      trafficSince: jsonata("$trafficSince = '' ? $states.context.State.EnteredTime : $trafficSince"),
    }),
    NoteShift: noteShift(functions.noteShift, jsonata('$plan.steps[$step].challenger'), {
      next: 'IsLastStep',
      catchTo: 'RestoreChampion',
    }),
    IsLastStep: choose(
      [['$step + 1 = $count($plan.steps)', bakes ? 'Bake' : 'CreateFinalConfig']],
      'Observe',
    ),
    ...observation({ state: 'Observe', analysis: 'AnalyseStep', verdict: 'StepVerdict', next: 'NextStep' }),
    NextStep: pass('ShiftTraffic', { step: jsonata('$step + 1') }),
    ...(bakes
      ? observation({
          state: 'Bake',
          analysis: 'AnalyseBake',
          verdict: 'BakeVerdict',
          next: 'CreateFinalConfig',
        })
      : {}),
    ...(promotesInconclusive
      ? {}
      : {
          Inconclusive: pass('RestoreChampion', {
            reasons: jsonata("$append(['too little traffic for too long'], $reasons)"),
          }),
        }),
  };
}

/** From `CreateFinalConfig` to the challenger alone; then `WriteReport`. */
export function retirementStates({ context, capturePercentage }: ReleaseStatesProps): States {
  return {
    CreateFinalConfig: endpointConfig(
      '$plan.finalConfigName',
      { production: '$plan.finalVariants' },
      context,
      capturePercentage,
      { next: 'RetireChampion', catchTo: 'CreateFinalConfigRefused' },
    ),
    CreateFinalConfigRefused: unless(EXISTS, { next: 'RetireChampion', otherwise: 'RestoreChampion' }),
    ...updateEndpoint('RetireChampion', '$plan.finalConfigName', context, 'WaitForRetirement'),
    ...waitForEndpoint('Retirement', {
      ready: 'WriteReport',
      failed: 'EndpointChanged',
      config: '$plan.finalConfigName',
    }),
    EndpointChanged: pass('RestoreChampion', {
      reasons: jsonata(
        "['somebody changed the endpoint while this release was under way: it is ' & $endpoint.EndpointStatus & ' with the config ' & $endpoint.EndpointConfigName]",
      ),
    }),
  };
}

function analysis(analyse: IFunction, context: PipelineContext, baking: boolean, next: string): State {
  return invoke(
    analyse,
    {
      releaseId: jsonata('$plan.releaseId'),
      endpointName: context.pipelineName,
      endpointConfigName: jsonata('$plan.configName'),
      modelVersion: jsonata('$plan.modelVersion'),
      championVersion: jsonata('$plan.champion.modelVersion'),
      championVariant: jsonata('$plan.championVariant'),
      challengerVariant: jsonata('$plan.variant'),
      trafficSince: jsonata('$trafficSince'),
      stepSince: jsonata('$stepSince'),
      now: ENTERED,
      step: jsonata('$step'),
      weight: jsonata('$plan.steps[$step].challenger'),
      baking,
    },
    {
      next,
      catchTo: 'RestoreChampion',
      assign: {
        verdict: jsonata('$states.result.Payload.verdict'),
        reasons: jsonata('$states.result.Payload.reasons'),
      },
    },
  );
}

/** Metrics come by the minute. Long releases are looked at less often: an execution may have 25,000 events, a look has 11. */
function lookSeconds({ weights, maximumStepDuration }: ReleaseSchedule): number {
  const longest = weights.length * maximumStepDuration.toMinutes();
  return 60 * Math.max(1, Math.ceil(longest / MOST_LOOKS));
}
