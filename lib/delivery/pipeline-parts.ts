import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { resourcesParameterName } from '../access/published-parts';
import { ArtifactBucket } from '../artifacts/artifact-bucket';
import { denyOtherWriters } from '../artifacts/deny-other-writers';
import { checkGivenBucket } from '../artifacts/given-bucket';
import type { SourceArchive } from '../artifacts/source-archive';
import type { BasePipelineProps } from '../base-pipeline-props';
import { ChallengerJudge } from '../challenger/challenger-judge';
import type { BoundServingContainer } from '../containers/serving-container';
import { alertTopic } from '../monitoring/alert-topic';
import { FailureQueue } from '../monitoring/failure-queue';
import { FailureWatch } from '../monitoring/failure-watch';
import { ModelDashboard } from '../monitoring/model-dashboard';
import { ModelMonitor } from '../monitoring/model-monitor';
import { RequestMetrics } from '../monitoring/request-metrics';
import { modelInProduction } from '../monitoring/watched-model';
import { explainPolicies } from '../platform/explained-rules';
import { resolvePlatform } from '../platform/platform';
import { resourceProblems } from '../platform/resource-limit';
import { type ArtifactRegistrationProps, artifactRegistration } from '../registration/artifact-registration';
import { RegistrationWorkflow } from '../registration/registration-workflow';
import { PipelineRegistry } from '../registry/pipeline-registry';
import { ReleaseWorkflow } from '../release/release-workflow';
import type { ReleasePipelineBase } from '../release-pipeline-base';
import { type PromotionPolicy, resolvePromotionPolicy } from '../retraining/promotion-policy';
import { endpointArn, ownerTags } from '../runtime/ownership';
import { rolesOf } from '../runtime/part-function';
import { type PipelineContext, routingParameterName } from '../runtime/pipeline-context';
import type { PipelineFunction } from '../runtime/pipeline-function';
import type { AdoptionProps } from '../serving/adoption';
import { ServedBy } from '../serving/served-by';
import { ServerlessInference } from '../serving/serverless-inference';
import { servingRole } from '../serving/serving-role';
import { AdoptedEndpoint } from './adopted-endpoint';
import { endpointNeeds, type InstanceNeed, scoringNeeds } from './instance-needs';
import { PipelineIdentity } from './pipeline-identity';
import { PipelineLifecycle } from './pipeline-lifecycle';
import type { PipelineSettings } from './pipeline-settings';
import { pipelinesBeside } from './pipelines-beside';

export interface PipelinePartsProps {
  /** Props of the pipeline. */
  readonly props: BasePipelineProps;
  /** The same, resolved. */
  readonly settings: PipelineSettings;
  /** Serves new versions. */
  readonly container: BoundServingContainer;
  /**
   * The scripts of trainings.
   * @default - nothing trains here
   */
  readonly trainingSource?: SourceArchive;
  /**
   * The endpoint that the pipeline takes over.
   * @default - the first release creates one
   */
  readonly adopt?: AdoptionProps;
  /** How models are registered that were trained elsewhere. */
  readonly registration: Pick<
    ArtifactRegistrationProps,
    'source' | 'inferenceScript' | 'label' | 'ignoredColumns'
  >;
}

/** What a pipeline has besides that makes versions. */
export interface VersionSource {
  /** Roles of the functions that write versions. */
  readonly versionWriters: readonly IRole[];
  /**
   * The workflow that trains versions: it is stopped when the stack goes, and its failures are reported.
   * @default - nothing trains here
   */
  readonly retrainingStateMachine?: IStateMachine;
  /** Instances of its jobs. */
  readonly instances: readonly InstanceNeed[];
  /** Names of its parts, for the operator's CLI. */
  readonly published: { readonly [name: string]: unknown };
  /** What the operator does with the bucket. */
  readonly bucketDescription: string;
}

/**
 * What every pipeline is made of, whatever its versions come from: identity, registry, serving, monitor,
 * releases and rollbacks, lifecycle, reports of failures. They are children of the pipeline itself.
 */
export class PipelineParts {
  readonly context: PipelineContext;
  readonly bucket: IBucket;
  readonly topic: ITopic;
  readonly registry: PipelineRegistry;
  readonly endpointName?: string;
  readonly endpointArn?: string;
  readonly servingEnvironment: { [name: string]: string };
  readonly serverlessInference?: ServerlessInference;
  readonly monitor: ModelMonitor;
  readonly release: ReleaseWorkflow;
  /** When a challenger may replace the champion. */
  readonly promotion: PromotionPolicy;
  readonly judge: ChallengerJudge;
  readonly registrationFunction: PipelineFunction<'register-artifact'>;
  readonly registrationStateMachine: IStateMachine;
  private readonly identity: PipelineIdentity;
  private readonly adopted?: AdoptedEndpoint;

