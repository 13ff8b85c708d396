import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { BatchEngineKind } from '../../../contracts/batch';
import type { BatchInstances } from '../../../contracts/functions/batch';
import type { IModelPipeline } from '../../model-pipeline-base';
import type { PartContext } from '../../runtime/part-context';
import type { PartFunction } from '../../runtime/part-function';
import type { States } from '../../runtime/states';
import type { Validation } from '../../runtime/validation';
import type { Workflow } from '../../runtime/workflow';

/** The batch that an engine scores. */
export interface ScoredBatch {
  readonly context: PartContext;
  readonly pipeline: IModelPipeline;
  readonly batchName: string;
  readonly input: { readonly bucket: IBucket; readonly prefix: string };
}

/** What scores the parts of a run. */
export interface Engine {
  readonly kind: BatchEngineKind;
  /** Size of a part of a file's text. */
  readonly partBytes: number;
  /** What its jobs run on; undefined if it has none. */
  readonly instances?: BatchInstances | undefined;
  /** Notes what is wrong with its options, and whether it is one for the pipeline. */
  validate(validation: Validation, pipeline: IModelPipeline): void;
  /** Makes its functions and states. @param next the state that follows them */
  bind(scope: Construct, batch: ScoredBatch, next: string): BoundEngine;
}

export interface BoundEngine {
  /** Functions that its states invoke. */
  readonly functions: readonly PartFunction[];
  readonly startAt: string;
  readonly states: States;
  /** Lets the workflow do what the states do. */
  letScore(workflow: Workflow): void;
}
