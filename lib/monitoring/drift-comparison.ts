import { Duration } from 'aws-cdk-lib';
import type { DriftComparisonSettings, DriftReferenceSettings } from '../../contracts/drift-comparison';

/** The window of traffic of a comparison. */
export interface DriftComparisonOptions {
  /**
   * Traffic that is compared, every hour: the latest hours of the version in production, 1 hour to 7 days. A
   * day contains each hour of the day once, and a week each weekday.
   * @default Duration.days(1)
   */
  readonly window?: Duration;

  /**
   * How far the window grows, by whole windows, while it has fewer than 100 rows; at most 28 days.
   * @default - 7 days or 4 windows, whichever is longer
   */
  readonly maximumWindow?: Duration;

  /**
   * Smallest distance between the distributions that counts as drift in this comparison, above 0 and below 1.
   * @default - `minimumDriftDistance` of the monitor
   */
  readonly minimumDistance?: number;
}

/** A comparison with the same hours of the past. */
export interface SameHoursOptions extends DriftComparisonOptions {
  /**
   * How far the hours lie apart, in whole days: 7 days for the same hours of the same weekday, 1 day for the
   * same hours of each day. The window grows up to this.
   * @default Duration.days(7)
   */
  readonly every?: Duration;

  /**
   * How many times the same hours are part of the reference, 1 to 28, and at most 28 days back. The
   * comparison begins as soon as they have passed once.
   * @default 4
   */
  readonly times?: number;
}

/**
 * A comparison that the drift monitor makes every hour: a window of traffic with a reference. Only traffic of
 * the version in production counts.
 */
export abstract class DriftComparison {
  /**
   * The comparisons of a monitor that names none:
   *
   * - the last day with the training data, for large differences (0.2): wrong data are found within a day
   *   from the first day on, and a weekday that differs from the others is no drift;
   * - the last week with the training data, for small differences that last;
   * - the last day with the same weekday of up to four weeks before, for small differences that are new: it
   *   begins when a version has been in production for eight days.
   */
  static defaults(): DriftComparison[] {
    return [
      DriftComparison.withTrainingData({ minimumDistance: 0.2 }),
      DriftComparison.withTrainingData({ window: Duration.days(7) }),
      DriftComparison.withSameHours(),
    ];
  }

  /**
   * With the data that the version was trained on. Choose a window that contains each cycle of the traffic
   * once, as training data do.
   */
  static withTrainingData(options: DriftComparisonOptions = {}): DriftComparison {
    return new Comparison({ is: 'trainingData' }, options);
  }

  /** With the same hours of past days or weeks, so that neither a daily nor a weekly cycle is drift. */
  static withSameHours(options: SameHoursOptions = {}): DriftComparison {
    const everyHours = hoursOf(options.every ?? Duration.days(7));
    const { times = 4 } = options;
    return new Comparison({ is: 'sameHours', everyHours, times }, options);
  }

  /** With as many hours just before the window: a sudden change is drift, a slow one is not. */
  static withPreviousWindow(options: DriftComparisonOptions = {}): DriftComparison {
    return new Comparison({ is: 'previousWindow' }, options);
  }

  /**
   * With a period of past traffic, such as a week that was judged healthy: whole hours, at most 31 days.
   * There is no verdict on versions that were not in production then.
   */
  static withPeriod(from: Date, to: Date, options: DriftComparisonOptions = {}): DriftComparison {
    return new Comparison({ is: 'period', from: isoOf(from), to: isoOf(to) }, options);
  }

  /**
   * As the function reads it.
   *
   * @internal
   */
  public abstract _settings(): DriftComparisonSettings;

  /**
   * What is wrong with it.
   *
   * @internal
   */
  public abstract _problems(): string[];
}

const DAY = 24;
const MOST_HOURS = 28 * DAY;
const LONGEST_PERIOD = 31 * DAY;

class Comparison extends DriftComparison {
  constructor(
    private readonly reference: DriftReferenceSettings,
    private readonly options: DriftComparisonOptions,
  ) {
    super();
  }

  public override _settings(): DriftComparisonSettings {
    const { reference, hours, maximumHours } = this;
    const { minimumDistance } = this.options;
    return {
      window: { hours, maximumHours },
      reference,
      ...(minimumDistance !== undefined && { minimumDistance }),
    };
  }

  public override _problems(): string[] {
    const { hours, maximumHours } = this;
    const { minimumDistance } = this.options;
    const problems = this.problemsOfReference();
    if (!isWhole(hours, 1, 7 * DAY)) {
      problems.push(`window must be whole hours, 1 hour to 7 days, got ${hours}`);
    } else if (!isWhole(maximumHours, hours, MOST_HOURS) || maximumHours % hours !== 0) {
      problems.push(
        `maximumWindow must be 1 or more windows of ${hours} h, up to 28 days, got ${maximumHours}`,
      );
    }
    if (minimumDistance !== undefined && !(minimumDistance > 0 && minimumDistance < 1)) {
      problems.push(`minimumDistance must be above 0 and below 1, got ${minimumDistance}`);
    }
    return problems;
  }

  private get hours(): number {
    return hoursOf(this.options.window ?? Duration.days(1));
  }

  private get maximumHours(): number {
    const { hours, reference } = this;
    const { maximumWindow } = this.options;
    if (maximumWindow) return hoursOf(maximumWindow);
    const most = Math.max(7 * DAY, 4 * hours);
    return multipleOf(hours, reference.is === 'sameHours' ? Math.min(most, reference.everyHours) : most);
  }

  private problemsOfReference(): string[] {
    const { reference, hours, maximumHours } = this;
    if (reference.is === 'sameHours') {
      const { everyHours, times } = reference;
      return [
        ...(isWhole(everyHours / DAY, 1, 28)
          ? []
          : [`every must be whole days, 1 to 28, got ${everyHours} h`]),
        ...(isWhole(times, 1, 28) && times * everyHours <= MOST_HOURS
          ? []
          : [`times must be 1 to 28, and the hours at most 28 days back, got ${times}`]),
        ...(Math.max(hours, maximumHours) > everyHours
          ? [`window and maximumWindow must be at most every (${everyHours} h): the hours would overlap`]
          : []),
      ];
    }
    if (reference.is === 'period') {
      const length = (Date.parse(reference.to) - Date.parse(reference.from)) / HOUR;
      return isWhole(length, 1, LONGEST_PERIOD) && Date.parse(reference.from) % HOUR === 0
        ? []
        : [`the period must be whole hours, 1 hour to 31 days, got ${reference.from} to ${reference.to}`];
    }
    return [];
  }
}

const HOUR = 3_600_000;

function hoursOf(duration: Duration): number {
  return duration.toHours({ integral: false });
}

function isoOf(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'an invalid date' : date.toISOString();
}

function multipleOf(hours: number, most: number): number {
  return Math.max(hours, Math.floor(most / hours) * hours);
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
