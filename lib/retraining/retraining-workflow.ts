import { Duration } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { SourceArchive } from '../artifacts/source-archive';
import { allowEncryptedVolumes } from '../platform/encryption';
import { arn } from '../runtime/arn';
import { generatedArn, madeBy, madeFor, taggedBy } from '../runtime/ownership';
import { functionRole, rolesOf } from '../runtime/part-function';
import { generatedNamePrefix, type PipelineContext } from '../runtime/pipeline-context';
import { PipelineFunction, type PipelineFunctionProps } from '../runtime/pipeline-function';
import { readAsset } from '../runtime/read-asset';
import { Workflow } from '../runtime/workflow';
import { repositoryArn } from '../serving/image-repository';
import type { BatchScoring } from './batch-scoring';
import { DataSplit, DuplicateRows } from './data-split';
import { scoringRole, trainingRole } from './job-roles';
import type { PromotionPolicy } from './promotion-policy';
import { retrainingStates } from './retraining-states';
import type { Training } from './training';
import { checkTrainingData, columnsToIgnore, type TrainingDataProps } from './training-data';
import { TUNING_NAME_LENGTH } from './training-states';

export interface RetrainingWorkflowProps {
  readonly context: PipelineContext;
  /** Whether a function serves versions, alone or beside an endpoint. */
  readonly servesByFunction: boolean;
  readonly training: Training;
  readonly batchScoring: BatchScoring;
  readonly data: TrainingDataProps;
  readonly promotion: PromotionPolicy;
  readonly source: SourceArchive;
  /**
   * The role of training jobs.
   * @default - a new one
   */
  readonly trainingRole?: IRole;
  /**
   * The role of jobs that score the holdout.
   * @default - a new one
   */
  readonly scoringRole?: IRole;
  /** On what the endpoint serves versions. */
  readonly hostingInstanceType: string;
  /** URI of the image that serves and scores. */
  readonly servingImage: string;
  /** Content types of requests that its container takes. */
  readonly contentTypes: readonly string[];
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
  /** The role of jobs that score the holdout. */
  readonly scoringRole: IRole;
  /**
   * Answers the retraining whose challenger waits for a person; only if the policy asks one. The answer must
   * prove the caller's identity: `model-pipeline approve` and `reject` sign the proof with the caller's
   * credentials.
   */
  readonly approvalFunction?: IFunction;

