import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type IReleaseStrategy, ReleaseStrategyConfig } from '../release-strategy-config';
import { blueGreen } from './blue-green';

export interface ShadowOptions {
  /**
   * How long the challenger gets copies of requests at least. Whole minutes, at most 14 days: CloudWatch
   * keeps the metrics of minutes for 15.
   * @default 1 hour
   */
  readonly duration?: Duration;

  /**
   * How long it gets them at most while there is too little traffic to judge it. Whole minutes, at most 14
   * days.
   * @default - 4 times `duration`, at most 14 days
   */
  readonly maximumDuration?: Duration;

  /**
   * Share of the requests that are copied, above 0, at most 1. Where a function serves alone, each copy is an
   * invocation.
   * @default 1
   */
  readonly sampleShare?: number;

  /**
   * How far apart the answers of both versions to the same row may be to agree, in the unit of the answers.
   * @default - a tenth of the range of the middle 90 % of the champion's answers to its training data; of
   * several classes the same one
   */
  readonly agreementTolerance?: number;

  /**
   * Share of the requests on which both versions must agree, from 0 to 1: a challenger that agrees on
   * significantly fewer is rolled back.
   * @default - agreement is reported and decides nothing, because a better version gives different answers
   */
  readonly minimumAgreement?: number;

  /**
   * How the challenger gets traffic after it was a shadow. Its analysis, alarms and approval hold for the
   * shadow too.
   * @default ReleaseStrategy.blueGreen()
   */
  readonly followedBy?: IReleaseStrategy;
}

const LONGEST = Duration.days(14);

export function shadow(options: ShadowOptions): IReleaseStrategy {
  return new ShadowRelease(options);
}

/** The challenger answers copies of requests, which nobody sees, before it gets traffic. */
class ShadowRelease implements IReleaseStrategy {
  constructor(private readonly options: ShadowOptions) {
    const problems = [
      ...durationProblems('duration', options.duration),
      ...durationProblems('maximumDuration', options.maximumDuration),
      ...rangeProblems(options),
    ];
    if (problems.length > 0) throw new Error(`shadow: ${problems.join('; ')}`);
    const { duration, maximumDuration } = this.period();
    if (maximumDuration.toMinutes() < duration.toMinutes()) {
      throw new Error(
        `shadow: maximumDuration must be at least duration, ${duration.toHumanString()}, got ${maximumDuration.toHumanString()}`,
      );
    }
  }

  bind(scope: Construct): ReleaseStrategyConfig {
    const { sampleShare = 1, agreementTolerance, minimumAgreement, followedBy } = this.options;
    return ReleaseStrategyConfig.shadow({
      ...this.period(),
      sampleShare,
      agreementTolerance,
      minimumAgreement,
      followedBy: (followedBy ?? blueGreen({})).bind(scope),
    });
  }

  private period(): { duration: Duration; maximumDuration: Duration } {
    const duration = this.options.duration ?? Duration.hours(1);
    const fourTimes = Duration.minutes(Math.min(4 * duration.toMinutes(), LONGEST.toMinutes()));
    return { duration, maximumDuration: this.options.maximumDuration ?? fourTimes };
  }
}

function durationProblems(name: string, duration: Duration | undefined): string[] {
  const minutes = duration && duration.toSeconds() / 60;
  if (minutes === undefined) return [];
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= LONGEST.toMinutes()) return [];
  return [
    `${name} must be whole minutes, from 1 to ${LONGEST.toHumanString()} since CloudWatch keeps the metrics of minutes for 15, got ${duration?.toHumanString()}`,
  ];
}

function rangeProblems({
  sampleShare = 1,
  agreementTolerance = 0,
  minimumAgreement = 0,
}: ShadowOptions): string[] {
  const problems: string[] = [];
  if (!(sampleShare > 0 && sampleShare <= 1)) {
    problems.push(`sampleShare must be above 0 and at most 1, got ${sampleShare}; 1 copies all requests`);
  }
  if (!(agreementTolerance >= 0 && Number.isFinite(agreementTolerance))) {
    problems.push(`agreementTolerance must be at least 0, got ${agreementTolerance}`);
  }
  if (!(minimumAgreement >= 0 && minimumAgreement <= 1)) {
    problems.push(`minimumAgreement must be a share from 0 to 1, got ${minimumAgreement}`);
  }
  return problems;
}
