import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { BasePipelineProps } from './base-pipeline-props';
import type { RetrainingTriggerOptions } from './retraining/retraining-causes';
import type { TrainingProps } from './retraining/training';
import type { TrainingDataProps } from './retraining/training-data';

export interface ModelPipelineProps extends BasePipelineProps {
  /** How the model is trained. */
  readonly training: TrainingProps;

  /** The training data. They are read from `training-data/` of the bucket. */
  readonly data: TrainingDataProps;

  /** @default - retrains when the drift or the quality alarm goes off */
  readonly retraining?: RetrainingTriggerOptions;

  /**
   * Role that training jobs, and your training script with them, run with; another one than `servingRole`
   * and `scoringRole`. Otherwise like them.
   * @default - a new role
   */
  readonly trainingRole?: IRole;
}
