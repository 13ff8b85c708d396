import { Duration } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type CanaryAnalysisProps, canaryAnalysisProblems } from '../canary-analysis';
import type { ApprovalProps } from '../release-approval';
import { InconclusiveAction } from '../release-schedule';
import {
  type IReleaseStrategy,
  ReleaseStrategyConfig,
  type SteppedReleaseConfig,
} from '../release-strategy-config';

/** What all strategies have in common. */
export interface ReleaseOptions {
  /**
   * How long the previous champion stays up at weight 0 once the challenger has all traffic: during that time
   * a rollback is one weight update. Whole minutes, at most 14 days; with 0 it is retired at once.
   * @default 10 minutes
   */
  readonly bakeTime?: Duration;

  /**
   * How long a step, or the bake, may last at most while there is too little traffic to judge it. Whole
   * minutes, at most 14 days.
   * @default - 4 times as long as the longest of them, at most 14 days
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
   * A person who must approve a version before it gets traffic. The first version, which has no champion,
   * needs none.
   * @default - nobody need approve
   */
  readonly approval?: ApprovalProps;
}

export interface SteppedReleaseOptions extends ReleaseOptions {
  /**
   * How long each share of the traffic lasts at least. Whole minutes; all steps and the bake together are at
   * most 14 days.
   * @default 10 minutes
   */
  readonly stepDuration?: Duration;
}

const LONGEST = Duration.days(14);
const MOST_SHARES = 19;

/** Traffic moves in shares, each for some time; between them, the analysis decides. */
export class SteppedRelease implements IReleaseStrategy {
  constructor(
    private readonly shares: number[],
    private readonly options: SteppedReleaseOptions,
  ) {
    const problems = canaryAnalysisProblems(options.analysis ?? {});
    if (shares.some((share, index) => !(share > (shares[index - 1] ?? 0) && share < 1))) {
      problems.push(
        `shares of the traffic must increase and lie between 0 and 1, got [${shares.join(', ')}]; the last step to 1 is added for you`,
      );
    }
    if (shares.length > MOST_SHARES) {
      problems.push(
        `shares of the traffic must be at most ${MOST_SHARES} before the last step to 1, since an execution of Step Functions ends at 25,000 events, got ${shares.length}`,
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
    const { stepDuration, bakeTime, maximumStepDuration } = this.config();
    const planned = Duration.minutes(shares.length * stepDuration.toMinutes() + bakeTime.toMinutes());
    for (const [what, duration] of [
      ['the steps and the bake together', planned],
      ['maximumStepDuration', maximumStepDuration],
    ] as const) {
      if (duration.toMinutes() > LONGEST.toMinutes()) {
        throw new Error(
          `${what} must be at most ${LONGEST.toHumanString()} since CloudWatch keeps the metrics of minutes for 15, got ${duration.toHumanString()}`,
        );
      }
    }
    if (maximumStepDuration.toMinutes() < Math.max(stepDuration.toMinutes(), bakeTime.toMinutes())) {
      throw new Error(
        `maximumStepDuration must be at least stepDuration and bakeTime, got ${maximumStepDuration.toHumanString()}`,
      );
    }
  }

  bind(): ReleaseStrategyConfig {
    return ReleaseStrategyConfig.stepped(this.config());
  }

  private config(): SteppedReleaseConfig {
    const stepDuration = this.options.stepDuration ?? Duration.minutes(10);
    const bakeTime = this.options.bakeTime ?? Duration.minutes(10);
    const longest = Math.max(stepDuration.toMinutes(), bakeTime.toMinutes());
    return {
      shares: this.shares,
      stepDuration,
      bakeTime,
      maximumStepDuration:
        this.options.maximumStepDuration ?? Duration.minutes(Math.min(4 * longest, LONGEST.toMinutes())),
      onInconclusive: this.options.onInconclusive ?? InconclusiveAction.ROLL_BACK,
      analysis: this.options.analysis,
      rollbackAlarms: this.options.rollbackAlarms,
      approval: this.options.approval,
    };
  }
}
