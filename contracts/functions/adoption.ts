import type { InstanceSettings } from '../hosting';

/** Settings of `adopt-endpoint`. */
export interface AdoptEndpointSettings {
  /** Name of the variant that serves. */
  readonly variantName: string;
  /** How the pipeline hosts versions: what the endpoint must have already. */
  readonly hosting: InstanceSettings;
  /** Of requests to the pipeline's container, and of its answers. */
  readonly contentTypes: readonly string[];
  /** Whether the pipeline lets the variant in production scale. */
  readonly scales: boolean;
  /** ARN of the key that signs versions; absent if they are not signed. */
  readonly signingKey?: string | undefined;
}
