import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { EndpointSettings } from '../../contracts/hosting';
import type { RequestMetricsSource } from '../../contracts/release-policy';
import type { AdoptedNames } from '../runtime/pipeline-context';
import { combined } from './combined-metric';
import { InstanceMetrics } from './instance-metrics';
import { METRIC_NAMESPACE } from './pipeline-metrics';
import { checkInstances, checkPublished, publishes, type Server } from './published-metrics';

/** Of variants in graphs. */
const COLORS = ['#1f77b4', '#2ca02c', '#ff7f0e'];
const BLUE_GREEN = ['blue', 'green'];

/** Requests that are enough to judge a minute by its share of failures, or by a percentile. */
export const USUAL_MINIMUM_REQUESTS = 10;

/** CloudWatch metrics of requests to the variants of an endpoint or a function; one minute each. */
export class RequestMetrics {
  /**
   * Of a real-time endpoint.
   *
   * @param variantNames `blue` and `green` by default, which a pipeline's endpoint has
   */
  static ofEndpoint(endpointName: string, variantNames?: string[]): RequestMetrics {
    return RequestMetrics.of('realTime', endpointName, variantNames ?? BLUE_GREEN);
  }

  /**
   * Of the endpoint of a pipeline.
   *
   * @internal
   */
  static _ofPipeline(
    {
      endpointName,
      adopted,
    }: { readonly endpointName: string; readonly adopted?: Pick<AdoptedNames, 'variantName'> },
    kind: EndpointSettings['kind'],
  ): RequestMetrics {
    const found = adopted ? [adopted.variantName] : [];
    return RequestMetrics.of(kind, endpointName, [...new Set([...BLUE_GREEN, ...found])]);
  }

  private static of(
    kind: EndpointSettings['kind'],
    endpointName: string,
    variants: string[],
  ): RequestMetrics {
    const source: RequestMetricsSource = {
      namespace: 'AWS/SageMaker',
      dimensions: { EndpointName: endpointName },
      releaseDimension: 'EndpointConfigName',
      ...(!publishes(kind, 'Invocations') && {
        // Of this one each request is a sample, of 0 or 1:
        // https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-monitor.html
        requestCount: { metricName: 'Invocation5XXErrors', statistic: 'SampleCount' },
      }),
    };
    return new RequestMetrics(kind, source, variants);
  }

  /**
   * Of the function that answers for a pipeline, beside an endpoint or alone.
   *
   * @param variantNames `blue` and `green` by default, which releases of a pipeline use
   */
  static ofFunction(pipelineName: string, variantNames?: string[]): RequestMetrics {
    const source: RequestMetricsSource = {
      namespace: METRIC_NAMESPACE,
      dimensions: { Pipeline: pipelineName },
      releaseDimension: 'ReleaseId',
    };
    return new RequestMetrics('function', source, variantNames ?? BLUE_GREEN);
  }

  /** What answers the requests, in words: `endpoint` or `function`. */
  readonly server: string;

  private constructor(
    private readonly kind: Server,
    private readonly source: RequestMetricsSource,
    private readonly variants: string[],
  ) {
    this.server = kind === 'function' ? 'function' : 'endpoint';
  }

  /**
   * Where the metrics are, beside the dimension `VariantName`.
   *
   * @internal
   */
  public get _source(): RequestMetricsSource {
    return this.source;
  }

  /**
   * The kind of the endpoint, or a function.
   *
   * @internal
   */
  public get _server(): Server {
    return this.kind;
  }

  /** Requests to all variants; the sum of a minute by default. */
  invocations(options: MetricOptions = {}): MathExpression {
    const { metricName, statistic } = this.requestCount;
    return this.ofAll('SUM', metricName, { statistic, label: 'requests', ...options });
  }

  /** Requests to all variants a second; the average of a minute by default. */
  requestsPerSecond(options: MetricOptions = {}): MathExpression {
    const { label = 'requests/s', color, period = Duration.minutes(1), ...others } = options;
    const requests = this.invocations({ ...others, period });
    return new MathExpression({
      expression: `(${requests.expression}) / ${period.toSeconds()}`,
      usingMetrics: requests.usingMetrics,
      label,
      color,
      period,
    });
  }

  /** Requests to all variants that failed because of the model; the sum of a minute by default. */
  errors(options: MetricOptions = {}): MathExpression {
    return this.ofAll('SUM', 'Invocation5XXErrors', {
      statistic: 'Sum',
      label: 'failed requests',
      ...options,
    });
  }

