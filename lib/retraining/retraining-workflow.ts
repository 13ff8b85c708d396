import { Duration } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { SourceArchive } from '../artifacts/source-archive';
import type { BatchScoring } from '../challenger/batch-scoring';
import type { ChallengerJudge } from '../challenger/challenger-judge';
import { arn } from '../runtime/arn';
import { generatedArn, madeBy, taggedBy } from '../runtime/ownership';
import { functionRole, rolesOf } from '../runtime/part-function';
import { generatedNamePrefix, type PipelineContext } from '../runtime/pipeline-context';
import { PipelineFunction, type PipelineFunctionProps } from '../runtime/pipeline-function';
import { readAsset } from '../runtime/read-asset';
import { Workflow } from '../runtime/workflow';
import { repositoryArn } from '../serving/image-repository';
import { DataSplit, DuplicateRows } from './data-split';
import type { PromotionPolicy } from './promotion-policy';
import { retrainingStates } from './retraining-states';
import type { Training } from './training';
import { columnsToIgnore } from './training-data';
import { trainingRole } from './training-role';
import { TUNING_NAME_LENGTH } from './training-states';

export interface RetrainingWorkflowProps {
  readonly context: PipelineContext;
  readonly training: Training;
  readonly batchScoring: BatchScoring;
  readonly promotion: PromotionPolicy;
  readonly source: SourceArchive;
  /**
   * The role of training jobs.
   * @default - a new one
   */
  readonly trainingRole?: IRole;
  /** What scores and judges the challenger. */
  readonly judge: ChallengerJudge;
  /** URI of the image that serves and scores. */
  readonly servingImage: string;
  /** Environment of the serving container. */
  readonly servingEnvironment: { [name: string]: string };
  /**
   * Whether models run without a network.
   * @default false
   */
  readonly networkIsolation?: boolean;
  /** The workflow that releases a challenger which beats production. */
  readonly releaseStateMachine: IStateMachine;
  /**
   * Longest duration of a release. A retraining waits for one in progress, and then for the challenger's own.
   */
  readonly releaseTimeout: Duration;
}

/**
 * Trains a challenger on a snapshot of the data, compares it with the champion on the same holdout, and
 * releases it only if it beats production; every refusal ends in a named state, a ledger entry and an alert.
 *
 * Input: `{ "trigger": "manual", "reason": "..." }`, optionally `hyperparameters`.
 */
export class RetrainingWorkflow extends Construct {
  readonly stateMachine: StateMachine;
  /**
   * Roles of the functions that write versions.
   *
   * @internal
   */
  readonly _versionWriters: IRole[];
  /** The role of training jobs. */
  readonly trainingRole: IRole;

  constructor(scope: Construct, id: string, props: RetrainingWorkflowProps) {
    super(scope, id);
    const { context, training } = props;
    const functions = this.functions(props);
    const { judge } = props;
    this._versionWriters = rolesOf([functions.planVersion, functions.packageModel]);
    this.trainingRole = trainingRole(this, context, training, props.trainingRole);
    const workflow = new Workflow(this, 'Workflow', {
      context,
      comment: `Retrains ${context.pipelineName} and releases the challenger if it beats production`,
      startAt: 'BeginRetraining',
      functions: [...Object.values(functions), ...judge.invoked],
      states: retrainingStates({
        context,
        training,
        batchScoring: props.batchScoring,
        functions,
        judge,
        servingEnvironment: props.servingEnvironment,
        networkIsolation: props.networkIsolation ?? false,
        trainingRoleArn: this.trainingRole.roleArn,
        releaseStateMachineArn: props.releaseStateMachine.stateMachineArn,
        releaseTimeout: props.releaseTimeout,
      }),
      // With what jobs take beyond the training itself. At its end the release that it waits for would end,
      // too.
      timeout: Duration.days(2)
        .plus(longestTraining(training))
        .plus(Duration.minutes(2 * props.releaseTimeout.toMinutes()))
        .plus(judge.approval?.timeout ?? Duration.seconds(0)),
    });
    judge.letJudge(workflow);
    const trainingJobs = generatedArn(this, 'training-job', context);
    const managedRule = (name: string) => arn(this, 'events', `rule/StepFunctionsGetEventsFor${name}Rule`);
    workflow
      .allow(['sagemaker:CreateTrainingJob', 'sagemaker:DescribeTrainingJob'], [trainingJobs])
      .allow(['sagemaker:StopTrainingJob'], [trainingJobs], madeBy(context))
      .allow(['sagemaker:AddTags'], [trainingJobs], taggedBy('CreateTrainingJob'))
      // As the CDK's own tasks of SageMaker grant it (aws-stepfunctions-tasks), and AWS's policies for these
      // integrations.
      .allow(['sagemaker:ListTags'], [trainingJobs])
      .allow(['iam:PassRole'], [this.trainingRole.roleArn], {
        StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
      })
      .allow(['states:StartExecution'], [props.releaseStateMachine.stateMachineArn])
      .allow(
        ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        ['SageMakerTrainingJobs', 'StepFunctionsExecution'].map(managedRule),
      );
    props.releaseStateMachine.grantExecution(
      workflow.stateMachine,
      'states:DescribeExecution',
      'states:StopExecution',
    );
    if (training.tuning) this.allowTuning(workflow, context);
    context.topic.grantPublish(workflow.stateMachine);
    this.stateMachine = workflow.stateMachine;
  }

