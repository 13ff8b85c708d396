import type { Duration } from 'aws-cdk-lib';

/**
 * How a challenger is judged against the champion while it has a share of the traffic: by requests that fail and requests
 * that are slow, over the same minutes. It is looked at every minute, and rolled back as soon as it is surely worse.
 */
export interface CanaryAnalysisProps {
  /**
   * Probability that a challenger which is no worse is rolled back, over the whole release and all that is compared.
   * @default 0.05
   */
  readonly alpha?: number;

  /**
   * Requests that each variant with traffic needs in a step before the next one.
   * @default 100
   */
  readonly minimumRequests?: number;

  /**
   * Increase of the error rate that is too small to roll back for, however sure it is.
   * @default 0.001
   */
  readonly toleratedErrorRateIncrease?: number;

  /**
   * Challenger's latency over the champion's, at most, at p50, p95 and p99.
   * @default 1.2
   */
  readonly maximumLatencyRatio?: number;

  /**
   * Increase of the latency that is too small to roll back for, whatever its ratio.
   * @default 10 milliseconds
   */
  readonly toleratedLatencyIncrease?: Duration;
}

/** What is wrong with settings of an analysis. */
export function canaryAnalysisProblems(props: CanaryAnalysisProps): string[] {
  const problems: string[] = [];
  const check = (name: keyof CanaryAnalysisProps, low: number, high: number, range: string) => {
    const value = props[name];
    if (typeof value === 'number' && !(value >= low && value <= high)) {
      problems.push(`analysis.${name} must be ${range}, got ${value}`);
    }
  };
  check('alpha', 1e-6, 0.5, '0.000001 to 0.5');
  check('minimumRequests', 1, 1e9, 'at least 1');
  check('toleratedErrorRateIncrease', 0, 1, '0 to 1');
  check('maximumLatencyRatio', 1, 100, '1 to 100');
  return problems;
}

/** The policy as the analysing function reads it. */
export function canaryPolicy(props: CanaryAnalysisProps): object {
  const { minimumRequests, toleratedLatencyIncrease, ...others } = props;
  return {
    ...others,
    minimumInvocations: minimumRequests,
    toleratedLatencyIncreaseMicros:
      toleratedLatencyIncrease && toleratedLatencyIncrease.toMilliseconds() * 1000,
  };
}
