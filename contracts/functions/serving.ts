import type { ObjectLocation } from '../object-location';

/** Where a function finds which version answers: in the routing document, which releases change. */
export interface RoutingSettings {
  readonly kind: 'routing';
  /** Name of the SSM parameter with the document. */
  readonly parameter: string;
  readonly maximumAgeSeconds: number;
}

/** The one model that a function answers with. */
export interface GivenModelSettings {
  readonly kind: 'model';
  /** Of an ONNX model, or of a `.tar.gz` with `model.onnx`. */
  readonly location: ObjectLocation;
  /** Of the object; its newest by default. */
  readonly objectVersion?: string | undefined;
  /** Told in answers. */
  readonly modelVersion: string;
}

/** Settings of `serverless-inference`. */
export interface ServerlessInferenceSettings {
  readonly serves: RoutingSettings | GivenModelSettings;
  readonly capturePercentage: number;
  /** Least time between two objects of recordings. @default 0, one after each answer */
  readonly captureIntervalSeconds?: number | undefined;
  /** Below `capture/`. @default - the function's name */
  readonly captureFolder?: string | undefined;
  readonly metricNamespace: string;
  /** What answers copies of requests while a version is a shadow, and their share; absent if nothing does. */
  readonly shadow?: { readonly functionName: string; readonly sampleShare: number } | undefined;
}
