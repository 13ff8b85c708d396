import { call, EXISTS, jsonata, pass, type States, unless, wait } from '../runtime/states';
import { endpointConfig, ifBusy, POLL_SECONDS, updateEndpoint, waitForEndpoint } from './endpoint-states';
import type { ReleaseStatesProps } from './release-states';
import { assignRelease, PLAN, RELEASE } from './release-variables';
import { noteShift } from './rollback-states';
import { beginStep, stepStates } from './step-states';

/** From the first share of the traffic to the last one and the bake; then `CreateFinalConfig`. */
export function shiftStates(props: ReleaseStatesProps): States {
  const { context, functions } = props;
  return {
    ShiftTraffic: call(
      'sagemaker:updateEndpointWeightsAndCapacities',
      {
        EndpointName: context.endpointName,
        DesiredWeightsAndCapacities: [
          {
            VariantName: jsonata(PLAN.variant),
            DesiredWeight: jsonata(PLAN.steps.at(`${RELEASE.step}`).challenger),
          },
          {
            VariantName: jsonata(PLAN.championVariant),
            DesiredWeight: jsonata(PLAN.steps.at(`${RELEASE.step}`).champion),
          },
        ],
      },
      { next: 'WaitForShift', catchTo: 'ShiftRefused' },
    ),
    ShiftRefused: ifBusy('WaitToShift'),
    WaitToShift: wait(POLL_SECONDS, 'ShiftTraffic'),
    ...waitForEndpoint('Shift', {
      ready: 'BeginStep',
      failed: 'EndpointChanged',
      config: `${PLAN.configName}`,
    }),
    BeginStep: beginStep('NoteShift'),
    NoteShift: noteShift(functions.noteShift, jsonata(PLAN.steps.at(`${RELEASE.step}`).challenger), {
      next: 'IsLastStep',
      catchTo: 'RestoreChampion',
    }),
    ...stepStates(props, { shift: 'ShiftTraffic', done: 'CreateFinalConfig' }),
  };
}

/** From `CreateFinalConfig` to the challenger alone; then `WriteReport`. */
export function retirementStates({ context, hosting }: ReleaseStatesProps): States {
  return {
    CreateFinalConfig: endpointConfig(
      `${PLAN.finalConfigName}`,
      { production: `${PLAN.finalVariants}` },
      context,
      hosting,
      { next: 'RetireChampion', catchTo: 'CreateFinalConfigRefused' },
    ),
    CreateFinalConfigRefused: unless(EXISTS, { next: 'RetireChampion', otherwise: 'RestoreChampion' }),
    ...updateEndpoint('RetireChampion', `${PLAN.finalConfigName}`, context, 'WaitForRetirement'),
    ...waitForEndpoint('Retirement', {
      ready: 'WriteReport',
      failed: 'EndpointChanged',
      config: `${PLAN.finalConfigName}`,
    }),
    EndpointChanged: pass(
      'RestoreChampion',
      assignRelease({
        reasons: jsonata(
          `['somebody changed the endpoint during this release: it is ' & ${RELEASE.endpoint.EndpointStatus} & ' with the config ' & ${RELEASE.endpoint.EndpointConfigName}]`,
        ),
      }),
    ),
  };
}
