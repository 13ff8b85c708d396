import type { Route } from './choose-route';

/** How one request went. */
export type Outcome =
  /** The time that the model took to answer. */
  | { readonly latencyMicros: number }
  /** Whose fault it was that there is no answer. */
  | { readonly fault: 'caller' | 'model' };

export interface InferenceMetricsProps {
  readonly pipelineName: string;
  readonly namespace: string;
  /** Where log lines go. */
  readonly write: (line: string) => void;
  readonly now: () => Date;
  /**
   * Whether the first request has waited for this instance of the function to start.
   * @default false
   */
  readonly isCold?: boolean;
}

/**
 * Counts requests under the names that SageMaker has for endpoints, and those that waited for a new instance as
 * `ColdStarts`, with the dimensions `Pipeline` and `VariantName`, and during a release also with `ReleaseId`; and
 * failed recordings, with the dimension `Pipeline`. They are written to the log, where CloudWatch finds them: that costs no call.
 *
 * @see
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class InferenceMetrics {
  private isCold: boolean;

  constructor(private readonly props: InferenceMetricsProps) {
    this.isCold = props.isCold ?? false;
  }

  /**
   * @param releaseId the release in progress, if there is one
   * @param time when the request came, of which a copy is counted, too: both are compared minute by minute
   */
  count({ variant, modelVersion }: Route, releaseId: string | undefined, outcome: Outcome, time: Date): void {
    const fault = 'fault' in outcome ? outcome.fault : undefined;
    const values = {
      Invocations: 1,
      Invocation4XXErrors: fault === 'caller' ? 1 : 0,
      Invocation5XXErrors: fault === 'model' ? 1 : 0,
      ...('latencyMicros' in outcome && { ModelLatency: outcome.latencyMicros }),
      ...(this.isCold && { ColdStarts: 1 }),
    };
    this.isCold = false;
    const dimensions = ['Pipeline', 'VariantName'];
    this.write(
      [dimensions, ...(releaseId === undefined ? [] : [[...dimensions, 'ReleaseId']])],
      values,
      { VariantName: variant, ReleaseId: releaseId, ModelVersion: modelVersion },
      time,
    );
  }

  /** Counts an object of recorded requests that could not be written. */
  countCaptureFailure(): void {
    this.write([['Pipeline']], { CaptureWriteErrors: 1 }, {}, this.props.now());
  }

  private write(
    dimensions: readonly (readonly string[])[],
    values: Readonly<Record<string, number>>,
    properties: Readonly<Record<string, string | undefined>>,
    time: Date,
  ): void {
    const { pipelineName, namespace, write } = this.props;
    const directive = {
      Namespace: namespace,
      Dimensions: dimensions,
      Metrics: Object.keys(values).map((Name) => ({
        Name,
        Unit: Name === 'ModelLatency' ? 'Microseconds' : 'Count',
      })),
    };
    write(
      JSON.stringify({
        _aws: { Timestamp: time.getTime(), CloudWatchMetrics: [directive] },
        Pipeline: pipelineName,
        ...properties,
        ...values,
      }),
    );
  }
}
