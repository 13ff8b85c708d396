import { ENTERED, jsonata, pass, type States } from '../runtime/states';
import { type GuardrailsSchedule, TrafficRouting } from './release-schedule';
import { approval, ending, preparation, type ReleaseStatesProps, smokeTest } from './release-states';
import { assignRelease, PLAN } from './release-variables';
import { noteShift } from './rollback-states';

export interface GuardrailStatesProps extends ReleaseStatesProps {
  readonly guardrails: GuardrailsSchedule;
  /** Names of alarms that make SageMaker roll back. */
  readonly alarmNames: readonly string[];
}

/**
 * The states of a release by SageMaker's deployment guardrails: one update, in which SageMaker moves the
 * traffic from fleet to fleet. The challenger takes the champion's variant, so it cannot be invoked by name
 * before it has traffic: the smoke test follows the update.
 */
export function guardrailStates(props: GuardrailStatesProps): States {
  return {
    ...preparation(props, {
      begin: props.functions.ask ? 'AskForApproval' : 'BeginShift',
      parameters: { DeploymentConfig: deploymentConfig(props) },
    }),
    ...approval(props, 'BeginShift'),
    BeginShift: pass('NoteShift', assignRelease({ trafficSince: ENTERED })),
    NoteShift: noteShift(props.functions.noteShift, jsonata(PLAN.steps.at(0).challenger), {
      next: 'StopScaling',
      catchTo: 'RestoreChampion',
    }),
    ...smokeTest(props, 'WriteReport', true),
    ...ending(props),
  };
}

function deploymentConfig({ guardrails, alarmNames }: GuardrailStatesProps): object {
  const { trafficRouting, stepPercentage, waitInterval, terminationWait, maximumExecutionTime } = guardrails;
  const size = { Type: 'CAPACITY_PERCENT', Value: stepPercentage };
  return {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: {
        Type: trafficRouting,
        WaitIntervalInSeconds: waitInterval.toSeconds(),
        ...(trafficRouting === TrafficRouting.CANARY && { CanarySize: size }),
        ...(trafficRouting === TrafficRouting.LINEAR && { LinearStepSize: size }),
      },
      TerminationWaitInSeconds: terminationWait.toSeconds(),
      MaximumExecutionTimeoutInSeconds: maximumExecutionTime.toSeconds(),
    },
    AutoRollbackConfiguration: { Alarms: alarmNames.map((AlarmName) => ({ AlarmName })) },
  };
}
