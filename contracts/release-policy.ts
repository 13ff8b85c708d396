/** What releases with and without traffic are judged by. What is left out has the analysis's default. */
interface ComparisonPolicy {
  /** Probability of rolling back a challenger that is no worse, over the whole release. */
  readonly alpha?: number | undefined;
  readonly minimumInvocations?: number | undefined;
  readonly toleratedErrorRateIncrease?: number | undefined;
  readonly maximumLatencyRatio?: number | undefined;
  readonly toleratedLatencyIncreaseMicros?: number | undefined;
  readonly toleratedQualityDrop?: number | undefined;
}

/** The policy of steps with traffic. */
export interface ReleasePolicy extends ComparisonPolicy {
  readonly maximumPredictionShift?: number | undefined;
  /** Of the function's `businessMetrics`, in their order. */
  readonly business?: readonly BusinessMetricPolicy[] | undefined;
}

/** The policy of a shadow. */
export interface ShadowPolicy extends ComparisonPolicy {
  readonly minimumAgreement?: number | undefined;
}

export interface BusinessMetricPolicy {
  readonly name: string;
  readonly better: 'higher' | 'lower';
  /** Change for the worse, relative to the champion, that does not roll back. */
  readonly toleratedChange: number;
}

/** A metric of CloudWatch, without the dimension of the variant. */
export interface BusinessMetricSource {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Where the metrics of requests to an endpoint or a function are in CloudWatch. */
export interface RequestMetricsSource {
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** The dimension that keeps out what variants of the same name did in other releases. */
  readonly releaseDimension: 'EndpointConfigName' | 'ReleaseId';
  /** What counts requests. @default - the sum of `Invocations` */
  readonly requestCount?: { readonly metricName: string; readonly statistic: string } | undefined;
}
