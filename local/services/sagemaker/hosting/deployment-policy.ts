import type { BlueGreenUpdatePolicy, CapacitySize, DeploymentConfig } from '@aws-sdk/client-sagemaker';
import { AwsError } from '../../../gateway/aws-error';
import { invalidMember, requireMembers } from '../resource-kinds';

/** What a deployment configuration comes to. */
export interface DeploymentPolicy {
  /** In their order; the last gives the new fleet everything. */
  readonly steps: readonly RolloutStep[];
  /** Undefined: as long as it takes. */
  readonly maximumSeconds?: number | undefined;
  /** Alarms that undo it. */
  readonly alarmNames: readonly string[];
}

export interface RolloutStep {
  /** The new fleet's share of the traffic, 0 to 1. */
  readonly share: number;
  /** How long the share lasts. */
  readonly seconds: number;
}

const MOST_ALARMS = 10;
const WAIT = [0, 3600] as const;
const EXECUTION = [600, 28_800] as const;

/**
 * Reads a `DeploymentConfig`. Capacity is taken as the share of the traffic that it can serve.
 *
 * @param instances of the variant with most of them
 * @throws AwsError ValidationException for what AWS refuses
 */
export function deploymentPolicy(config: DeploymentConfig, instances: number): DeploymentPolicy {
  const { BlueGreenUpdatePolicy, RollingUpdatePolicy } = config;
  if (BlueGreenUpdatePolicy && RollingUpdatePolicy) {
    throw refused('Only one of BlueGreenUpdatePolicy and RollingUpdatePolicy can be specified.');
  }
  const alarmNames = alarmsOf(config);
  if (RollingUpdatePolicy) {
    const path = 'deploymentConfig.rollingUpdatePolicy';
    // Without a batch size, a rollback brings the whole old fleet up at once.
    requireMembers(path, RollingUpdatePolicy, ['MaximumBatchSize', 'WaitIntervalInSeconds']);
    const { MaximumBatchSize, WaitIntervalInSeconds, MaximumExecutionTimeoutInSeconds } = RollingUpdatePolicy;
    const wait = inRange(`${path}.waitIntervalInSeconds`, WaitIntervalInSeconds, WAIT);
    const share = shareOf('RollingUpdatePolicy MaximumBatchSize', MaximumBatchSize, instances, 0.05);
    const steps = equalShares(share).map((each) => ({ share: each, seconds: wait }));
    const maximumSeconds = timeLimit(path, MaximumExecutionTimeoutInSeconds, wait);
    return { steps, maximumSeconds, alarmNames };
  }
  const steps = BlueGreenUpdatePolicy ? blueGreenSteps(BlueGreenUpdatePolicy, instances) : ALL_AT_ONCE;
  const waits = steps.reduce((sum, { seconds }) => sum + seconds, 0);
  const maximumSeconds = timeLimit(
    'deploymentConfig.blueGreenUpdatePolicy',
    BlueGreenUpdatePolicy?.MaximumExecutionTimeoutInSeconds,
    waits,
  );
  return { steps, maximumSeconds, alarmNames };
}

const ALL_AT_ONCE: readonly RolloutStep[] = [{ share: 1, seconds: 0 }];

function blueGreenSteps(policy: BlueGreenUpdatePolicy, instances: number): RolloutStep[] {
  const path = 'deploymentConfig.blueGreenUpdatePolicy';
  requireMembers(path, policy, ['TrafficRoutingConfiguration']);
  const routing = policy.TrafficRoutingConfiguration ?? { Type: undefined, WaitIntervalInSeconds: undefined };
  requireMembers(`${path}.trafficRoutingConfiguration`, routing, ['Type', 'WaitIntervalInSeconds']);
  const waitPath = `${path}.trafficRoutingConfiguration.waitIntervalInSeconds`;
  const seconds = inRange(waitPath, routing.WaitIntervalInSeconds, WAIT);
  const bake = inRange(`${path}.terminationWaitInSeconds`, policy.TerminationWaitInSeconds ?? 0, WAIT);
  const steps = (shares: readonly number[]) => [
    ...shares.filter((share) => share < 1).map((share) => ({ share, seconds })),
    { share: 1, seconds: bake },
  ];
  switch (routing.Type) {
    case 'ALL_AT_ONCE':
      return steps([]);
    case 'CANARY':
      return steps([shareOf('CANARY CanarySize', routing.CanarySize, instances, 0)]);
    case 'LINEAR':
      return steps(equalShares(shareOf('LINEAR LinearStepSize', routing.LinearStepSize, instances, 0.1)));
    default:
      throw invalidMember(
        `${path}.trafficRoutingConfiguration.type`,
        String(routing.Type),
        'Member must satisfy enum value set: [CANARY, ALL_AT_ONCE, LINEAR]',
      );
  }
}

/** `size`, twice that, ..., 1. */
function equalShares(size: number): number[] {
  const count = Math.ceil(1 / size - 1e-9);
  return Array.from({ length: count }, (_, index) => (index + 1 === count ? 1 : (index + 1) * size));
}

function shareOf(what: string, size: CapacitySize | undefined, instances: number, least: number): number {
  if (!size) throw refused(`${what} must be specified.`);
  const value = size.Value ?? 0;
  const share = size.Type === 'INSTANCE_COUNT' ? value / instances : value / 100;
  if (value >= 1 && share >= least && share <= 0.5) return share;
  const range = least > 0 ? `${least * 100}% to 50%` : 'at most 50%';
  throw refused(`${what} must be ${range} of the variant's total instance count.`);
}

/** A time limit must leave room for the waits: AWS says "larger than". */
function timeLimit(path: string, seconds: number | undefined, waits: number): number | undefined {
  if (seconds === undefined) return undefined;
  const limit = inRange(`${path}.maximumExecutionTimeoutInSeconds`, seconds, EXECUTION);
  if (limit > waits) return limit;
  throw refused(
    `MaximumExecutionTimeoutInSeconds (${limit}) must be larger than the total waiting time of ${waits} seconds.`,
  );
}

function alarmsOf({ AutoRollbackConfiguration }: DeploymentConfig): string[] {
  const alarms = AutoRollbackConfiguration?.Alarms;
  if (!alarms) return [];
  if (alarms.length < 1 || alarms.length > MOST_ALARMS) {
    throw invalidMember(
      'deploymentConfig.autoRollbackConfiguration.alarms',
      `${alarms.length} alarms`,
      alarms.length < 1
        ? 'Member must have length greater than or equal to 1'
        : `Member must have length less than or equal to ${MOST_ALARMS}`,
    );
  }
  return alarms.map(({ AlarmName }) => AlarmName as string);
}

function inRange(path: string, value = 0, [least, most]: readonly [number, number]): number {
  if (value >= least && value <= most) return value;
  throw invalidMember(
    path,
    String(value),
    `Member must have value ${value < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`}`,
  );
}

function refused(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
