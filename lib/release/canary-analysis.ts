import type { Duration } from 'aws-cdk-lib';
import type { AnalyseStepSettings, CompareShadowSettings } from '../../contracts/functions/release';
import type { ReleasePolicy, ShadowPolicy } from '../../contracts/release-policy';
import type { ShadowSchedule } from './release-schedule';

/** Which change of a metric is for the better. */
export enum BetterDirection {
  HIGHER = 'higher',
  LOWER = 'lower',
}

/**
 * Something of yours that is counted for each variant, such as orders or complaints, and compared per
 * request. Publish it to CloudWatch with the dimension `VariantName`: the variant that answered, which the
 * endpoint's answers name in `x-Amzn-Invoked-Production-Variant`.
 */
export interface BusinessMetric {
  /** @example 'Shop' */
  readonly namespace: string;
  /** @example 'Orders' */
  readonly metricName: string;
  /**
   * Dimensions beside `VariantName`.
   * @default {}
   */
  readonly dimensionsMap?: { [name: string]: string };
  readonly better: BetterDirection;
  /**
   * Change for the worse, relative to the champion, that does not roll back, however significant it is.
   * @default 0.05
   */
  readonly toleratedChange?: number;
}

/**
 * How a challenger is judged against the champion while it has a share of the traffic: by requests that fail,
 * requests that are slow, its answers, labels that have arrived, and your own counts, over the same minutes.
 * It is evaluated every minute, and rolled back as soon as it is significantly worse.
 */
export interface CanaryAnalysisProps {
  /**
   * Probability that a challenger which is no worse is rolled back, over the whole release and all that is
   * compared.
   * @default 0.05
   */
  readonly alpha?: number;

  /**
   * Requests that each variant with traffic needs in a step before the next one.
   * @default 100
   */
  readonly minimumRequests?: number;

  /**
   * Increase of the error rate that does not roll back, however significant it is.
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

  /**
   * Distance between the distributions of the answers of both versions that rolls back if it is significantly
   * exceeded: the largest difference between their distribution functions, from 0 to 1. A shift by a quarter
   * of a standard deviation is 0.1.
   * @default - the distance is reported and never rolls back, because a better version gives different
   * answers
   */
  readonly maximumPredictionShift?: number;

  /**
   * Increase of the share of wrong answers, as far as labels have arrived, that does not roll back, however
   * significant it is. For labels of 0 and 1, an answer is wrong if it is on the other side of 0.5 than its
   * label; for several classes, if it is another class; for numeric labels, if it is farther off than the
   * champion's median answer.
   * @default 0.01
   */
  readonly toleratedQualityDrop?: number;

  /**
   * What else is compared, per request.
   * @default - nothing
   */
  readonly businessMetrics?: BusinessMetric[];
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
  check('maximumPredictionShift', 0, 1, '0 to 1');
  check('toleratedQualityDrop', 0, 1, '0 to 1');
  for (const { metricName, dimensionsMap = {}, toleratedChange = 0 } of props.businessMetrics ?? []) {
    if ('VariantName' in dimensionsMap) {
      problems.push(
        `analysis.businessMetrics: ${metricName} gets the dimension VariantName from the release, leave it out`,
      );
    }
    if (!(toleratedChange >= 0)) {
      problems.push(
        `analysis.businessMetrics: toleratedChange of ${metricName} must be at least 0, got ${toleratedChange}`,
      );
    }
  }
  return problems;
}

/** The settings as the analysing function reads them. */
export function analysisSettings(
  props: CanaryAnalysisProps,
): Pick<AnalyseStepSettings, 'policy' | 'businessMetrics'> {
  const { maximumPredictionShift, businessMetrics = [] } = props;
  return {
    policy: {
      ...commonPolicy(props),
      maximumPredictionShift,
      business: businessMetrics.map(({ metricName, better, toleratedChange = 0.05 }) => ({
        name: metricName,
        better,
        toleratedChange,
      })),
    },
    businessMetrics: businessMetrics.map(({ namespace, metricName, dimensionsMap = {} }) => ({
      namespace,
      metricName,
      dimensions: dimensionsMap,
    })),
  };
}

/** What the function that compares a shadow with its champion reads of them. */
export function shadowSettings(
  shadow: ShadowSchedule,
  analysis: CanaryAnalysisProps,
): Pick<CompareShadowSettings, 'durations' | 'policy' | 'tolerance'> {
  return {
    durations: {
      shortest: shadow.duration.toMinutes(),
      longest: shadow.maximumDuration.toMinutes(),
    },
    policy: { ...commonPolicy(analysis), minimumAgreement: shadow.minimumAgreement },
    tolerance: shadow.agreementTolerance,
  };
}

/** What holds with and without traffic. */
function commonPolicy({
  alpha,
  minimumRequests,
  toleratedErrorRateIncrease,
  maximumLatencyRatio,
  toleratedLatencyIncrease,
  toleratedQualityDrop,
}: CanaryAnalysisProps): ShadowPolicy & ReleasePolicy {
  return {
    alpha,
    minimumInvocations: minimumRequests,
    toleratedErrorRateIncrease,
    maximumLatencyRatio,
    toleratedLatencyIncreaseMicros:
      toleratedLatencyIncrease && toleratedLatencyIncrease.toMilliseconds() * 1000,
    toleratedQualityDrop,
  };
}
