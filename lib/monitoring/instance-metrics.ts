import { type MathExpression, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { combined } from './combined-metric';

/**
 * How busy the instances of an endpoint are: CloudWatch metrics of the namespace `/aws/sagemaker/Endpoints`,
 * the busier variant's while a version is released. Each is the average over the instances of a minute by
 * default.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html#cloudwatch-metrics-endpoints
 */
export class InstanceMetrics {
  /** @param variantNames `blue` and `green` by default, which a pipeline's endpoint has */
  static ofEndpoint(endpointName: string, variantNames: string[] = ['blue', 'green']): InstanceMetrics {
    return new InstanceMetrics(endpointName, variantNames);
  }

  private constructor(
    private readonly endpointName: string,
    private readonly variants: readonly string[],
  ) {}

  /** CPU, in percent of one core: of an instance with four cores, 0 to 400. */
  cpuUtilization(options: MetricOptions = {}): MathExpression {
    return this.highest('CPUUtilization', { label: 'CPU (% of a core)', ...options });
  }

  /** Memory, in percent. */
  memoryUtilization(options: MetricOptions = {}): MathExpression {
    return this.highest('MemoryUtilization', { label: 'memory (%)', ...options });
  }

  /** Disk, in percent. */
  diskUtilization(options: MetricOptions = {}): MathExpression {
    return this.highest('DiskUtilization', { label: 'disk (%)', ...options });
  }

  /** GPU, in percent of one GPU: of an instance with four, 0 to 400. */
  gpuUtilization(options: MetricOptions = {}): MathExpression {
    return this.highest('GPUUtilization', { label: 'GPU (% of one)', ...options });
  }

  /** Memory of the GPUs, in percent of one GPU's: of an instance with four, 0 to 400. */
  gpuMemoryUtilization(options: MetricOptions = {}): MathExpression {
    return this.highest('GPUMemoryUtilization', { label: 'GPU memory (% of one)', ...options });
  }

  private highest(metricName: string, options: MetricOptions): MathExpression {
    return combined((ids) => `MAX([${ids.map((id) => `FILL(${id}, 0)`).join(', ')}])`, metricName, {
      ...options,
      statistic: options.statistic ?? 'Average',
      variants: this.variants,
      ofVariant: (variant) =>
        new Metric({
          namespace: '/aws/sagemaker/Endpoints',
          metricName,
          dimensionsMap: { EndpointName: this.endpointName, VariantName: variant },
        }),
    });
  }
}
