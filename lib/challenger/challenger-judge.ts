import { Duration } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { PromotionPolicy } from '../retraining/promotion-policy';
import { generatedArn, madeBy, madeFor, servingModelArns } from '../runtime/ownership';
import { functionRole, rolesOf } from '../runtime/part-function';
import type { PipelineContext } from '../runtime/pipeline-context';
import { PipelineFunction } from '../runtime/pipeline-function';
import { allowTransformJobs } from '../runtime/transform-jobs';
import type { Workflow } from '../runtime/workflow';
import type { BatchScoring } from './batch-scoring';
import type { ChallengerApproval } from './challenger-approval';
import { scoringRole } from './scoring-role';

export interface ChallengerJudgeProps {
  readonly context: PipelineContext;
  readonly promotion: PromotionPolicy;
  readonly batchScoring: BatchScoring;
  /** Whether a function serves versions, alone or beside an endpoint. */
  readonly servesByFunction: boolean;
  /** Content types of requests that the serving container takes. */
  readonly contentTypes: readonly string[];
  /** URI of the image that serves new versions. */
  readonly image: string;
  /** On what the endpoint serves versions. */
  readonly hostingInstanceType: string;
  /**
   * The role of jobs that score the holdout.
   * @default - a new one
   */
  readonly scoringRole?: IRole;
}

/** The functions that judge a challenger. */
export interface JudgeFunctions {
  readonly findChampion: PipelineFunction<'find-champion'>;
  readonly profileBaseline: PipelineFunction<'profile-baseline'>;
  readonly evaluate: PipelineFunction<'evaluate-challenger'>;
  readonly register: PipelineFunction<'register-model'>;
  readonly recordOutcome: PipelineFunction<'record-outcome'>;
}

/**
 * What scores a challenger beside the champion, judges it by the promotion policy and registers it: for
 * challengers that are trained here, and for those that were trained elsewhere.
 */
export class ChallengerJudge extends Construct {
  /** The role of jobs that score the holdout. */
  readonly scoringRole: IRole;
  readonly functions: JudgeFunctions;
  /** Undefined if nobody is asked. */
  readonly approval?: ChallengerApproval;
  /** What its states invoke. */
  readonly invoked: IFunction[];
  /** Of the functions that make and judge versions, which are alike. */
  readonly versionsRole: IRole;
  /** Of functions that record how workflows end, which are alike. */
  readonly recordingRole: IRole;
  /** Roles of the functions that write versions. */
  readonly versionWriters: IRole[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ChallengerJudgeProps,
  ) {
    super(scope, id);
    const { context, promotion } = props;
    this.scoringRole = scoringRole(this, context, props.image, props.scoringRole);
    this.versionsRole = functionRole(this, 'VersionsRole');
    this.recordingRole = functionRole(this, 'RecordingRole');
    this.functions = this.judgingFunctions();
    const { profileBaseline, evaluate, register } = this.functions;
    this.versionWriters = rolesOf([profileBaseline, evaluate, register]);
    const { approvalTimeout } = promotion;
    this.approval = approvalTimeout && { ask: this.askForApproval(), timeout: approvalTimeout };
    this.invoked = [...Object.values(this.functions), ...(this.approval ? [this.approval.ask] : [])];
  }

  /** Lets a workflow do what the states of judging a challenger do. */
  letJudge(workflow: Workflow): void {
    const { context } = this.props;
    const named = (kind: string) => generatedArn(this, kind, context);
    allowTransformJobs(workflow, {
      context,
      jobs: named('transform-job'),
      models: named('model'),
      madeFor: madeFor(context),
      madeBy: madeBy(context),
      role: this.scoringRole,
    });
    workflow.allow(['sagemaker:DescribeModel'], servingModelArns(this, context));
    if (this.approval) workflow.allow(['sagemaker:UpdateModelPackage'], [context.registry.arnForVersions()]);
  }

  /**
   * The function that answers a workflow whose challenger waits for a person; undefined if none waits. The
   * answer must prove the caller's identity: `model-pipeline approve` and `reject` sign the proof with the
   * caller's credentials.
   */
  answerFor(machines: readonly IStateMachine[]): IFunction | undefined {
    if (!this.approval) return undefined;
    const { context } = this.props;
    const stateMachineArns = machines.map(({ stateMachineArn }) => stateMachineArn);
    const answer = new PipelineFunction(this, 'AnswerApproval', {
      context,
      asset: 'answer-challenger-approval',
      description: "Gives a person's answer to the workflow that waits for it",
      settings: { stateMachineArns },
    })
      .canRead('retraining/')
      .canWrite('retraining/')
      .canReadRouting()
      .allow(['states:ListExecutions'], stateMachineArns);
    for (const machine of machines) answer.canAnswer(machine);
    return answer;
  }

  private judgingFunctions(): JudgeFunctions {
    const { context, promotion } = this.props;
    const { registry } = context;
    const heavy = { timeout: Duration.minutes(15), memorySize: 2048 };
    const ofVersions = { context, role: this.versionsRole };
    return {
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
        settings: { problem: context.problem._settings(), servesByFunction: this.props.servesByFunction },
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
          contentTypes: this.props.contentTypes,
          instanceTypes: {
            realtime: [this.props.hostingInstanceType],
            transform: [this.props.batchScoring.instanceType],
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
        role: this.recordingRole,
        asset: 'record-outcome',
        description: 'Writes refusals and failures to the ledger and alerts people',
      })
        .canRecord()
        .canReadRouting()
        .canNotify(),
    };
  }

  private askForApproval(): PipelineFunction<'ask-challenger-approval'> {
    return new PipelineFunction(this, 'AskApproval', {
      context: this.props.context,
      asset: 'ask-challenger-approval',
      description: 'Asks people about a challenger that the data are too few to judge',
    })
      .canWrite('retraining/')
      .canNotify();
  }
}
