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
  /** Where log lines go. A line is made when it is written, which may be after the answer. */
  readonly write: (line: () => string) => void;
  readonly now: () => Date;
  /**
   * Whether the first request has waited for this instance of the function to start.
   * @default false
   */
  readonly isCold?: boolean;
}

/**
 * Counts requests under the names that SageMaker has for endpoints, and those that waited for a new instance
 * as `ColdStarts`, with the dimensions `Pipeline` and `VariantName`, and during a release also with
 * `ReleaseId`; and failed recordings, with the dimension `Pipeline`. They are written to the log, where
 * CloudWatch finds them: that costs no call.
 *
 * @see
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class InferenceMetrics {
  private isCold: boolean;
  private readonly directives = new Map<string, string>();

  constructor(private readonly props: InferenceMetricsProps) {
    this.isCold = props.isCold ?? false;
  }

  /**
   * @param releaseId the release in progress, if there is one
   * @param time when the request came, of which a copy is counted, too: both are compared minute by minute
   */
  count(route: Route, releaseId: string | undefined, outcome: Outcome, time: Date): void {
    const { isCold } = this;
    this.isCold = false;
    this.props.write(() => this.lineOf(route, releaseId, outcome, time, isCold));
  }

  /** Counts an object of recorded requests that could not be written. */
  countCaptureFailure(): void {
    const time = this.props.now();
    this.props.write(() => this.line([['Pipeline']], { CaptureWriteErrors: 1 }, {}, time));
  }

  private lineOf(
    { variant, modelVersion }: Route,
    releaseId: string | undefined,
    outcome: Outcome,
    time: Date,
    isCold: boolean,
  ): string {
    const fault = 'fault' in outcome ? outcome.fault : undefined;
    const values = {
      Invocations: 1,
      Invocation4XXErrors: fault === 'caller' ? 1 : 0,
      Invocation5XXErrors: fault === 'model' ? 1 : 0,
      ...('latencyMicros' in outcome && { ModelLatency: outcome.latencyMicros }),
      ...(isCold && { ColdStarts: 1 }),
    };
    const dimensions = ['Pipeline', 'VariantName'];
    return this.line(
      [dimensions, ...(releaseId === undefined ? [] : [[...dimensions, 'ReleaseId']])],
      values,
      { VariantName: variant, ReleaseId: releaseId, ModelVersion: modelVersion },
      time,
    );
  }

  private line(
    dimensions: readonly (readonly string[])[],
    values: Readonly<Record<string, number>>,
    properties: Readonly<Record<string, string | undefined>>,
    time: Date,
  ): string {
    const directive = this.directiveOf(dimensions, Object.keys(values));
    const fields = JSON.stringify({ Pipeline: this.props.pipelineName, ...properties, ...values });
    return `{"_aws":{"Timestamp":${time.getTime()},"CloudWatchMetrics":[${directive}]},${fields.slice(1)}`;
  }

  /** What tells CloudWatch which fields are metrics, in JSON: most requests have the same. */
  private directiveOf(dimensions: readonly (readonly string[])[], names: readonly string[]): string {
    const about = `${dimensions.length} ${names}`;
    const known = this.directives.get(about);
    if (known !== undefined) return known;
    const made = JSON.stringify({
      Namespace: this.props.namespace,
      Dimensions: dimensions,
      Metrics: names.map((Name) => ({ Name, Unit: Name === 'ModelLatency' ? 'Microseconds' : 'Count' })),
    });
    this.directives.set(about, made);
    return made;
  }
}
