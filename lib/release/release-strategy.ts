import { Duration } from 'aws-cdk-lib';

/** How a challenger gets its traffic, in the terms of the release workflow. */
export interface ReleaseSchedule {
  /** The challenger's shares of the traffic, increasing, the last 1. */
  readonly weights: number[];
  /** How long each share below 1 is observed before it is analysed. */
  readonly stepDuration: Duration;
  /** How often a step is observed again because there was too little traffic; then the champion comes back. */
  readonly maximumHolds: number;
  /** How long the former champion stays up at weight 0 after the last step. */
  readonly bakeTime: Duration;
}

export interface BlueGreenOptions {
  /**
   * The challenger's shares of the traffic before it gets all, increasing, between 0 and 1.
   * @default [0.1]
   */
  readonly canary?: number[];

  /** @default 10 minutes */
  readonly stepDuration?: Duration;

  /** @default 3 */
  readonly maximumHolds?: number;

  /** @default 10 minutes */
  readonly bakeTime?: Duration;
}

/** How versions are released to the endpoint. */
export abstract class ReleaseStrategy {
  /** The challenger takes all traffic in one step once it has passed the smoke test; the champion stays up while it bakes. */
  static allAtOnce(bakeTime: Duration = Duration.minutes(10)): ReleaseStrategy {
    return new BlueGreen({ canary: [], bakeTime });
  }

  /** Champion and challenger are two variants of the endpoint; traffic moves in analysed steps. */
  static blueGreen(options: BlueGreenOptions = {}): ReleaseStrategy {
    return new BlueGreen(options);
  }

  /** The schedule that the release workflow follows. */
  abstract bind(): ReleaseSchedule;
}

class BlueGreen extends ReleaseStrategy {
  constructor(private readonly options: BlueGreenOptions) {
    super();
    const canary = options.canary ?? [];
    if (canary.some((weight, index) => !(weight > (canary[index - 1] ?? 0) && weight < 1))) {
      throw new Error(
        `canary weights must increase and lie between 0 and 1, got [${canary.join(', ')}]; the last step to 1 is added for you`,
      );
    }
    if ((options.maximumHolds ?? 0) < 0) {
      throw new Error(`maximumHolds must be at least 0, got ${options.maximumHolds}`);
    }
  }

  bind(): ReleaseSchedule {
    return {
      weights: [...(this.options.canary ?? [0.1]), 1],
      stepDuration: this.options.stepDuration ?? Duration.minutes(10),
      maximumHolds: this.options.maximumHolds ?? 3,
      bakeTime: this.options.bakeTime ?? Duration.minutes(10),
    };
  }
}