  constructor(scope: Construct, id: string, props: RetrainingWorkflowProps) {
    super(scope, id);
    const { context, training } = props;
    checkTrainingData(this, context.problem, props.data);
    const functions = this.functions(props);
    const { planVersion, packageModel, profileBaseline, evaluate, register } = functions;
    this._versionWriters = rolesOf([planVersion, packageModel, profileBaseline, evaluate, register]);
    this.trainingRole = trainingRole(this, context, training, props.trainingRole);
    this.scoringRole = scoringRole(this, context, props.servingImage, props.scoringRole);
    const { approvalTimeout } = props.promotion;
    const approval = approvalTimeout && { ask: this.askForApproval(context), timeout: approvalTimeout };
    const workflow = new Workflow(this, 'Workflow', {
      context,
      comment: `Retrains ${context.pipelineName} and releases the challenger if it beats production`,
      startAt: 'BeginRetraining',
      functions: [...Object.values(functions), ...(approval ? [approval.ask] : [])],
      states: retrainingStates({
        context,
        training,
        batchScoring: props.batchScoring,
        functions,
        approval,
        servingEnvironment: props.servingEnvironment,
        networkIsolation: props.networkIsolation ?? false,
        trainingRoleArn: this.trainingRole.roleArn,
        scoringRoleArn: this.scoringRole.roleArn,
        releaseStateMachineArn: props.releaseStateMachine.stateMachineArn,
        releaseTimeout: props.releaseTimeout,
      }),
      // With what jobs take beyond the training itself. At its end the release that it waits for would end,
      // too.
      timeout: Duration.days(2)
        .plus(longestTraining(training))
        .plus(Duration.minutes(2 * props.releaseTimeout.toMinutes()))
        .plus(approvalTimeout ?? Duration.seconds(0)),
    });
    const named = (kind: string) => generatedArn(this, kind, context);
    const managedRule = (name: string) => arn(this, 'events', `rule/StepFunctionsGetEventsFor${name}Rule`);
    workflow
      .allow(
        ['sagemaker:CreateTrainingJob', 'sagemaker:DescribeTrainingJob', 'sagemaker:StopTrainingJob'],
        [named('training-job')],
      )
      .allow(
        ['sagemaker:CreateTransformJob', 'sagemaker:DescribeTransformJob', 'sagemaker:StopTransformJob'],
        [named('transform-job')],
      )
      .allow(['sagemaker:CreateModel'], [named('model')], madeFor(context))
      .allow(['sagemaker:DescribeModel'], [named('model')])
      .allow(['sagemaker:DeleteModel'], [named('model')], madeBy(context))
      .allow(
        ['sagemaker:AddTags'],
        [named('training-job'), named('transform-job'), named('model')],
        taggedBy('CreateTrainingJob', 'CreateTransformJob', 'CreateModel'),
      )
      // As the CDK's own tasks of SageMaker grant it (aws-stepfunctions-tasks), and AWS's policies for these
      // integrations.
      .allow(['sagemaker:ListTags'], [named('training-job'), named('transform-job'), named('model')])
      .allow(['iam:PassRole'], [this.trainingRole.roleArn, this.scoringRole.roleArn], {
        StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
      })
      .allow(['states:StartExecution'], [props.releaseStateMachine.stateMachineArn])
      .allow(
        ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        ['SageMakerTrainingJobs', 'SageMakerTransformJobs', 'StepFunctionsExecution'].map(managedRule),
      );
    props.releaseStateMachine.grantExecution(
      workflow.stateMachine,
      'states:DescribeExecution',
      'states:StopExecution',
    );
    if (training.tuning) this.allowTuning(workflow, context);
    allowEncryptedVolumes(workflow.stateMachine.role, context.platform);
    context.topic.grantPublish(workflow.stateMachine);
    this.stateMachine = workflow.stateMachine;
    if (approval) {
      workflow.allow(['sagemaker:UpdateModelPackage'], [context.registry.arnForVersions()]);
      this.approvalFunction = this.answerApproval(context, workflow.stateMachine);
    }
  }

  /** The names of a tuning job and its trainings are shorter than others. */
  private allowTuning(workflow: Workflow, { pipelineName }: PipelineContext): void {
    const prefix = generatedNamePrefix(pipelineName).slice(0, TUNING_NAME_LENGTH).toLowerCase();
    const tuning = arn(this, 'sagemaker', `hyper-parameter-tuning-job/${prefix}*`);
    workflow
      .allow(
        [
          'sagemaker:CreateHyperParameterTuningJob',
          'sagemaker:DescribeHyperParameterTuningJob',
          'sagemaker:StopHyperParameterTuningJob',
        ],
        [tuning],
      )
      .allow(['sagemaker:AddTags'], [tuning], taggedBy('CreateHyperParameterTuningJob'))
      .allow(['sagemaker:ListTags'], [tuning])
      .allow(['sagemaker:DescribeTrainingJob'], [arn(this, 'sagemaker', `training-job/${prefix}*`)])
      .allow(
        ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        [arn(this, 'events', 'rule/StepFunctionsGetEventsForSageMakerTuningJobsRule')],
      );
  }

