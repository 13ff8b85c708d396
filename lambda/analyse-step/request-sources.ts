import * as z from 'zod/mini';

/** Where requests to both variants are counted during one release: metrics with the dimension `VariantName` beside these. */
export interface RequestSource {
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Where the champion's differ. */
  readonly championDimensions?: Readonly<Record<string, string>>;
}

export function dimensionsOf(
  { dimensions, championDimensions }: RequestSource,
  role: 'champion' | 'challenger',
): Readonly<Record<string, string>> {
  return { ...dimensions, ...(role === 'champion' && championDimensions) };
}

/** Metrics of a function that answers beside the endpoint; each of its releases has the dimension `ReleaseId`. */
export type FunctionMetrics = z.infer<typeof functionMetrics>;

export const functionMetrics = z.object({
  namespace: z.string(),
  dimensions: z.record(z.string(), z.string()),
});

export interface CountedRelease {
  readonly releaseId: string;
  readonly endpointName: string;
  /** Keeps out what variants of the same name did under an earlier config. */
  readonly endpointConfigName: string;
}

/** The endpoint, and the function if there is one. */
export function requestSources(
  { releaseId, endpointName, endpointConfigName }: CountedRelease,
  ofFunction: FunctionMetrics | undefined,
): RequestSource[] {
  const endpoint = {
    namespace: 'AWS/SageMaker',
    dimensions: { EndpointName: endpointName, EndpointConfigName: endpointConfigName },
  };
  if (!ofFunction) return [endpoint];
  const { namespace, dimensions } = ofFunction;
  return [endpoint, { namespace, dimensions: { ...dimensions, ReleaseId: releaseId } }];
}
