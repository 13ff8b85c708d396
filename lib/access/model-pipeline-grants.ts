import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { IModelPipeline } from '../model-pipeline-base';
import { FOLLOWING, ReleasePipelineGrants, together } from './release-pipeline-grants';

/** Permissions on a model pipeline, each for one kind of user. */
export class ModelPipelineGrants extends ReleasePipelineGrants {
  /** Grants of a pipeline; `pipeline.grants` has them already. */
  static fromModelPipeline(pipeline: IModelPipeline): ModelPipelineGrants {
    return new ModelPipelineGrants(pipeline);
  }

  private constructor(private readonly pipeline: IModelPipeline) {
    super(pipeline);
  }

  /** Lets a data loader upload labeled data to `training-data/`. */
  writeTrainingData(grantee: IGrantable): Grant {
    return this.pipeline.bucket.grantPut(grantee, 'training-data/*');
  }

  /** Lets an operator or a scheduler start retrainings and follow them. */
  retrain(grantee: IGrantable): Grant {
    const { retrainingFunction, retrainingStateMachine } = this.pipeline;
    return together([
      retrainingFunction.grantInvoke(grantee),
      retrainingStateMachine.grantExecution(grantee, ...FOLLOWING),
    ]);
  }

  /** @internal */
  protected override _workflows(): IStateMachine[] {
    return [this.pipeline.retrainingStateMachine, ...super._workflows()];
  }
}