  private functions(props: RetrainingWorkflowProps) {
    const { context, training, data, promotion, source, servingEnvironment } = props;
    const { registry } = context;
    const heavy = { timeout: Duration.minutes(15), memorySize: 2048 };
    // Those that prepare data, and those that make and judge a version, are alike.
    const ofData = { context, role: functionRole(this, 'DataRole') };
    const ofVersions = { context, role: functionRole(this, 'VersionsRole') };
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
        .canReadRegistry(),
      packageModel: new PipelineFunction(this, 'PackageModel', {
        context,
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
      findChampion: new PipelineFunction(this, 'FindChampion', {
        ...ofVersions,
        asset: 'find-champion',
        description: 'Looks up the version in production to compare the challenger with',
      })
        .canReadRouting()
        .canReadRegistry()
        .canRead('models/'),
      profileBaseline: new PipelineFunction(this, 'ProfileBaseline', {
        ...ofVersions,
        asset: 'profile-baseline',
        description: 'Profiles the training data and predictions, against which drift is measured',
        settings: { problem: context.problem._settings(), servesByFunction: props.servesByFunction },
        ...heavy,
      })
        .canRead('datasets/', 'models/')
        .canWrite('models/'),
      evaluate: new PipelineFunction(this, 'EvaluateChallenger', {
        ...ofVersions,
        asset: 'evaluate-challenger',
        description: 'Compares challenger and champion on the same holdout',
        settings: { policy: promotion._gate, judgedBy: promotion.judgedBy },
        ...heavy,
      })
        .canRead('datasets/', 'models/')
        // Counts the evaluations on each holdout.
        .canWrite('models/', 'datasets/*/evaluations/'),
      register: new PipelineFunction(this, 'RegisterModel', {
        // It alone may sign, with a role of its own.
        ...(registry.signingKey ? { context } : ofVersions),
        asset: 'register-model',
        description: 'Registers the challenger with metrics and lineage',
        settings: {
          servingEnvironment,
          contentTypes: props.contentTypes,
          instanceTypes: {
            realtime: [props.hostingInstanceType],
            transform: [props.batchScoring.instanceType],
          },
          signingKey: registry.signingKey?.keyArn,
        },
      })
        .canSignVersions()
        .canRead('models/')
        .canWrite('models/')
        .canReadRegistry()
        .allow(['sagemaker:CreateModelPackage'], [registry.modelPackageGroupArn, registry.arnForVersions()])
        .allow(['sagemaker:UpdateModelPackage'], [registry.arnForVersions()]),
      recordOutcome: new PipelineFunction(this, 'RecordOutcome', {
        context,
        asset: 'record-outcome',
        description: 'Writes refusals and failures to the ledger and alerts people',
      })
        .canRecord()
        .canReadRouting()
        .canNotify(),
    };
    source.grantRead(functions.planVersion);
    const images = [...new Set([training.image, props.servingImage])];
    const repositories = images.flatMap((image) => repositoryArn(this, image) ?? []);
    // The digests of the images.
    if (repositories.length > 0) functions.planVersion.allow(['ecr:BatchGetImage'], repositories);
    return functions;
  }

  private askForApproval(context: PipelineContext): PipelineFunction<'ask-challenger-approval'> {
    return new PipelineFunction(this, 'AskApproval', {
      context,
      asset: 'ask-challenger-approval',
      description: 'Asks people about a challenger that the data are too few to judge',
    })
      .canWrite('retraining/')
      .canNotify();
  }

  private answerApproval(context: PipelineContext, stateMachine: StateMachine): IFunction {
    const answer = new PipelineFunction(this, 'AnswerApproval', {
      context,
      asset: 'answer-challenger-approval',
      description: "Gives a person's answer to the retraining that waits for it",
      settings: { stateMachineArn: stateMachine.stateMachineArn },
    })
      .canRead('retraining/')
      .canWrite('retraining/')
      .canReadRouting()
      .allow(['states:ListExecutions'], [stateMachine.stateMachineArn]);
    return answer.canAnswer(stateMachine);
  }

  private validateData(
    { context, data }: RetrainingWorkflowProps,
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
