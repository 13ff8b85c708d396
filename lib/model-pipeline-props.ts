import type { RemovalPolicy } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { BatchScoringProps } from './challenger/batch-scoring';
import type { ServingContainer } from './containers/serving-container';
import type { CostProps } from './cost/cost-props';
import type { MonitoringProps } from './monitoring/monitoring-props';
import type { PlatformProps } from './platform/platform';
import type { ProblemType } from './problem-type';
import type { ModelPackageAction } from './registration/model-package-action';
import type { IReleaseStrategy } from './release/release-strategy-config';
import type { SmokeTestProps } from './release/smoke-test';
import type { PromotionPolicyProps } from './retraining/promotion-policy';
import type { RetrainingTriggerOptions } from './retraining/retraining-causes';
import type { TrainingProps } from './retraining/training';
import type { TrainingDataProps } from './retraining/training-data';
import type { AdoptionProps } from './serving/adoption';
import type { HostingProps } from './serving/hosting';
import type { ServedBy } from './serving/served-by';
import type { ServerlessInferenceOptions } from './serving/serverless-inference';

export interface ModelPipelineProps extends PlatformProps {
  /**
   * How the model is trained. It needs `data`. Models that are trained elsewhere can be registered as well.
   * @default - all versions are trained elsewhere, and registered (`model-pipeline register`)
   */
  readonly training?: TrainingProps;

  /**
   * The training data. They are read from `training-data/` of the bucket.
   * @default - none, which is possible without `training` only
   */
  readonly data?: TrainingDataProps;

  /**
   * What starts retrainings, in a pipeline with `training`.
   * @default - the drift and the quality alarm
   */
  readonly retraining?: RetrainingTriggerOptions;

  /**
   * What is predicted. It stays as it is for the pipeline's life: another problem is another pipeline.
   * @default ProblemType.binary()
   */
  readonly problem?: ProblemType;

  /**
   * Name of the pipeline, its registry and, unless it adopts one, its endpoint: at most 40 lower-case
   * letters, digits and hyphens.
   * @default - generated from the construct's path
   */
  readonly pipelineName?: string;

  /**
   * What answers requests.
   * @default ServedBy.ENDPOINT
   */
  readonly servedBy?: ServedBy;

  /**
   * Container that serves and scores versions.
   * @default - the one that belongs to `training.container`; without training
   * `ServingContainer.scikitLearn()`
   */
  readonly container?: ServingContainer;

  /**
   * The script that loads the model and answers requests. Versions that are trained here have it from
   * `training.source`, others from `code/` of their archive or from `source`.
   * @default 'inference.py'
   */
  readonly inferenceScript?: string;

  /**
   * Folder with the scripts that serve a version which was trained elsewhere, and whose archive has none
   * below `code/`. A container fetches them when it starts, and needs no packages but the image's: versions
   * with packages of their own have both in their archive. Each version keeps the scripts that it was
   * registered with.
   * @default - each archive has its own scripts
   */
  readonly source?: string;

  /**
   * How the endpoint hosts versions on instances. With `ServedBy.FUNCTION` and a serverless endpoint only
   * `environment` has a meaning: with `ServedBy.FUNCTION` for the scoring of batches.
   * @default - one ml.m5.large for each variant, everything recorded
   */
  readonly hosting?: HostingProps;

  /**
   * An endpoint that exists already, and that this pipeline takes over as it serves, instead of creating one.
   * The first deploy registers its model as version 1.0.0, which is in production from then on; it changes
   * neither the endpoint's traffic nor its instances nor its config. `hosting` must say what the endpoint
   * has. Releases then go their ordinary way. When the stack is deleted, the endpoint stays as it serves.
   *
   * Leave it as it is for the life of the pipeline. Clients keep the endpoint's name.
   * @default - the first release creates an endpoint with the name of the pipeline
   */
  readonly adopt?: AdoptionProps;

  /**
   * How versions are released.
   * @default ReleaseStrategy.blueGreen(); of a serverless endpoint ReleaseStrategy.inPlace(), of an
   * asynchronous one ReleaseStrategy.deploymentGuardrails()
   */
  readonly releaseStrategy?: IReleaseStrategy;

