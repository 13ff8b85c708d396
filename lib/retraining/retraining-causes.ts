import type { Duration, Size } from 'aws-cdk-lib';
import type { EventPattern, Schedule } from 'aws-cdk-lib/aws-events';

/** An event of another system that starts a retraining. */
export interface RetrainingEvent {
  /** Events on the account's default bus. */
  readonly pattern: EventPattern;
  /** Why they request a retraining, in words. */
  readonly reason: string;
}

/** What starts a retraining besides alarms and a person, and how often. */
export interface RetrainingCauses {
  /**
   * Retrain when there are enough new files of training data: any one of `minimumNewFiles`, `minimumNewData`
   * and `maximumNewDataAge`. Turns on notifications to EventBridge of a bucket of your own.
   * @default false
   */
  readonly onNewData?: boolean;

  /**
   * New files that are enough.
   * @default - 1, if `minimumNewData` and `maximumNewDataAge` are not given either
   */
  readonly minimumNewFiles?: number;

  /**
   * Size of all new files that starts a retraining.
   * @default - not considered
   */
  readonly minimumNewData?: Size;

  /**
   * Age of the oldest new file that starts a retraining, checked every hour.
   * @default - not considered
   */
  readonly maximumNewDataAge?: Duration;

  /**
   * Retrain regularly.
   * @default - no schedule
   */
  readonly schedule?: Schedule;

  /**
   * Retrain on events of other systems, such as the end of a data load.
   * @default - none
   */
  readonly events?: RetrainingEvent[];

  /**
   * Time after the start of a retraining in which events start no other one; they are kept for the next.
   * @default 6 hours
   */
  readonly cooldown?: Duration;

  /**
   * Retrainings in seven days, whoever started them. Only a person can exceed it.
   * @default - no limit
   */
  readonly maximumPerWeek?: number;
}

/** What starts a pipeline's retraining besides a person, and how often. */
export interface RetrainingTriggerOptions extends RetrainingCauses {
  /**
   * Retrain when the drift alarm goes off.
   * @default true
   */
  readonly onDrift?: boolean;

  /**
   * Retrain when the quality alarm goes off.
   * @default true
   */
  readonly onQuality?: boolean;
}