  constructor(
    private readonly scope: ReleasePipelineBase,
    private readonly parts: PipelinePartsProps,
  ) {
    const { props, settings, container, adopt } = parts;
    const { pipelineName, servedBy, hosting, endpointHosting, schedule } = settings;
    const isFunctionAlone = servedBy === ServedBy.FUNCTION;
    const platform = resolvePlatform(scope, props);
    this.bucket = this.bucketOf(props);
    this.identity = new PipelineIdentity(scope, 'Identity', {
      platform,
      pipelineName,
      hasEndpoint: !isFunctionAlone,
      adoptedEndpoint: adopt?.endpointName,
    });
    const endpointName = adopt?.endpointName ?? pipelineName;
    const owner = { pipelineName, ownerId: this.identity.ownerId, endpointName };
    this.registry = new PipelineRegistry(scope, 'Registry', {
      pipelineName,
      tags: ownerTags(owner),
      signingKey: props.signingKey,
    });
    this.identity.recogniseBy(this.registry);
    if (endpointHosting) {
      this.endpointName = endpointName;
      this.endpointArn = endpointArn(scope, owner);
    }
    this.topic = props.topic ?? alertTopic(scope, 'Topic', `Model ${pipelineName}`, props.encryptionKey);
    const unadopted = {
      ...owner,
      problem: settings.problem,
      bucket: this.bucket,
      registry: this.registry,
      topic: this.topic,
      platform,
      failures: new FailureQueue(scope, 'Failures', { encryptionKey: props.encryptionKey }),
    };
    if (adopt) {
      this.adopted = new AdoptedEndpoint(scope, 'Adoption', {
        context: unadopted,
        variantName: adopt.variantName ?? 'AllTraffic',
        hosting,
        contentTypes: container.contentTypes,
      });
    }
    const context: PipelineContext = { ...unadopted, adopted: this.adopted?.names };
    this.context = context;
    const executionRole = servingRole(scope, 'ExecutionRole', context, container.image, props.servingRole);
    // The endpoint stays when the stack is deleted, and loads its models with this role.
    if (adopt && !props.servingRole)
      executionRole.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    this.servingEnvironment = { ...hosting.environment, ...container.environment };
    if (props.serverlessInference || isFunctionAlone) {
      this.serverlessInference = new ServerlessInference(scope, 'Serverless', {
        context,
        servedBy,
        shadowShare: isFunctionAlone ? schedule.shadow?.sampleShare : undefined,
        ...props.serverlessInference,
      });
    }
    this.monitor = new ModelMonitor(scope, 'Monitor', {
      context,
      problem: settings.problem,
      model: modelInProduction(pipelineName),
      requestMetrics: isFunctionAlone
        ? RequestMetrics.ofFunction(pipelineName)
        : RequestMetrics._ofPipeline(context),
      ...props.monitoring,
    });
    this.release = new ReleaseWorkflow(scope, 'Release', {
      context,
      hosting: endpointHosting,
      source: parts.trainingSource,
      servingEnvironment: this.servingEnvironment,
      networkIsolation: hosting.networkIsolation,
      schedule,
      executionRole,
      serverlessInference: this.serverlessInference,
      smokeTest: props.smokeTest,
      contentTypes: container.contentTypes,
      endpointAlarms: [this.monitor.errorAlarm, this.monitor.latencyAlarm],
    });
    this.promotion = resolvePromotionPolicy(scope, settings.problem, props.promotion);
    this.judge = new ChallengerJudge(scope, 'Challenger', {
      context,
      promotion: this.promotion,
      batchScoring: settings.batchScoring,
      image: container.image,
      servesByFunction: this.serverlessInference !== undefined,
      contentTypes: container.contentTypes,
      hostingInstanceType: hosting.instanceType,
      scoringRole: props.scoringRole,
    });
    this.registrationStateMachine = new RegistrationWorkflow(scope, 'Registration', {
      context,
      judge: this.judge,
      batchScoring: settings.batchScoring,
      networkIsolation: hosting.networkIsolation ?? false,
      releaseTimeout: this.release.timeout,
    }).stateMachine;
    const { requests = [], requestFile } = props.smokeTest ?? {};
    this.registrationFunction = artifactRegistration(scope, 'RegisterArtifact', {
      context,
      image: container.image,
      files: container.files,
      contentTypes: container.contentTypes,
      servingEnvironment: this.servingEnvironment,
      instanceType: hosting.instanceType,
      servesByFunction: this.serverlessInference !== undefined,
      hasSmokeTestRequests: requests.length > 0 || requestFile !== undefined,
      sources: props.artifactSources ?? [],
      judgedBy: this.promotion.columns,
      registrationStateMachine: this.registrationStateMachine,
      ...parts.registration,
    });
  }

