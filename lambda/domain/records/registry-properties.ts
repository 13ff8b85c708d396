/**
 * A value of `CustomerMetadataProperties`, whose characters and length the service model of SageMaker limits.
 */
export function propertyText(text: string): string {
  return text.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '_').slice(0, 256);
}

/** Metrics that a version keeps: more do not fit among the 50 properties of a package. */
export const MOST_METRICS = 20;

/** Metrics that were measured elsewhere, as the registry keeps them with a version. */
export function metricProperties(metrics: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [`metric:${name}`, String(value)]),
  );
}
