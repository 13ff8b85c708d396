import type { States } from '../runtime/states';
import { type GuardrailsSchedule, TrafficRouting } from './release-schedule';
import { ending, type ReleaseStatesProps, replacement, smokeTest } from './release-states';

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
    ...replacement(props, { DeploymentConfig: deploymentConfig(props) }),
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
