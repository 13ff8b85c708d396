import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';

const VARIANTS = ['blue', 'green'];

/** Where metrics of requests are found, beside the dimension `VariantName`. */
export interface MetricSource {
  readonly namespace: string;
  readonly dimensions: { [name: string]: string };
  /** One more dimension, which tells the requests of one release from those of others. */
  readonly releaseDimension: string;
  /** Whether timeouts and callers' mistakes are counted as `InvocationModelErrors` too, as SageMaker does. */
  readonly countsModelErrors: boolean;
}

/** CloudWatch metrics of requests to the variants `blue` and `green`, of an endpoint or a function; one minute each. */
export class RequestMetrics {
  static ofEndpoint(endpointName: string): RequestMetrics {
    return new RequestMetrics('endpoint', {
      namespace: 'AWS/SageMaker',
      dimensions: { EndpointName: endpointName },
      releaseDimension: 'EndpointConfigName',
      countsModelErrors: true,
    });
  }

  constructor(
    /** What answers the requests, in words: `endpoint` or `function`. */
    readonly server: string,
    readonly source: MetricSource,
  ) {}

  /** 95th percentile of the time that the models take to answer, in microseconds; the slower variant's. */
  latency(): MathExpression {
    return new MathExpression({
      expression: `MAX([${VARIANTS.map((variant) => `FILL(${variant}, 0)`).join(', ')}])`,
      usingMetrics: Object.fromEntries(
        VARIANTS.map((variant) => [variant, this.ofVariant('ModelLatency', variant, 'p95')]),
      ),
      label: 'model latency p95 (µs)',
      period: Duration.minutes(1),
    });
  }

  /** Share of requests of both variants that fail by the model's fault. */
  errorRate(): MathExpression {
    const sum = (prefix: string) => VARIANTS.map((variant) => `FILL(${prefix}_${variant}, 0)`).join(' + ');
    return new MathExpression({
      expression: `(${sum('errors')}) / (${sum('requests')})`,
      usingMetrics: Object.fromEntries(
        VARIANTS.flatMap((variant): [string, IMetric][] => [
          [`errors_${variant}`, this.ofVariant('Invocation5XXErrors', variant, 'Sum')],
          [`requests_${variant}`, this.ofVariant('Invocations', variant, 'Sum')],
        ]),
      ),
      label: 'error rate',
      period: Duration.minutes(1),
    });
  }

  /** Share of a variant's requests in a minute that fail by the model's fault, with 10 requests at least. */
  failures(variant: string): MathExpression {
    const { countsModelErrors } = this.source;
    // SageMaker counts timeouts as model errors only, and so the caller's own mistakes.
    const failures = countsModelErrors
      ? 'MAX([FILL(failed, 0), FILL(unsuccessful, 0) - FILL(refused, 0)])'
      : 'FILL(failed, 0)';
    return new MathExpression({
      expression: `IF(requests >= 10, ${failures} / requests, 0)`,
      usingMetrics: {
        requests: this.ofVariant('Invocations', variant, 'Sum'),
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

  /** One metric, a line a variant. */
  byVariant(metricName: string, statistic: string): Metric[] {
    return VARIANTS.map((variant) => this.ofVariant(metricName, variant, statistic));
  }

  private ofVariant(metricName: string, variant: string, statistic: string): Metric {
    return new Metric({
      namespace: this.source.namespace,
      metricName,
      dimensionsMap: { ...this.source.dimensions, VariantName: variant },
      statistic,
      label: variant,
      color: variant === 'blue' ? '#1f77b4' : '#2ca02c',
      period: Duration.minutes(1),
    });
  }
}