  /**
   * Requests to all variants that the model refused with a status of 400 to 499; the sum of a minute by
   * default.
   */
  clientErrors(options: MetricOptions = {}): MathExpression {
    return this.ofAll('SUM', 'Invocation4XXErrors', { label: 'refused requests', ...options });
  }

  /**
   * Requests to all variants that the model did not answer with a status of 200 to 299, or not in time; the
   * sum of a minute by default.
   *
   * @throws Error if not of a real-time endpoint
   */
  modelErrors(options: MetricOptions = {}): MathExpression {
    return this.ofPublished('SUM', 'InvocationModelErrors', { label: 'model errors', ...options });
  }

  /**
   * Time that the models take to answer, in microseconds; the slowest variant's. The 95th percentile of a
   * minute by default.
   */
  latency(options: MetricOptions = {}): MathExpression {
    const { statistic = 'p95' } = options;
    const label = `model latency ${statistic} (µs)`;
    return this.ofAll('MAX', 'ModelLatency', { label, ...options, statistic });
  }

  /**
   * Time that SageMaker takes in addition to the model, in microseconds; the slowest variant's. With a
   * serverless endpoint it includes cold starts. The 95th percentile of a minute by default.
   *
   * @throws Error if not of a real-time or serverless endpoint
   */
  overheadLatency(options: MetricOptions = {}): MathExpression {
    const { statistic = 'p95' } = options;
    const label = `overhead latency ${statistic} (µs)`;
    return this.ofPublished('MAX', 'OverheadLatency', { label, ...options, statistic });
  }

  /**
   * Requests that the model answers at the same time, by instance; the busier variant's. The maximum of a
   * minute by default.
   *
   * @throws Error if not of a real-time endpoint
   */
  concurrentRequests(options: MetricOptions = {}): MathExpression {
    const defaults = { label: 'concurrent requests', statistic: 'Maximum' };
    return this.ofPublished('MAX', 'ConcurrentRequestsPerModel', { ...defaults, ...options });
  }

  /**
   * Share of the endpoint's `maxConcurrency` that is in use, 0 to 1; requests beyond it are throttled. The
   * maximum of a minute by default.
   *
   * @throws Error if not of a serverless endpoint
   */
  concurrencyUtilization(options: MetricOptions = {}): MathExpression {
    const defaults = { label: 'share of maxConcurrency', statistic: 'Maximum' };
    return this.ofPublished('MAX', 'ServerlessConcurrentExecutionsUtilization', { ...defaults, ...options });
  }

  /**
   * Requests that waited for a new container, or for a new instance of the function; the sum of a minute by
   * default.
   *
   * @throws Error if not of a serverless endpoint or a function
   */
  coldStarts(options: MetricOptions = {}): MathExpression {
    const label = 'cold starts';
    // SageMaker publishes the time of each set-up.
    return this.kind === 'function'
      ? this.ofPublished('SUM', 'ColdStarts', { label, ...options })
      : this.ofPublished('SUM', 'ModelSetupTime', { label, ...options, statistic: 'SampleCount' });
  }

  /**
   * Time that a new container takes to be ready for its first request, in microseconds. The 95th percentile
   * of a minute by default.
   *
   * @throws Error if not of a serverless endpoint
   */
  setupTime(options: MetricOptions = {}): MathExpression {
    const { statistic = 'p95' } = options;
    const label = `set-up time ${statistic} (µs)`;
    return this.ofPublished('MAX', 'ModelSetupTime', { label, ...options, statistic });
  }

  /**
   * How busy the instances are.
   *
   * @throws Error if requests are not answered by instances
   */
  instances(): InstanceMetrics {
    checkInstances(this.kind);
    return InstanceMetrics.ofEndpoint(this.source.dimensions.EndpointName as string, this.variants);
  }

  /**
   * Whether the server publishes a metric.
   *
   * @internal
   */
  public _publishes(metricName: string): boolean {
    return publishes(this.kind, metricName);
  }

  /**
   * Share of requests of all variants that fail because of the model, by minute.
   *
   * @param minimumRequests with fewer requests in a minute the share is 0, unless all of them fail; 1 by
   * default
   */
  errorRate(minimumRequests = 1): MathExpression {
    const sum = (prefix: string) =>
      `(${this.variants.map((_, index) => `FILL(${prefix}${index}, 0)`).join(' + ')})`;
    const [failed, requests] = [sum('errors'), sum('requests')];
    const share = `${failed} / ${requests}`;
    return new MathExpression({
      expression:
        minimumRequests > 1
          ? `IF(${requests} >= ${minimumRequests} OR ${failed} >= ${requests}, ${share}, 0)`
          : share,
      usingMetrics: Object.fromEntries(
        this.variants.flatMap((variant, index): [string, IMetric][] => [
          [`errors${index}`, this.ofVariant('Invocation5XXErrors', variant, 'Sum')],
          [`requests${index}`, this.requestsOf(variant)],
        ]),
      ),
      label: 'error rate',
      period: Duration.minutes(1),
    });
  }

