import { Duration } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ApprovalProps } from '../release-approval';
import { type GuardrailsSchedule, guardrailShares, TrafficRouting } from '../release-schedule';
import { type IReleaseStrategy, ReleaseStrategyConfig } from '../release-strategy-config';

export interface DeploymentGuardrailsOptions {
  /** @default TrafficRouting.CANARY */
  readonly trafficRouting?: TrafficRouting;

  /**
   * Capacity in percent that the canary is, at most 50, or that each linear step adds, 10 to 50.
   * @default 10, or all with `TrafficRouting.ALL_AT_ONCE`
   */
  readonly stepPercentage?: number;

  /**
   * How long each step below 100 % lasts, at most 1 hour.
   * @default 10 minutes
   */
  readonly waitInterval?: Duration;

  /**
   * How long the previous fleet stays up, without traffic, after the last step, at most 1 hour.
   * @default 10 minutes
   */
  readonly terminationWait?: Duration;

  /**
   * Timeout after which SageMaker rolls back, 10 minutes to 8 hours. It must be longer than the waits
   * together, since instances need time to start.
   * @default - 1 hour more than the waits, at most 8 hours
   */
  readonly maximumExecutionTime?: Duration;

  /**
   * Your own alarms that make SageMaker roll back, at most 8. The pipeline's alarms on errors and latency
   * always do.
   * @default - none
   */
  readonly rollbackAlarms?: IAlarm[];

  /**
   * A person who must approve a version before the endpoint is updated. The first version, which has no
   * champion, needs none.
   * @default - nobody need approve
   */
  readonly approval?: ApprovalProps;
}

/** What SageMaker takes, in seconds. */
const LONGEST_WAIT = 3600;
const EXECUTION = { least: 600, most: 28_800 };
/** Of 10, two are the pipeline's. */
const MOST_ALARMS = 8;

/** SageMaker itself moves the traffic from one fleet to another, and rolls back at an alarm. */
export class DeploymentGuardrails implements IReleaseStrategy {
  constructor(private readonly options: DeploymentGuardrailsOptions) {
    const problems = problemsOf(options);
    if (problems.length > 0) throw new Error(`deployment guardrails: ${problems.join('; ')}`);
  }

  bind(): ReleaseStrategyConfig {
    const { rollbackAlarms, approval } = this.options;
    return ReleaseStrategyConfig.guardrails({ ...settingsOf(this.options), rollbackAlarms, approval });
  }
}

function settingsOf(options: DeploymentGuardrailsOptions): GuardrailsSchedule {
  const given = {
    trafficRouting: options.trafficRouting ?? TrafficRouting.CANARY,
    stepPercentage: options.stepPercentage ?? 10,
    waitInterval: options.waitInterval ?? Duration.minutes(10),
    terminationWait: options.terminationWait ?? Duration.minutes(10),
  };
  const patience = Math.min(waitsOf(given) + 3600, EXECUTION.most);
  return {
    ...given,
    maximumExecutionTime: options.maximumExecutionTime ?? Duration.seconds(patience),
  };
}

type Waits = Omit<GuardrailsSchedule, 'maximumExecutionTime'>;

/** All waits together, in seconds. */
function waitsOf(settings: Waits): number {
  const { waitInterval, terminationWait } = settings;
  return (guardrailShares(settings).length - 1) * waitInterval.toSeconds() + terminationWait.toSeconds();
}

function problemsOf(options: DeploymentGuardrailsOptions): string[] {
  const problems: string[] = [];
  const check = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  const { trafficRouting, stepPercentage, waitInterval, terminationWait } = settingsOf({
    ...options,
    maximumExecutionTime: Duration.seconds(EXECUTION.most),
    stepPercentage: isUsable(options.stepPercentage) ? options.stepPercentage : undefined,
  });
  const isLinear = trafficRouting === TrafficRouting.LINEAR;
  const given = options.stepPercentage ?? stepPercentage;
  if (trafficRouting === TrafficRouting.ALL_AT_ONCE) {
    check(
      options.stepPercentage === undefined,
      `stepPercentage has no effect if traffic moves all at once, got ${given}; leave it out or choose TrafficRouting.CANARY`,
    );
  } else {
    const least = isLinear ? 10 : 1;
    check(
      Number.isInteger(given) && given >= least && given <= 50,
      `stepPercentage must be a whole number from ${least} to 50, got ${given}; to choose the shares yourself, use ReleaseStrategy.blueGreen`,
    );
  }
  for (const [name, wait] of Object.entries({ waitInterval, terminationWait })) {
    check(
      wait.toSeconds() <= LONGEST_WAIT,
      `${name} must be at most 1 hour, got ${wait.toHumanString()}; ReleaseStrategy.canary waits longer`,
    );
  }
  const { maximumExecutionTime, rollbackAlarms = [] } = options;
  const waits = waitsOf({ trafficRouting, stepPercentage, waitInterval, terminationWait });
  const limit = maximumExecutionTime?.toSeconds() ?? EXECUTION.most;
  check(
    limit >= EXECUTION.least && limit <= EXECUTION.most,
    `maximumExecutionTime must be 10 minutes to 8 hours, got ${maximumExecutionTime?.toHumanString()}`,
  );
  check(
    limit > waits,
    `the waits together, ${Duration.seconds(waits).toHumanString()}, must be shorter than maximumExecutionTime, ${Duration.seconds(limit).toHumanString()}: wait less or take fewer steps`,
  );
  check(
    rollbackAlarms.length <= MOST_ALARMS,
    `rollbackAlarms must be at most ${MOST_ALARMS}, since SageMaker takes 10 and the pipeline has two, got ${rollbackAlarms.length}; combine some in a CompositeAlarm`,
  );
  return problems;
}

/** With others, shares cannot be counted; what is wrong with them is reported once. */
function isUsable(stepPercentage: number | undefined): boolean {
  return stepPercentage !== undefined && stepPercentage >= 1 && stepPercentage <= 100;
}
