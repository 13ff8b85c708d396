/** Settings of `serverless-inference`. */
export interface ServerlessInferenceSettings {
  readonly maximumRoutingAgeSeconds: number;
  readonly capturePercentage: number;
  /** Below `capture/`. @default - the function's name */
  readonly captureFolder?: string | undefined;
  readonly metricNamespace: string;
  /** What answers copies of requests while a version is a shadow, and their share; absent if nothing does. */
  readonly shadow?: { readonly functionName: string; readonly sampleShare: number } | undefined;
}
