import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ModelPipeline } from './model-pipeline';
import type { ModelPipelineProps } from './model-pipeline-props';

export interface ModelPipelineStackProps extends StackProps {
  /** The model's pipeline. */
  readonly pipeline: ModelPipelineProps;
}

/** A stack with one model pipeline. */
export class ModelPipelineStack extends Stack {
  readonly pipeline: ModelPipeline;

  constructor(scope: Construct, id: string, props: ModelPipelineStackProps) {
    super(scope, id, props);
    this.pipeline = new ModelPipeline(this, 'Pipeline', props.pipeline);
  }
}
