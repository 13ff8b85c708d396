import { Duration } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type CanaryAnalysisProps, canaryAnalysisProblems } from './canary-analysis';
import type { ApprovalProps } from './release-approval';

/** What follows when a step had too little traffic for too long. */
export enum InconclusiveAction {
  /** The champion gets its traffic back. */
  ROLL_BACK = 'roll-back',
  /** The challenger takes the next step all the same. */
  PROMOTE = 'promote',
}

/** How a challenger gets its traffic, in the terms of the release workflow. */
export interface ReleaseSchedule {
  /** The challenger's shares of the traffic, increasing, the last 1. */
  readonly weights: number[];
  /** How long each share below 1 lasts at least. */
  readonly stepDuration: Duration;
  /** How long any step lasts at most. */
  readonly maximumStepDuration: Duration;
  /** How long the former champion stays up at weight 0 after the last step. */
  readonly bakeTime: Duration;
  readonly onInconclusive: InconclusiveAction;
  readonly analysis: CanaryAnalysisProps;
  readonly rollbackAlarms: IAlarm[];
  readonly approval?: ApprovalProps;
}

/** What all strategies have in common. */
export interface ReleaseOptions {
  /**
   * How long the former champion stays up at weight 0 once the challenger has all traffic: so long a rollback is one
   * weight update. Whole minutes; with 0 it is retired at once.
   * @default 10 minutes
   */
  readonly bakeTime?: Duration;

  /**
   * How long a step, or the bake, may last at most while there is too little traffic to judge it. Whole minutes.
   * @default - 4 times as long as the longest of them
   */
  readonly maximumStepDuration?: Duration;

  /** @default InconclusiveAction.ROLL_BACK */
  readonly onInconclusive?: InconclusiveAction;

  /** @default - as its props say */
  readonly analysis?: CanaryAnalysisProps;

  /**
   * Alarms of yours that undo the release during which they go off.
   * @default - none; most requests of the challenger failing in a minute always does
   */
  readonly rollbackAlarms?: IAlarm[];

  /**
   * A person who must approve a version before it gets traffic. The first version, which has no champion, needs none.
   * @default - nobody need approve
   */
  readonly approval?: ApprovalProps;
}

export interface SteppedReleaseOptions extends ReleaseOptions {
  /**
   * How long each share of the traffic lasts at least. Whole minutes.
   * @default 10 minutes
   */
  readonly stepDuration?: Duration;
}

export interface BlueGreenOptions extends SteppedReleaseOptions {
  /**
   * The challenger's shares of the traffic before it gets all, increasing, between 0 and 1.
   * @default [0.1]
   */
  readonly canary?: number[];
}

export interface CanaryOptions extends SteppedReleaseOptions {
  /**
   * The challenger's share of the traffic before it gets all, between 0 and 1.
   * @default 0.1
   */
  readonly share?: number;
}

export interface LinearOptions extends SteppedReleaseOptions {
  /**
   * How many equal steps it takes to all traffic, 2 to 20.
   * @default 5
   */
  readonly steps?: number;
}

/** How versions are released to the endpoint: the challenger as a second variant beside the champion's. */
export abstract class ReleaseStrategy {
  /** The challenger takes all traffic in one step once it has passed the smoke test; the champion stays up while it bakes. */
  static allAtOnce(options: ReleaseOptions = {}): ReleaseStrategy {
    return new SteppedRelease([], options);
  }

  /** Traffic moves in steps of your choice. */
  static blueGreen(options: BlueGreenOptions = {}): ReleaseStrategy {
    return new SteppedRelease(options.canary ?? [0.1], options);
  }

  /** A small share of the traffic first, then all of it. */
  static canary(options: CanaryOptions = {}): ReleaseStrategy {
    return new SteppedRelease([options.share ?? 0.1], options);
  }

  /** Traffic moves in equal steps. */
  static linear(options: LinearOptions = {}): ReleaseStrategy {
    const steps = options.steps ?? 5;
    if (!(Number.isInteger(steps) && steps >= 2 && steps <= 20)) {
      throw new Error(`steps of a linear release must be a whole number from 2 to 20, got ${steps}`);
    }
    const shares = Array.from({ length: steps - 1 }, (_, index) => Number(((index + 1) / steps).toFixed(4)));
    return new SteppedRelease(shares, options);
  }

  /** The schedule that the release workflow follows. */
  abstract bind(): ReleaseSchedule;
}

class SteppedRelease extends ReleaseStrategy {
  constructor(
    private readonly shares: number[],
    private readonly options: SteppedReleaseOptions,
  ) {
    super();
    const problems = canaryAnalysisProblems(options.analysis ?? {});
    if (shares.some((share, index) => !(share > (shares[index - 1] ?? 0) && share < 1))) {
      problems.push(
        `shares of the traffic must increase and lie between 0 and 1, got [${shares.join(', ')}]; the last step to 1 is added for you`,
      );
    }
    const durations = { stepDuration: 1, bakeTime: 0, maximumStepDuration: 1 } as const;
    for (const [name, least] of Object.entries(durations)) {
      const duration = options[name as keyof typeof durations];
      const minutes = duration && duration.toSeconds() / 60;
      if (minutes !== undefined && !(Number.isInteger(minutes) && minutes >= least)) {
        problems.push(`${name} must be whole minutes, at least ${least}, got ${duration}`);
      }
    }
    if (problems.length > 0) throw new Error(problems.join('; '));
    const { stepDuration, bakeTime, maximumStepDuration } = this.bind();
    if (maximumStepDuration.toMinutes() < Math.max(stepDuration.toMinutes(), bakeTime.toMinutes())) {
      throw new Error(
        `maximumStepDuration must be at least stepDuration and bakeTime, got ${maximumStepDuration.toHumanString()}`,
      );
    }
  }

  bind(): ReleaseSchedule {
    const stepDuration = this.options.stepDuration ?? Duration.minutes(10);
    const bakeTime = this.options.bakeTime ?? Duration.minutes(10);
    const longest = Math.max(stepDuration.toMinutes(), bakeTime.toMinutes());
    return {
      weights: [...this.shares, 1],
      stepDuration,
      bakeTime,
      maximumStepDuration: this.options.maximumStepDuration ?? Duration.minutes(4 * longest),
      onInconclusive: this.options.onInconclusive ?? InconclusiveAction.ROLL_BACK,
      analysis: this.options.analysis ?? {},
      rollbackAlarms: this.options.rollbackAlarms ?? [],
      approval: this.options.approval,
    };
  }
}
