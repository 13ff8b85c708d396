import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { BasePipelineProps } from './base-pipeline-props';
import type { BatchScoringProps } from './retraining/batch-scoring';
import type { PromotionPolicyProps } from './retraining/promotion-policy';
import type { RetrainingTriggerOptions } from './retraining/retraining-causes';
import type { TrainingProps } from './retraining/training';
import type { TrainingDataProps } from './retraining/training-data';

export interface ModelPipelineProps extends BasePipelineProps {
  /** How the model is trained. */
  readonly training: TrainingProps;

  /**
   * How challenger and champion score the holdout.
   * @default - on one ml.m5.large
   */
  readonly batchScoring?: BatchScoringProps;

  /** The training data. They are read from `training-data/` of the bucket. */
  readonly data: TrainingDataProps;

  /**
   * @default - the challenger must be significantly better than the champion, at a false-promotion rate of 5
   * %: in AUC, log loss of several classes, or mean absolute error
   */
  readonly promotion?: PromotionPolicyProps;

  /** @default - retrains when the drift or the quality alarm goes off */
  readonly retraining?: RetrainingTriggerOptions;

  /**
   * Role that training jobs, and your training script with them, run with; another one than `servingRole`.
   * Otherwise like it.
   * @default - a new role
   */
  readonly trainingRole?: IRole;

  /**
   * Role that jobs run with which score the holdout; another one than `trainingRole` and `servingRole`.
   * Otherwise like them.
   * @default - a new role
   */
  readonly scoringRole?: IRole;
}
