import type { BlueGreenUpdatePolicy, DeploymentConfig } from '@aws-sdk/client-sagemaker';
import { deploymentPolicy } from '../../../local/services/sagemaker/hosting/deployment-policy';

const percent = (Value: number) => ({ Type: 'CAPACITY_PERCENT' as const, Value });
const instances = (Value: number) => ({ Type: 'INSTANCE_COUNT' as const, Value });

function blueGreen(
  routing: Partial<NonNullable<BlueGreenUpdatePolicy['TrafficRoutingConfiguration']>>,
  more: Partial<BlueGreenUpdatePolicy> = {},
): DeploymentConfig {
  const TrafficRoutingConfiguration = { Type: 'ALL_AT_ONCE' as const, WaitIntervalInSeconds: 60, ...routing };
  return { BlueGreenUpdatePolicy: { TrafficRoutingConfiguration, ...more } };
}

const rolling = (Value: number, more = {}): DeploymentConfig => ({
  RollingUpdatePolicy: { MaximumBatchSize: percent(Value), WaitIntervalInSeconds: 30, ...more },
});

const alarms = (count: number): DeploymentConfig => ({
  AutoRollbackConfiguration: {
    Alarms: Array.from({ length: count }, (_, index) => ({ AlarmName: `${index}` })),
  },
});

describe('a deployment configuration', () => {
  test.each<[string, DeploymentConfig, [share: number, seconds: number][]]>([
    ['without a policy', {}, [[1, 0]]],
    ['all at once', blueGreen({}, { TerminationWaitInSeconds: 120 }), [[1, 120]]],
    [
      'canary',
      blueGreen({ Type: 'CANARY', CanarySize: percent(10) }, { TerminationWaitInSeconds: 120 }),
      [
        [0.1, 60],
        [1, 120],
      ],
    ],
    [
      'canary of instances',
      blueGreen({ Type: 'CANARY', CanarySize: instances(1) }),
      [
        [0.25, 60],
        [1, 0],
      ],
    ],
    [
      'linear, with a smaller last step',
      blueGreen({ Type: 'LINEAR', LinearStepSize: percent(30) }),
      [
        [0.3, 60],
        [0.6, 60],
        [0.9, 60],
        [1, 0],
      ],
    ],
    [
      'rolling, which waits after each batch',
      rolling(50),
      [
        [0.5, 30],
        [1, 30],
      ],
    ],
  ])('%s moves traffic in steps', (_title, config, steps) => {
    const found = deploymentPolicy(config, 4).steps;
    expect(found.map(({ share, seconds }) => [Number(share.toFixed(9)), seconds])).toEqual(steps);
  });

  test.each<[string, DeploymentConfig, RegExp]>([
    [
      'two policies',
      { ...blueGreen({}), ...rolling(10) },
      /Only one of BlueGreenUpdatePolicy and RollingUpdatePolicy/,
    ],
    ['a canary without a size', blueGreen({ Type: 'CANARY' }), /CanarySize must be specified/],
    [
      'a canary of more than half',
      blueGreen({ Type: 'CANARY', CanarySize: percent(51) }),
      /CanarySize must be at most 50%/,
    ],
    [
      'a canary of 3 out of 4 instances',
      blueGreen({ Type: 'CANARY', CanarySize: instances(3) }),
      /CanarySize must be at most 50%/,
    ],
    [
      'linear steps below a tenth',
      blueGreen({ Type: 'LINEAR', LinearStepSize: percent(9) }),
      /LinearStepSize must be 10% to 50%/,
    ],
    ['batches below a twentieth', rolling(4), /MaximumBatchSize must be 5% to 50%/],
    [
      'a wait of more than an hour',
      blueGreen({ WaitIntervalInSeconds: 3601 }),
      /Value '3601' at 'deploymentConfig.blueGreenUpdatePolicy.trafficRoutingConfiguration.waitIntervalInSeconds' failed to satisfy constraint: Member must have value less than or equal to 3600/,
    ],
    [
      'a termination wait of more than an hour',
      blueGreen({}, { TerminationWaitInSeconds: 3601 }),
      /terminationWaitInSeconds' .* less than or equal to 3600/,
    ],
    [
      'a time limit below ten minutes',
      blueGreen({}, { MaximumExecutionTimeoutInSeconds: 599 }),
      /maximumExecutionTimeoutInSeconds' .* greater than or equal to 600/,
    ],
    [
      'a time limit that the waits use up',
      blueGreen({}, { TerminationWaitInSeconds: 600, MaximumExecutionTimeoutInSeconds: 600 }),
      /\(600\) must be larger than the total waiting time of 600 seconds/,
    ],
    ['no alarm in the list', alarms(0), /length greater than or equal to 1/],
    ['eleven alarms', alarms(11), /length less than or equal to 10/],
  ])('is refused with %s', (_title, config, message) => {
    expect(() => deploymentPolicy(config, 4)).toThrow(message);
  });
});
