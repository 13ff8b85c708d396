import { endpointState, NEIGHBOUR } from './neighbour';
import type { RehearsedPipeline } from './rehearsed-pipeline';
import { PIPELINE } from './rehearsed-stack';

/**
 * Somebody who makes an endpoint of the pipeline's name while the pipeline's own is gone, and knows nothing
 * of the pipeline.
 */
export class Stranger {
  /** The endpoint as it was created; undefined while it does not exist. */
  private made: string | undefined;

  constructor(private readonly pipeline: RehearsedPipeline) {}

  get hasName(): boolean {
    return this.made !== undefined;
  }

  /**
   * Replaces the pipeline's endpoint by another of its name, unless it is being updated or does not exist.
   */
  async takeName(): Promise<void> {
    if (this.made !== undefined) return;
    const named = { EndpointName: PIPELINE };
    const isDeleted = await this.pipeline.call('sagemaker', 'DeleteEndpoint', named).then(
      () => true,
      () => false,
    );
    if (!isDeleted) return;
    this.pipeline.isDamaged = true;
    await this.pipeline.cloud.clock.settle();
    // Its config stays as it is, too.
    await this.pipeline.call('sagemaker', 'CreateEndpoint', { ...named, EndpointConfigName: NEIGHBOUR });
    await this.pipeline.cloud.clock.settle();
    this.made = await endpointState(this.pipeline, PIPELINE);
  }

  /**
   * Deletes the endpoint, so that the pipeline can have its name again.
   * @returns what the pipeline did to it
   */
  async leave(): Promise<string[]> {
    if (this.made === undefined) return [];
    const now = await endpointState(this.pipeline, PIPELINE);
    const problems = now === this.made ? [] : [`the stranger's endpoint was ${this.made}, and is ${now}`];
    this.made = undefined;
    await this.pipeline.deleteEndpoint(PIPELINE);
    return problems;
  }

  forget(): void {
    this.made = undefined;
  }
}
