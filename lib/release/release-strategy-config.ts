import { Duration } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { CanaryAnalysisProps } from './canary-analysis';
import type { ApprovalProps } from './release-approval';
import {
  type GuardrailsSchedule,
  guardrailShares,
  InconclusiveAction,
  type ReleaseSchedule,
  type TrafficRouting,
} from './release-schedule';

/** How versions are released. */
export interface IReleaseStrategy {
  /**
   * Called once for each pipeline that has the strategy.
   *
   * @param scope where the strategy may put constructs of its own, such as alarms
   */
  bind(scope: Construct): ReleaseStrategyConfig;
}

/** What releases have in common, however their traffic moves. */
export interface ReleaseConfigOptions {
  /**
   * Alarms that undo the release during which they go off.
   * @default - none
   */
  readonly rollbackAlarms?: IAlarm[];

  /**
   * A person who must approve a version before it gets traffic.
   * @default - nobody need approve
   */
  readonly approval?: ApprovalProps;
}

/** Traffic moves in shares from the champion to the challenger, judged at each. */
export interface SteppedReleaseConfig extends ReleaseConfigOptions {
  /** The challenger's shares of the traffic before it has all of it: increasing, between 0 and 1. */
  readonly shares: number[];
  /** How long each share lasts at least. Whole minutes. */
  readonly stepDuration: Duration;
  /**
   * How long a share, or the bake, lasts at most while there is too little traffic to judge. Whole minutes.
   */
  readonly maximumStepDuration: Duration;
  /** How long the previous champion stays up without traffic after the last step. Whole minutes. */
  readonly bakeTime: Duration;
  /** What follows when there was too little traffic for too long. */
  readonly onInconclusive: InconclusiveAction;
  /**
   * How challenger and champion are compared.
   * @default - as its props say
   */
  readonly analysis?: CanaryAnalysisProps;
}

/** The challenger answers copies of requests before it gets traffic. */
export interface ShadowReleaseConfig {
  /** How long it gets copies at least. Whole minutes. */
  readonly duration: Duration;
  /** How long it gets them at most while there is too little traffic to judge. Whole minutes. */
  readonly maximumDuration: Duration;
  /** Share of the requests that are copied, above 0, at most 1. */
  readonly sampleShare: number;
  /**
   * How far apart answers that agree may be, in the unit of the answers.
   * @default - a tenth of the range of the middle 90 % of the champion's answers to its training data
   */
  readonly agreementTolerance?: number;
  /**
   * Share of the requests on which both versions must agree, from 0 to 1.
   * @default - agreement decides nothing
   */
  readonly minimumAgreement?: number;
  /** How it gets traffic afterwards: in steps. */
  readonly followedBy: ReleaseStrategyConfig;
}

/** SageMaker moves the traffic to a second fleet of the same variant, and rolls back at an alarm. */
export interface GuardrailsReleaseConfig extends ReleaseConfigOptions {
  /** How the traffic moves. */
  readonly trafficRouting: TrafficRouting;
  /** Share of the canary, or of each linear step, in percent. */
  readonly stepPercentage: number;
  /** How long each step lasts. At most 1 hour. */
  readonly waitInterval: Duration;
  /** How long the old fleet stays up afterwards. At most 1 hour. */
  readonly terminationWait: Duration;
  /** How long the update may take. 10 minutes to 8 hours, and longer than its waits. */
  readonly maximumExecutionTime: Duration;
}

/** One update of the endpoint moves all traffic, and alarms judge afterwards. */
export interface InPlaceReleaseConfig extends ReleaseConfigOptions {
  /** How long alarms are watched after the update. Whole minutes. */
  readonly bakeTime: Duration;
}

/** What a strategy tells the release workflow: one of four ways to move traffic. */
export abstract class ReleaseStrategyConfig {
  /** The release workflow moves traffic in shares. */
  static stepped(config: SteppedReleaseConfig): ReleaseStrategyConfig {
    const { shares, analysis = {}, rollbackAlarms = [], ...others } = config;
    return new Config({ ...others, analysis, rollbackAlarms, trafficShares: [...shares, 1] });
  }

  /**
   * The challenger is a shadow first.
   *
   * @throws Error if what follows does not move traffic in shares
   */
  static shadow(config: ShadowReleaseConfig): ReleaseStrategyConfig {
    const { followedBy, ...shadow } = config;
    const next = followedBy._schedule;
    if (next.shadow) {
      throw new Error(
        'shadow: followedBy is a shadow itself, and an endpoint can have only one: choose a strategy that gives the challenger traffic',
      );
    }
    if (next.guardrails) {
      throw new Error(
        "shadow: followedBy is deployment guardrails, which put the challenger into the champion's variant, but a shadow is in another variant: choose a strategy with two variants, such as ReleaseStrategy.canary",
      );
    }
    if (next.inPlace) {
      throw new Error(
        "shadow: followedBy is an update in place, which puts the challenger into the champion's variant, but a shadow is in another variant: choose a strategy with two variants, such as ReleaseStrategy.canary",
      );
    }
    // Half for the shadow, half for the steps: together they keep the promise for the whole release.
    const analysis = { ...next.analysis, alpha: (next.analysis.alpha ?? USUAL_ALPHA) / 2 };
    return new Config({ ...next, analysis, shadow });
  }

  /** SageMaker moves the traffic. */
  static guardrails(config: GuardrailsReleaseConfig): ReleaseStrategyConfig {
    const { rollbackAlarms = [], approval, ...guardrails } = config;
    return new Config({
      trafficShares: guardrailShares(guardrails),
      ...durationsOf(guardrails),
      onInconclusive: InconclusiveAction.ROLL_BACK,
      analysis: {},
      rollbackAlarms,
      approval,
      guardrails,
    });
  }

  /** One update of the endpoint moves all traffic. */
  static inPlace({ bakeTime, rollbackAlarms = [], approval }: InPlaceReleaseConfig): ReleaseStrategyConfig {
    return new Config({
      trafficShares: [1],
      stepDuration: bakeTime,
      maximumStepDuration: bakeTime,
      bakeTime,
      onInconclusive: InconclusiveAction.ROLL_BACK,
      analysis: {},
      rollbackAlarms,
      approval,
      inPlace: { bakeTime },
    });
  }

  /**
   * The schedule in the terms of the release workflow.
   *
   * @internal
   */
  abstract readonly _schedule: ReleaseSchedule;
}

class Config extends ReleaseStrategyConfig {
  constructor(readonly _schedule: ReleaseSchedule) {
    super();
  }
}

const USUAL_ALPHA = 0.05;

function durationsOf({ waitInterval, terminationWait, maximumExecutionTime }: GuardrailsSchedule) {
  return {
    stepDuration: waitInterval,
    bakeTime: terminationWait,
    maximumStepDuration: Duration.minutes(Math.ceil(maximumExecutionTime.toSeconds() / 60)),
  };
}
