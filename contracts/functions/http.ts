import type { RoutingSettings } from './serving';

/** Settings of `inference-api`. */
export interface InferenceApiSettings {
  readonly routing: RoutingSettings;
  /** The endpoint that answers rows; absent if a function does, which gets these requests itself. */
  readonly endpointName?: string | undefined;
}
