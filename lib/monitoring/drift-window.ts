import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Validation } from '../runtime/validation';
import type { MonitoringProps } from './monitoring-props';

/** Hours of traffic that are compared with the training data. */
export interface DriftWindow {
  readonly hours: number;
  /** While there are too few rows. */
  readonly maximumHours: number;
}

/**
 * The window as the function reads it.
 *
 * @throws Error that lists what is wrong with the props, and where
 */
export function driftWindow(scope: Construct, props: MonitoringProps): DriftWindow {
  const hours = hoursOf(props.driftWindow ?? Duration.days(1));
  const maximumHours = props.maximumDriftWindow ? hoursOf(props.maximumDriftWindow) : Math.max(24, hours);
  new Validation(scope)
    .check(
      hours,
      Number.isInteger(hours) && hours >= 1 && hours <= MOST_HOURS,
      'monitoring.driftWindow must be whole hours, 1 hour to 7 days',
    )
    .check(
      maximumHours,
      Number.isInteger(maximumHours) && maximumHours >= hours && maximumHours <= MOST_HOURS,
      'monitoring.maximumDriftWindow must be whole hours, driftWindow to 7 days',
    )
    .finish();
  return { hours, maximumHours };
}

const MOST_HOURS = 7 * 24;

function hoursOf(duration: Duration): number {
  return duration.toHours({ integral: false });
}
