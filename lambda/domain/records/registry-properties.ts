import type { Lineage } from '../../../contracts/lineage';

/**
 * A value of `CustomerMetadataProperties`, whose characters and length the service model of SageMaker limits.
 */
export function propertyText(text: string): string {
  return text.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '_').slice(0, 256);
}

/** A lineage as metadata of a package. */
export function lineageProperties(lineage: Lineage): Record<string, string> {
  return Object.fromEntries(
    Object.entries<string | undefined>({ ...lineage }).flatMap(([name, value]) =>
      value ? [[name, propertyText(value)]] : [],
    ),
  );
}

/** Metrics that a version keeps: more do not fit among the 50 properties of a package. */
export const MOST_METRICS = 20;

/** Stands for the holdout of the version in production, where a request or a package names one. */
export const PRODUCTION_HOLDOUT = 'production';

/** What the names of properties with metrics begin with. */
export const METRIC_PROPERTY = 'metric:';

/** Metrics that were measured elsewhere, as the registry keeps them with a version. */
export function metricProperties(metrics: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [`${METRIC_PROPERTY}${name}`, String(value)]),
  );
}
