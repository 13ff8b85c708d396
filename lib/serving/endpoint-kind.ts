import type { Construct } from 'constructs';
import type { ModelPipelineProps } from '../model-pipeline-props';
import type { ReleaseSchedule } from '../release/release-schedule';
import type { IReleaseStrategy } from '../release/release-strategy-config';
import type { EndpointHosting } from './endpoint-hosting';

/** A kind of SageMaker endpoint, and what AWS permits there. */
export interface EndpointKind {
  readonly kind: EndpointHosting['kind'];
  /** Used unless the pipeline has another one. */
  readonly releaseStrategy: IReleaseStrategy;
  /** Why an endpoint of this kind cannot be as the pipeline's props ask for. */
  problems(props: ModelPipelineProps): string[];
  /** Why versions cannot be released by the schedule; undefined if they can. */
  scheduleProblem(schedule: ReleaseSchedule): string | undefined;
  /** @throws Error that lists every prop out of range */
  resolve(scope: Construct, props: ModelPipelineProps): EndpointHosting;
}
