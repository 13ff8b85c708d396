import { Duration } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ApprovalProps } from '../release-approval';
import { type IReleaseStrategy, ReleaseStrategyConfig } from '../release-strategy-config';

export interface InPlaceOptions {
  /**
   * How long alarms are watched after the update: the pipeline's on errors and latency, and `rollbackAlarms`.
   * One that goes off, or is still in ALARM at the end, rolls back. Whole minutes, at most 14 days.
   * @default 10 minutes
   */
  readonly bakeTime?: Duration;

  /**
   * Your own alarms that undo the release during which they go off.
   * @default - none; the pipeline's alarms on errors and latency always do
   */
  readonly rollbackAlarms?: IAlarm[];

  /**
   * A person who must approve a version before the endpoint is updated. The first version, which has no
   * champion, needs none.
   * @default - nobody need approve
   */
  readonly approval?: ApprovalProps;
}

const LONGEST = Duration.days(14);

/** The challenger takes the champion's place in one update of the endpoint. */
export class InPlace implements IReleaseStrategy {
  private readonly bakeTime: Duration;

  constructor(private readonly options: InPlaceOptions) {
    this.bakeTime = options.bakeTime ?? Duration.minutes(10);
    const minutes = this.bakeTime.toSeconds() / 60;
    if (!(Number.isInteger(minutes) && minutes <= LONGEST.toMinutes())) {
      throw new Error(
        `in place: bakeTime must be whole minutes, at most ${LONGEST.toHumanString()}, got ${this.bakeTime.toHumanString()}`,
      );
    }
  }

  bind(): ReleaseStrategyConfig {
    const { rollbackAlarms, approval } = this.options;
    return ReleaseStrategyConfig.inPlace({ bakeTime: this.bakeTime, rollbackAlarms, approval });
  }
}