  /** The names of a tuning job and its trainings are shorter than others. */
  private allowTuning(workflow: Workflow, context: PipelineContext): void {
    const prefix = generatedNamePrefix(context.pipelineName).slice(0, TUNING_NAME_LENGTH).toLowerCase();
    const tuning = arn(this, 'sagemaker', `hyper-parameter-tuning-job/${prefix}*`);
    workflow
      .allow(
        ['sagemaker:CreateHyperParameterTuningJob', 'sagemaker:DescribeHyperParameterTuningJob'],
        [tuning],
      )
      .allow(['sagemaker:StopHyperParameterTuningJob'], [tuning], madeBy(context))
      .allow(['sagemaker:AddTags'], [tuning], taggedBy('CreateHyperParameterTuningJob'))
      .allow(['sagemaker:ListTags'], [tuning])
      .allow(['sagemaker:DescribeTrainingJob'], [arn(this, 'sagemaker', `training-job/${prefix}*`)])
      .allow(
        ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        [arn(this, 'events', 'rule/StepFunctionsGetEventsForSageMakerTuningJobsRule')],
      );
  }

  private functions(props: RetrainingWorkflowProps) {
    const { context, training, promotion, source } = props;
    const { data } = training;
    const heavy = { timeout: Duration.minutes(15), memorySize: 2048 };
    // Those that prepare data, and those that make and judge a version, are alike.
    const ofData = { context, role: functionRole(this, 'DataRole') };
    const ofVersions = { context, role: props.judge.versionsRole };
    const functions = {
      snapshotData: new PipelineFunction(this, 'SnapshotData', {
        ...ofData,
        asset: 'snapshot-data',
        description: 'Pins the current training data by their S3 versions',
        timeout: Duration.minutes(5),
      })
        .canListVersions()
        .canRead('datasets/')
        .canWrite('datasets/'),
      validateData: this.validateData(props, { ...heavy, role: ofData.role }),
      splitData: new PipelineFunction(this, 'SplitData', {
        ...ofData,
        asset: 'split-data',
        description: 'Splits a snapshot into training data and holdout',
        settings: {
          label: data.label,
          holdoutFraction: data.holdoutFraction ?? 0.2,
          split: (data.split ?? DataSplit.byTime())._settings(),
          duplicates: data.duplicates ?? DuplicateRows.KEEP,
          ignoredColumns: columnsToIgnore(data),
          judgedBy: promotion.columns,
        },
        ...heavy,
      })
        .canReadVersions('training-data/')
        .canRead('datasets/')
        .canWrite('datasets/'),
      planVersion: new PipelineFunction(this, 'PlanVersion', {
        ...ofVersions,
        asset: 'plan-version',
        description: 'Assigns the semantic version of the challenger',
        settings: {
          image: props.servingImage,
          ...(training.image !== props.servingImage && { trainingImage: training.image }),
          codeVersion: source.codeVersion,
          commit: source.commit,
          source: source.location,
          hyperparameters: training.hyperparameters,
          ...(training.tuning && {
            tuning: { names: training.tuning.names, version: training.tuning.version },
          }),
          label: data.label,
        },
      })
        // The features are in `split.json`.
        .canRead('datasets/')
        // Claims the version's number with `models/<version>/plan.json`.
        .canWrite('models/')
        // A change of the signature makes the next version a MAJOR one.
        .allow(['s3:GetObject'], [context.bucket.arnForObjects('models/*/model-signature.json')])
        .canReadRegistry(),
      packageModel: new PipelineFunction(this, 'PackageModel', {
        ...ofVersions,
        asset: 'package-model',
        description: "Copies a training's archive from its output to the version",
        timeout: Duration.minutes(15),
      })
        // What exceeds 5 GB is copied in parts, all of the same version of the object.
        .allow(['s3:GetObject', 's3:GetObjectVersion'], [context.bucket.arnForObjects('training-output/*')])
        .allow(
          ['s3:PutObject', 's3:AbortMultipartUpload'],
          [context.bucket.arnForObjects('models/*/model.tar.gz')],
        ),
    };
    source.grantRead(functions.planVersion);
    const images = [...new Set([training.image, props.servingImage])];
    const repositories = images.flatMap((image) => repositoryArn(this, image) ?? []);
    // The digests of the images.
    if (repositories.length > 0) functions.planVersion.allow(['ecr:BatchGetImage'], repositories);
    return functions;
  }

  private validateData(
    { context, training: { data } }: RetrainingWorkflowProps,
    options: Pick<PipelineFunctionProps, 'timeout' | 'memorySize' | 'role'>,
  ): PipelineFunction<'validate-data'> {
    const schema = data.schema?._bind(this);
    const handler = new PipelineFunction(this, 'ValidateData', {
      context,
      asset: 'validate-data',
      description: 'Looks for what would spoil a training: columns, labels, broken cells, too few rows',
      settings: {
        label: data.label,
        problem: context.problem._settings(),
        minimumRows: data.minimumRows ?? 1000,
        ignoredColumns: columnsToIgnore(data),
        split: (data.split ?? DataSplit.byTime())._settings(),
        ...(schema && { schema: { bucket: schema.s3BucketName, key: schema.s3ObjectKey } }),
      },
      ...options,
    })
      .canReadVersions('training-data/', 'models/')
      .canRead('datasets/', 'models/')
      .canWrite('datasets/')
      .canReadRouting();
    if (schema) readAsset(schema, handler);
    return handler;
  }
}

/** With all waiting, and with all trainings of a search. */
function longestTraining({ maximumWait, maximumRuntime, tuning }: Training): Duration {
  const one = maximumWait ?? maximumRuntime;
  return Duration.seconds(one.toSeconds() * (tuning?.rounds ?? 1));
}
