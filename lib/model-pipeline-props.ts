import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { BasePipelineProps } from './base-pipeline-props';
import type { BatchScoringProps } from './retraining/batch-scoring';
import type { PromotionPolicyProps } from './retraining/promotion-policy';
import type { RetrainingTriggerOptions } from './retraining/retraining-trigger';
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

  /**
   * Asymmetric KMS key with the key usage `SIGN_VERIFY`, such as one of `KeySpec.ECC_NIST_P256`. Each version
   * is signed when it is registered. Releases verify the signature before anything changes, and refuse a
   * version that is not signed, or was changed since. A version that was in production before the pipeline
   * had a key can be released again without a signature. The policy of a key that this app does not create
   * must let this account's roles use it (`kms:Sign`, `kms:Verify`, `kms:DescribeKey`).
   * @default - versions are not signed
   */
  readonly signingKey?: IKey;
}
