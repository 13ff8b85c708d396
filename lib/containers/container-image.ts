import type { Construct } from 'constructs';

/** The instances that a container runs on. */
export interface ContainerInstances {
  /** The prop that names their type. */
  readonly prop: string;
  /** Or what has none, such as `serverlessEndpoint`: it then has a processor without GPUs. */
  readonly instanceType: string;
}

/** Where the image of a container comes from. */
export interface ContainerImage {
  /**
   * URI, in the construct's region, of the image for these instances.
   *
   * @throws Error that names the container if there is no such image
   */
  bind(scope: Construct, container: string, instances: readonly ContainerInstances[]): string;
}

/** An image by its URI; nothing else is known of it. */
export class ImageByUri implements ContainerImage {
  constructor(private readonly uri: string) {}

  bind(): string {
    return this.uri;
  }
}
