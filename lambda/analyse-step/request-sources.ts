import * as z from 'zod/mini';
import type { RequestMetricsSource } from '../../contracts/release-policy';

/**
 * Where requests to both variants are counted during one release: metrics with the dimension `VariantName`
 * beside these.
 */
export interface RequestSource {
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** What counts requests. @default - the sum of `Invocations` */
  readonly requestCount?: RequestMetricsSource['requestCount'];
  /** Where the champion's differ. */
  readonly championDimensions?: Readonly<Record<string, string>>;
}

export function dimensionsOf(
  { dimensions, championDimensions }: RequestSource,
  role: 'champion' | 'challenger',
): Readonly<Record<string, string>> {
  return { ...dimensions, ...(role === 'champion' && championDimensions) };
}

/** Dimensions of a variant's metric, as CloudWatch takes them. */
export function variantDimensions(
  dimensions: Readonly<Record<string, string>>,
  variant: string,
): { Name: string; Value: string }[] {
  return Object.entries({ ...dimensions, VariantName: variant }).map(([Name, Value]) => ({ Name, Value }));
}

export const requestMetrics = z.object({
  namespace: z.string(),
  dimensions: z.record(z.string(), z.string()),
  /** The dimension that keeps out what variants of the same name did in other releases. */
  releaseDimension: z.enum(['EndpointConfigName', 'ReleaseId']),
  requestCount: z.optional(z.object({ metricName: z.string(), statistic: z.string() })),
});

export interface CountedRelease {
  readonly releaseId: string;
  /** Of the endpoint during the release; null without one. */
  readonly endpointConfigName: string | null;
}

/** The requests of one release, in the order of the metrics. */
export function requestSources(
  { releaseId, endpointConfigName }: CountedRelease,
  metrics: readonly RequestMetricsSource[],
): RequestSource[] {
  return metrics.flatMap(({ namespace, dimensions, releaseDimension, requestCount }) => {
    const release = releaseDimension === 'ReleaseId' ? releaseId : endpointConfigName;
    return release === null
      ? []
      : [{ namespace, dimensions: { ...dimensions, [releaseDimension]: release }, requestCount }];
  });
}