  /** Makes what needs all parts; the last thing that a pipeline does. */
  complete(versions: VersionSource): void {
    const { scope, context, release, serverlessInference, identity } = this;
    const { retrainingStateMachine } = versions;
    const challengerStateMachines = [
      this.registrationStateMachine,
      ...(retrainingStateMachine ? [retrainingStateMachine] : []),
    ];
    const challengerApproval = this.judge.answerFor(challengerStateMachines);
    denyOtherWriters(this.bucket, [
      ...release._versionWriters,
      ...this.judge.versionWriters,
      ...versions.versionWriters,
      ...(this.adopted?.versionWriters ?? []),
      ...rolesOf([this.registrationFunction]),
    ]);
    const { dashboard } = new ModelDashboard(scope, 'Dashboard', {
      heading: `# ${context.pipelineName}\nVersion in production: SSM parameter \`${routingParameterName(context.pipelineName)}\``,
      monitor: this.monitor,
      recordingAlarm: serverlessInference?.recordingAlarm,
    });
    const lifecycle = new PipelineLifecycle(scope, 'Lifecycle', {
      context,
      hosting: this.parts.settings.endpointHosting,
      serverlessInference,
      releaseStateMachine: release.stateMachine,
      restoreStateMachine: release.restoreStateMachine,
      challengerStateMachines,
    });
    this.adopted?.follow(lifecycle);
    const watch = new FailureWatch(scope, 'FailureWatch', {
      context,
      restoreStateMachine: release.restoreStateMachine,
      registrationStateMachine: this.registrationStateMachine,
      retrainingStateMachine,
      role: this.judge.recordingRole,
    });
    // When the stack goes, workflows are stopped: releases are not to be undone, and that is no failure.
    release.restoreRule.node.addDependency(lifecycle);
    watch.rule.node.addDependency(lifecycle);
    this.publish({
      ...versions.published,
      retrainingStateMachine: retrainingStateMachine?.stateMachineArn,
      challengerApprovalFunction: challengerApproval?.functionName,
      instances: [
        ...endpointNeeds(this.parts.settings.endpointHosting),
        ...versions.instances,
        ...scoringNeeds(this.parts.settings.batchScoring),
      ],
      dashboard: dashboard.dashboardName,
    });
    // The function that gives the identity runs in the network, and logs with the others.
    const { network, _logs } = context.platform;
    const before: readonly unknown[] = [identity, network, _logs];
    identity.precede(...scope.node.children.filter((child) => !before.includes(child)));
    explainPolicies(scope);
    scope.node.addValidation({ validate: () => resourceProblems(scope, pipelinesBeside(scope)) });
    this.output(versions.bucketDescription);
  }

  /** The operator's CLI finds a pipeline's parts here. */
  private publish(others: { readonly [name: string]: unknown }): void {
    const { scope, context, release, monitor, serverlessInference } = this;
    const { pipelineName } = context;
    new StringParameter(scope, 'Resources', {
      parameterName: resourcesParameterName(pipelineName),
      description: `Parts of the pipeline ${pipelineName}`,
      stringValue: Stack.of(scope).toJsonString({
        ownerId: context.ownerId,
        bucket: this.bucket.bucketName,
        endpoint: this.endpointName,
        modelPackageGroup: this.registry.modelPackageGroupName,
        routingParameter: routingParameterName(pipelineName),
        releaseStateMachine: release.stateMachine.stateMachineArn,
        restoreStateMachine: release.restoreStateMachine.stateMachineArn,
        approvalFunction: release.approvalFunction?.functionName,
        rollbackFunction: release.rollbackFunction.functionName,
        repairFunction: release.repairFunction.functionName,
        registrationFunction: this.registrationFunction.functionName,
        registrationStateMachine: this.registrationStateMachine.stateMachineArn,
        scoringRole: this.judge.scoringRole.roleArn,
        serverlessFunction: serverlessInference?.handler.functionName,
        driftAlarm: monitor.driftAlarm.alarmName,
        qualityAlarm: monitor.qualityAlarm.alarmName,
        latencyAlarm: monitor.latencyAlarm.alarmName,
        errorAlarm: monitor.errorAlarm.alarmName,
        captureAlarm: monitor.captureAlarm.alarmName,
        labelAlarm: monitor.labelAlarm.alarmName,
        recordingAlarm: serverlessInference?.recordingAlarm?.alarmName,
        topic: this.topic.topicArn,
        ...others,
      }),
    });
  }

  private output(bucketDescription: string): void {
    const { scope, serverlessInference, adopted } = this;
    new CfnOutput(scope, 'BucketName', { value: this.bucket.bucketName, description: bucketDescription });
    if (this.endpointName) {
      new CfnOutput(scope, 'EndpointName', {
        value: this.endpointName,
        description: adopted
          ? 'Adopted, and kept when the stack is deleted'
          : 'Exists after the first release',
      });
    }
    if (adopted) {
      new CfnOutput(scope, 'Adopted', { value: adopted.text, description: 'What the endpoint served' });
    }
    if (serverlessInference) {
      new CfnOutput(scope, 'FunctionName', {
        value: serverlessInference.handler.functionName,
        description: 'Answers after the first release; invoke it by this name, with the alias',
      });
    }
  }

  private bucketOf({ bucket, encryptionKey, removalPolicy }: BasePipelineProps): IBucket {
    const { scope } = this;
    if (!bucket) return new ArtifactBucket(scope, 'Artifacts', { removalPolicy, encryptionKey }).bucket;
    checkGivenBucket(scope, bucket);
    return bucket;
  }
}