  /**
   * Your own requests that every version must answer before it gets traffic.
   * @default - none; the smoke test sends only the first rows of the version's holdout or sample
   */
  readonly smokeTest?: SmokeTestProps;

  /** @default - drift, quality, latency and error alarms with their defaults */
  readonly monitoring?: MonitoringProps;

  /**
   * What the pipeline may cost, and by which prices its cost is estimated at synthesis.
   * @default - no budget; an estimate where the prices that come with this package are of the stack's region
   */
  readonly cost?: CostProps;

  /**
   * A Lambda function that answers with the version in production, besides the endpoint or, with
   * `ServedBy.FUNCTION`, instead of it. Releases shift its requests as they do those of the endpoint.
   * @default - none; with `ServedBy.FUNCTION` its own defaults
   */
  readonly serverlessInference?: ServerlessInferenceOptions;

  /**
   * The topic that notifies people of alarms, releases, refusals and rollbacks. A topic that this app does
   * not create must let `cloudwatch.amazonaws.com` publish.
   * @default - a new topic
   */
  readonly topic?: ITopic;

  /**
   * A versioned bucket of your own, for this pipeline alone, instead of a new one. Its encryption, lifecycle
   * rules and deletion are yours.
   * @default - a new bucket
   */
  readonly bucket?: IBucket;

  /**
   * Role that endpoints run with. The pipeline gives it the permissions that it needs, unless it is imported
   * as immutable. `sagemaker.amazonaws.com` must be able to assume it.
   * @default - a new role
   */
  readonly servingRole?: IRole;

  /**
   * When a challenger may replace the champion: one that was trained here, or one that was trained elsewhere
   * and came with a holdout.
   * @default - the challenger must be significantly better than the champion, at a false-promotion rate of 5
   * %: in AUC, log loss of several classes, or mean absolute error
   */
  readonly promotion?: PromotionPolicyProps;

  /**
   * How challenger and champion score the holdout.
   * @default - on one ml.m5.large
   */
  readonly batchScoring?: BatchScoringProps;

  /**
   * Role that training jobs, and your training script with them, run with; another one than `servingRole`
   * and `scoringRole`. Otherwise like them.
   * @default - a new role
   */
  readonly trainingRole?: IRole;

  /**
   * Role that jobs run with which score the holdout; another one than `servingRole`. Otherwise like it.
   * @default - a new role
   */
  readonly scoringRole?: IRole;

  /**
   * Other buckets that hold models which were trained elsewhere, and samples of their data: the function that
   * registers them may read all objects whose names end in `.gz`, `.zst`, `.csv`, `.jsonl` or `.parquet`.
   * Whatever is below `uploads/` of the pipeline's own bucket may be registered, too.
   * @default - none
   */
  readonly artifactSources?: IBucket[];

  /**
   * What follows when a trainer of your own, such as SageMaker Pipelines, Airflow or Prefect, puts a model
   * package with the status `PendingManualApproval` into the pipeline's model package group: a version is
   * made of it, and the promotion policy judges it. Properties of its `CustomerMetadataProperties` name
   * `holdout`, `sample`, `label` and metrics; without a holdout it is judged on that of the version in
   * production. See `grants.putModelPackages`.
   * @default - packages that the pipeline did not register are left alone
   */
  readonly onModelPackage?: ModelPackageAction;

  /**
   * Asymmetric KMS key with the key usage `SIGN_VERIFY`, such as one of `KeySpec.ECC_NIST_P256`. Each version
   * is signed when it is registered. Releases verify the signature before anything changes, and refuse a
   * version that is not signed, or was changed since. A version that was in production before the pipeline
   * had a key can be released again without a signature. The policy of a key that this app does not create
   * must let this account's roles use it (`kms:Sign`, `kms:Verify`, `kms:DescribeKey`).
   * @default - versions are not signed
   */
  readonly signingKey?: IKey;

  /**
   * What becomes of data and models when the stack is deleted.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}