  /**
   * The latency by minute that alarms judge: the slowest variant's, in microseconds. A variant with fewer
   * requests than `minimumRequests` has its shortest latency instead of the percentile, so that a few slow
   * requests among a few do not count, and all of them do.
   *
   * @internal
   */
  public _judgedLatency(minimumRequests: number): MathExpression {
    const each = this.variants.map(
      (_, index) =>
        `IF(FILL(requests${index}, 0) >= ${minimumRequests}, FILL(latency${index}, 0), FILL(shortest${index}, 0))`,
    );
    return new MathExpression({
      expression: `MAX([${each.join(', ')}])`,
      // An alarm takes 10 metrics, and there are at most three variants.
      usingMetrics: Object.fromEntries(
        this.variants.flatMap((variant, index): [string, IMetric][] => [
          [`requests${index}`, this.requestsOf(variant)],
          [`latency${index}`, this.ofVariant('ModelLatency', variant, 'p95')],
          [`shortest${index}`, this.ofVariant('ModelLatency', variant, 'Minimum')],
        ]),
      ),
      label: 'model latency p95 (µs)',
      period: Duration.minutes(1),
    });
  }

  /** Share of a variant's requests in a minute that fail because of the model, with 10 requests at least. */
  failures(variant: string): MathExpression {
    // SageMaker counts timeouts as model errors only, and so the caller's own mistakes.
    const countsModelErrors = this._publishes('InvocationModelErrors');
    const failures = countsModelErrors
      ? 'MAX([FILL(failed, 0), FILL(unsuccessful, 0) - FILL(refused, 0)])'
      : 'FILL(failed, 0)';
    return new MathExpression({
      expression: `IF(requests >= ${USUAL_MINIMUM_REQUESTS}, ${failures} / requests, 0)`,
      usingMetrics: {
        requests: this.requestsOf(variant),
        failed: this.ofVariant('Invocation5XXErrors', variant, 'Sum'),
        ...(countsModelErrors && {
          unsuccessful: this.ofVariant('InvocationModelErrors', variant, 'Sum'),
          refused: this.ofVariant('Invocation4XXErrors', variant, 'Sum'),
        }),
      },
      label: `share of requests to ${variant} that fail`,
      period: Duration.minutes(1),
    });
  }

  /**
   * Requests, a line a variant.
   *
   * @internal
   */
  public _invocationsByVariant(): Metric[] {
    return this.variants.map((variant) => this.requestsOf(variant));
  }

  /** One metric, a line a variant. */
  byVariant(metricName: string, statistic: string): Metric[] {
    return this.variants.map((variant) => this.ofVariant(metricName, variant, statistic));
  }

  private get requestCount(): { readonly metricName: string; readonly statistic: string } {
    return this.source.requestCount ?? { metricName: 'Invocations', statistic: 'Sum' };
  }

  private requestsOf(variant: string): Metric {
    const { metricName, statistic } = this.requestCount;
    return this.ofVariant(metricName, variant, statistic);
  }

  /** @throws Error if the server does not publish it */
  private ofPublished(combine: 'SUM' | 'MAX', metricName: string, options: MetricOptions): MathExpression {
    checkPublished(this.kind, metricName);
    return this.ofAll(combine, metricName, options);
  }

  /** A metric of all variants, of which some may have no requests. */
  private ofAll(combine: 'SUM' | 'MAX', metricName: string, options: MetricOptions): MathExpression {
    const { statistic = 'Sum' } = options;
    const filled = (ids: readonly string[]) => ids.map((id) => `FILL(${id}, 0)`).join(', ');
    return combined((ids) => `${combine}([${filled(ids)}])`, metricName, {
      ...options,
      statistic,
      variants: this.variants,
      ofVariant: (variant) => this.ofVariant(metricName, variant, statistic),
    });
  }

  private ofVariant(metricName: string, variant: string, statistic: string): Metric {
    return new Metric({
      namespace: this.source.namespace,
      metricName,
      dimensionsMap: { ...this.source.dimensions, VariantName: variant },
      statistic,
      label: variant,
      color: COLORS[this.variants.indexOf(variant)],
      period: Duration.minutes(1),
    });
  }
}
