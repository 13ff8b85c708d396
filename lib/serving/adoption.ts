/** An endpoint that exists already, and that a pipeline takes over. */
export interface AdoptionProps {
  /** Name of the endpoint, in the pipeline's account and region. */
  readonly endpointName: string;

  /**
   * Name of its production variant.
   * @default 'AllTraffic'
   */
  readonly variantName?: string;
}
