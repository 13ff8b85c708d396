import type { DriftRow } from '../domain/pages/drift/drift-rows';
import type { QualityRow } from '../domain/pages/quality/quality-rows';
import type { MonitorReport } from './monitor-report';

/** One number of a row, with what it is about. */
interface Point {
  readonly name: string;
  readonly value: number;
  readonly attributes: Attributes;
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

/**
 * A report as the content of a request of OTLP, in JSON: a gauge for each measure, with a point for each row.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function otlpMetrics(report: MonitorReport): object {
  const { pipeline, modelVersion, variant, until } = report;
  // Nanoseconds are more than a number of JSON holds exactly; protobuf's JSON takes them as text.
  const timeUnixNano = `${Date.parse(until)}000000`;
  const points =
    report.kind === 'drift' ? report.rows.flatMap(driftPoints) : report.rows.flatMap(qualityPoints);
  const names = [...new Set(points.map(({ name }) => name))];
  return {
    resourceMetrics: [
      {
        resource: {
          attributes: keyValues({
            'service.name': pipeline,
            'service.version': modelVersion,
            'model_pipeline.variant': variant,
          }),
        },
        scopeMetrics: [
          {
            scope: { name: 'cdk-model-pipeline' },
            metrics: names.map((name) => ({
              name,
              unit: '1',
              gauge: {
                dataPoints: points
                  .filter((point) => point.name === name)
                  .map(({ value, attributes }) => ({
                    timeUnixNano,
                    asDouble: value,
                    attributes: keyValues(attributes),
                  })),
              },
            })),
          },
        ],
      },
    ],
  };
}

function driftPoints({ feature, reference, window_hours, status, ...row }: DriftRow): Point[] {
  const values = {
    drifted: status === 'insufficient-rows' ? undefined : Number(status === 'drift'),
    distance: row.distance,
    adjusted_p_value: row.adjusted_p_value,
    population_stability_index: row.population_stability_index,
    jensen_shannon: row.jensen_shannon,
    hellinger: row.hellinger,
    wasserstein: row.wasserstein,
    rows: row.row_count,
  };
  return pointsOf('drift', values, { feature, reference, window_hours });
}

function qualityPoints({ metric, slice, role, model_version, value, ...row }: QualityRow): Point[] {
  const { lower, upper, label_count, holdout_value, has_fallen } = row;
  const fallen = has_fallen === undefined ? undefined : Number(has_fallen);
  const values = { value, lower, upper, holdout_value, fallen, labels: label_count };
  return pointsOf('quality', values, { metric, slice, role, model_version });
}

function pointsOf(
  subject: MonitorReport['kind'],
  values: Readonly<Record<string, number | undefined>>,
  attributes: Attributes,
): Point[] {
  return Object.entries(values).flatMap(([name, value]) =>
    // JSON has no infinite numbers.
    value === undefined || !Number.isFinite(value)
      ? []
      : [{ name: `model_pipeline.${subject}.${name}`, value, attributes }],
  );
}

function keyValues(attributes: Attributes): object[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [{ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } }],
  );
}
