import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { EndpointSettings } from '../../contracts/hosting';
import type { RequestMetricsSource } from '../../contracts/release-policy';
import type { AdoptedNames } from '../runtime/pipeline-context';
import { METRIC_NAMESPACE } from './pipeline-metrics';

/** Of variants in graphs. */
const COLORS = ['#1f77b4', '#2ca02c', '#ff7f0e'];
const BLUE_GREEN = ['blue', 'green'];

/** CloudWatch metrics of requests to the variants of an endpoint or a function; one minute each. */
export class RequestMetrics {
  /** @param variantNames `blue` and `green` by default, which a pipeline's endpoint has */
  static ofEndpoint(endpointName: string, variantNames?: string[]): RequestMetrics {
    const source: RequestMetricsSource = {
      namespace: 'AWS/SageMaker',
      dimensions: { EndpointName: endpointName },
      releaseDimension: 'EndpointConfigName',
    };
    // SageMaker counts timeouts as model errors only, and so the caller's own mistakes.
    return new RequestMetrics('endpoint', source, variantNames ?? BLUE_GREEN, true);
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
    if (kind === 'asynchronous') {
      const source: RequestMetricsSource = {
        namespace: 'AWS/SageMaker',
        dimensions: { EndpointName: endpointName },
        releaseDimension: 'EndpointConfigName',
        // It has no `Invocations`; of this one each request is a sample, of 0 or 1:
        // https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-monitor.html
        requestCount: { metricName: 'Invocation5XXErrors', statistic: 'SampleCount' },
      };
      return new RequestMetrics('endpoint', source, BLUE_GREEN, false);
    }
    const found = adopted ? [adopted.variantName] : [];
    return RequestMetrics.ofEndpoint(endpointName, [...new Set([...BLUE_GREEN, ...found])]);
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
    return new RequestMetrics('function', source, variantNames ?? BLUE_GREEN, false);
  }

  private constructor(
    /** What answers the requests, in words: `endpoint` or `function`. */
    readonly server: string,
    private readonly source: RequestMetricsSource,
    private readonly variants: string[],
    private readonly countsModelErrors: boolean,
  ) {}

  /**
   * Where the metrics are, beside the dimension `VariantName`.
   *
   * @internal
   */
  public get _source(): RequestMetricsSource {
    return this.source;
  }

  /** Requests to all variants; the sum of a minute by default. */
  invocations(options: MetricOptions = {}): MathExpression {
    const { metricName, statistic } = this.requestCount;
    return this.ofAll('SUM', metricName, { statistic, label: 'requests', ...options });
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
   * Time that the models take to answer, in microseconds; the slowest variant's. The 95th percentile of a
   * minute by default.
   */
  latency(options: MetricOptions = {}): MathExpression {
    const { statistic = 'p95' } = options;
    const label = `model latency ${statistic} (µs)`;
    return this.ofAll('MAX', 'ModelLatency', { label, ...options, statistic });
  }

  /** Share of requests of all variants that fail because of the model. */
  errorRate(): MathExpression {
    const sum = (prefix: string) => this.variants.map((_, index) => `FILL(${prefix}${index}, 0)`).join(' + ');
    return new MathExpression({
      expression: `(${sum('errors')}) / (${sum('requests')})`,
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

  /** Share of a variant's requests in a minute that fail because of the model, with 10 requests at least. */
  failures(variant: string): MathExpression {
    const { countsModelErrors } = this;
    const failures = countsModelErrors
      ? 'MAX([FILL(failed, 0), FILL(unsuccessful, 0) - FILL(refused, 0)])'
      : 'FILL(failed, 0)';
    return new MathExpression({
      expression: `IF(requests >= 10, ${failures} / requests, 0)`,
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

  /** A metric of all variants, of which some may have no requests. */
  private ofAll(combine: 'SUM' | 'MAX', metricName: string, options: MetricOptions): MathExpression {
    const { label, color, period = Duration.minutes(1), statistic = 'Sum', ...metricOptions } = options;
    return new MathExpression({
      expression: `${combine}([${this.variants.map((_, index) => `FILL(variant${index}, 0)`).join(', ')}])`,
      usingMetrics: Object.fromEntries(
        this.variants.map((variant, index) => [
          `variant${index}`,
          this.ofVariant(metricName, variant, statistic).with({ ...metricOptions, period }),
        ]),
      ),
      label,
      color,
      period,
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
