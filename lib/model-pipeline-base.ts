import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { ModelPipelineGrants } from './access/model-pipeline-grants';
import { type IReleasePipeline, ReleasePipelineBase } from './release-pipeline-base';

/** A model pipeline of this stack, or one that is deployed already. */
export interface IModelPipeline extends IReleasePipeline {
  /**
   * Starts retrainings, one at a time. Input: `{ "trigger": "manual", "reason": "..." }`, optionally `force`
   * and `hyperparameters`.
   */
  readonly retrainingFunction: IFunction;
  /** The workflow of retrainings. Start it through {@link retrainingFunction}. */
  readonly retrainingStateMachine: IStateMachine;
  /** Lets roles use the pipeline. */
  readonly grants: ModelPipelineGrants;

  /** Retrainings that started. @default - the sum of 5 minutes */
  metricRetrainings(options?: MetricOptions): Metric;
}

/**
 * What a pipeline of this stack and a deployed one have in common.
 *
 * @internal
 */
export abstract class ModelPipelineBase extends ReleasePipelineBase implements IModelPipeline {
  abstract readonly retrainingFunction: IFunction;
  abstract readonly retrainingStateMachine: IStateMachine;
  readonly grants = ModelPipelineGrants.fromModelPipeline(this);

  metricRetrainings(options: MetricOptions = {}): Metric {
    return this.retrainingStateMachine.metricStarted(options);
  }
}
