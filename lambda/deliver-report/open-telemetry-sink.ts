import * as z from 'zod/mini';
import { postJson, saidOf } from '../aws/sinks/http-post';
import { SinkSecret } from '../aws/sinks/sink-secret';
import { tryParseJson } from '../domain/records/json';
import { type MonitorReport, partsOf } from './monitor-report';
import { type MonitorSink, ReportRefusedError } from './monitor-sink';
import { otlpMetrics } from './otlp-metrics';
import type { HttpSinkProps } from './webhook-sink';

const secretSchema = z.object({
  /** With its path, which is `/v1/metrics` by default in OpenTelemetry. */
  url: z.url({ protocol: /^https?$/ }),
  headers: z.optional(z.record(z.string(), z.string())),
});

/**
 * What a receiver of OTLP says that takes a part of a request only.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#partial-success-1
 */
const partialSuccess = z.object({
  partialSuccess: z.object({
    // Protobuf writes 64-bit numbers as text: https://protobuf.dev/programming-guides/json/
    rejectedDataPoints: z.union([z.string(), z.number()]),
    errorMessage: z.optional(z.string()),
  }),
});

/**
 * Posts a report as gauges of OpenTelemetry: OTLP over HTTP, in JSON. A point that comes again has the same
 * time.
 */
export class OpenTelemetrySink implements MonitorSink {
  private readonly secret: SinkSecret<z.infer<typeof secretSchema>>;

  constructor(private readonly props: HttpSinkProps) {
    this.secret = new SinkSecret(secretSchema, 'secret of the OpenTelemetry receiver', props.readSecret);
  }

  async deliver(report: MonitorReport): Promise<void> {
    for (const part of partsOf(report)) {
      const { url, headers = {} } = await this.secret.at(this.props.now());
      const body = JSON.stringify(otlpMetrics(part));
      const answer = await postJson({ url, body, headers, who: 'OpenTelemetry receiver' }, this.props.fetch);
      const refused = answer.isTaken ? rejectedIn(answer.text) : saidOf(answer);
      if (refused !== undefined)
        throw new ReportRefusedError(`the OpenTelemetry receiver refuses points of ${report.id}: ${refused}`);
    }
  }
}

/**
 * Undefined if it has taken all points: a message without rejected points is a warning, and a receiver may
 * answer nothing, or in protobuf.
 */
function rejectedIn(text: string): string | undefined {
  const { data } = partialSuccess.safeParse(tryParseJson(text));
  const { rejectedDataPoints = 0, errorMessage = '' } = data?.partialSuccess ?? {};
  return Number(rejectedDataPoints) === 0
    ? undefined
    : `${rejectedDataPoints} rejected ${errorMessage}`.trim();
}
