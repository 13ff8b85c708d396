import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Alarm, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { resourcesParameterName } from '../access/published-parts';
import { ArtifactBucket } from '../artifacts/artifact-bucket';
import { denyOtherWriters } from '../artifacts/deny-other-writers';
import { checkGivenBucket } from '../artifacts/given-bucket';
import { SourceArchive } from '../artifacts/source-archive';
import { ChallengerJudge } from '../challenger/challenger-judge';
import { annotateCost } from '../cost/cost-annotation';
import type { CostProps } from '../cost/cost-props';
import { pipelineBudget } from '../cost/pipeline-budget';
import type { ModelPipelineBase } from '../model-pipeline-base';
import type { ModelPipelineProps } from '../model-pipeline-props';
import { alertTopic } from '../monitoring/alert-topic';
import { backlogAlarms } from '../monitoring/backlog-alarms';
import { concurrencyAlarm } from '../monitoring/concurrency-alarm';
import { DashboardWidgets } from '../monitoring/dashboard-widgets';
import { FailureQueue } from '../monitoring/failure-queue';
import { FailureWatch } from '../monitoring/failure-watch';
import { ModelDashboard } from '../monitoring/model-dashboard';
import { ModelMonitor } from '../monitoring/model-monitor';
import { RequestMetrics } from '../monitoring/request-metrics';
import { modelInProduction } from '../monitoring/watched-model';
import { explainPolicies } from '../platform/explained-rules';
import { resolvePlatform } from '../platform/platform';
import { resourceProblems } from '../platform/resource-limit';
import { artifactRegistration } from '../registration/artifact-registration';
import { ModelPackageAction } from '../registration/model-package-action';
import { RegistrationWorkflow } from '../registration/registration-workflow';
import { PipelineRegistry } from '../registry/pipeline-registry';
import { ReleaseWorkflow } from '../release/release-workflow';
import { PipelineRetraining } from '../retraining/pipeline-retraining';
import { resolvePromotionPolicy } from '../retraining/promotion-policy';
import { columnsToIgnore, knownColumns } from '../retraining/training-data';
import { endpointArn, ownerTags } from '../runtime/ownership';
import { rolesOf } from '../runtime/part-function';
import { type PipelineContext, routingParameterName } from '../runtime/pipeline-context';
import type { PipelineFunction } from '../runtime/pipeline-function';
import { shareContext } from '../runtime/shared-context';
import { capturePercentageOf, type EndpointHosting } from '../serving/endpoint-hosting';
import { ServedBy } from '../serving/served-by';
import { ServerlessInference } from '../serving/serverless-inference';
import { servingRole } from '../serving/serving-role';
import { AdoptedEndpoint } from './adopted-endpoint';
import { endpointNeeds, scoringNeeds, trainingNeeds } from './instance-needs';
import { PipelineIdentity } from './pipeline-identity';
import { PipelineLifecycle } from './pipeline-lifecycle';
import type { PipelineSettings } from './pipeline-settings';
import { pipelinesBeside } from './pipelines-beside';

/**
 * What a pipeline is made of: identity, registry, serving, monitor, releases and rollbacks, registrations,
 * retrainings, lifecycle, reports of failures. They are children of the pipeline itself.
 */
export class PipelineParts {
  readonly context: PipelineContext;
  readonly bucket: IBucket;
  readonly topic: ITopic;
  readonly registry: PipelineRegistry;
  readonly endpointName?: string;
  readonly endpointArn?: string;
  readonly serverlessInference?: ServerlessInference;
  readonly monitor: ModelMonitor;
  readonly dashboard: Dashboard;
  /** By their names among the published resources: what only some kinds of endpoints have. */
  private readonly endpointAlarms: { readonly [name: string]: Alarm };
  readonly release: ReleaseWorkflow;
  readonly registrationFunction: PipelineFunction<'register-artifact'>;
  readonly registrationStateMachine: IStateMachine;
  /** Undefined if all versions are trained elsewhere. */
  readonly retraining?: PipelineRetraining;
  private readonly judge: ChallengerJudge;
  private readonly identity: PipelineIdentity;
  private readonly adopted?: AdoptedEndpoint;
  private readonly cost?: CostProps;

  constructor(
    private readonly scope: ModelPipelineBase,
    props: ModelPipelineProps,
    private readonly settings: PipelineSettings,
  ) {
    const { adopt } = props;
    const { pipelineName, servedBy, hosting, endpointHosting, schedule } = settings;
    const { container, training, inferenceScript } = settings;
    const trainingSource =
      training &&
      new SourceArchive(scope, 'Source', {
        path: training.source,
        trainingScript: training.trainingScript,
        isInstalled: training.installsScripts,
        servingPackages: container.packagesFolder,
        required: container.scoresByScript ? [inferenceScript] : [],
      });
    const servingSource =
      props.source === undefined
        ? undefined
        : new SourceArchive(scope, 'ServingSource', { path: props.source, required: [inferenceScript] });
    const isFunctionAlone = servedBy === ServedBy.FUNCTION;
    const platform = resolvePlatform(scope, props);
    this.cost = props.cost;
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
    shareContext(scope, context, container.image);
    const executionRole = servingRole(
      scope,
      'ExecutionRole',
      context,
      container.image,
      endpointHosting,
      props.servingRole,
    );
    // The endpoint stays when the stack is deleted, and loads its models with this role.
    if (adopt && !props.servingRole)
      executionRole.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    const servingEnvironment = { ...hosting.environment, ...container.environment };
    if (props.serverlessInference || isFunctionAlone) {
      this.serverlessInference = new ServerlessInference(scope, 'Serverless', {
        context,
        servedBy,
        shadowShare: isFunctionAlone ? schedule.shadow?.sampleShare : undefined,
        ...props.serverlessInference,
      });
    }
    const promotion = resolvePromotionPolicy(scope, settings.problem, props.promotion);
    this.endpointAlarms = endpointAlarms(scope, context, endpointHosting);
    const recordingAlarm = this.serverlessInference?.recordingAlarm;
    const recordedPercentage = endpointHosting
      ? capturePercentageOf(endpointHosting)
      : (props.serverlessInference?.capturePercentage ?? 100);
    this.monitor = new ModelMonitor(scope, 'Monitor', {
      context,
      problem: settings.problem,
      promotion: promotion._gate,
      model: modelInProduction(pipelineName, recordedPercentage / 100),
      requestMetrics: isFunctionAlone
        ? RequestMetrics.ofFunction(pipelineName)
        : RequestMetrics._ofPipeline(context, endpointHosting?.kind ?? 'realTime'),
      otherServingAlarms: Object.values(this.endpointAlarms),
      otherMonitoringAlarms: recordingAlarm ? [recordingAlarm] : [],
      ...(training && { columns: knownColumns(training.data) }),
      ...props.monitoring,
    });
    this.release = new ReleaseWorkflow(scope, 'Release', {
      context,
      hosting: endpointHosting,
      source: trainingSource,
      servingEnvironment,
      networkIsolation: hosting.networkIsolation,
      schedule,
      executionRole,
      serverlessInference: this.serverlessInference,
      smokeTest: props.smokeTest,
      contentTypes: container.contentTypes,
      endpointAlarms: [this.monitor.errorAlarm, this.monitor.latencyAlarm],
    });
    this.judge = new ChallengerJudge(scope, 'Challenger', {
      context,
      promotion,
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
      releaseStateMachine:
        props.onModelPackage === ModelPackageAction.RELEASE ? this.release.stateMachine : undefined,
    }).stateMachine;
    const { requests = [], requestFile } = props.smokeTest ?? {};
    this.registrationFunction = artifactRegistration(scope, 'RegisterArtifact', {
      context,
      image: container.image,
      files: container.files,
      contentTypes: container.contentTypes,
      servingEnvironment,
      instanceType: hosting.instanceType,
      servesByFunction: this.serverlessInference !== undefined,
      hasSmokeTestRequests: requests.length > 0 || requestFile !== undefined,
      sources: props.artifactSources ?? [],
      onModelPackage: props.onModelPackage,
      judgedBy: promotion.columns,
      registrationStateMachine: this.registrationStateMachine,
      source: servingSource,
      inferenceScript: servingSource ? inferenceScript : container.inferenceScript,
      label: training?.data.label,
      ignoredColumns: training ? columnsToIgnore(training.data) : [],
    });
    if (training && trainingSource) {
      this.retraining = new PipelineRetraining(scope, {
        context,
        training,
        causes: props.retraining,
        monitor: this.monitor,
        batchScoring: settings.batchScoring,
        judge: this.judge,
        promotion,
        source: trainingSource,
        trainingRole: props.trainingRole,
        servingImage: container.image,
        servingEnvironment,
        networkIsolation: hosting.networkIsolation,
        releaseStateMachine: this.release.stateMachine,
        releaseTimeout: this.release.timeout,
      });
    }
    this.dashboard = this.complete();
  }

  /** Makes what needs all other parts. */
  private complete(): Dashboard {
    const { scope, context, release, serverlessInference, identity, retraining } = this;
    const { endpointHosting, batchScoring, training } = this.settings;
    const retrainingStateMachine = retraining?.stateMachine;
    const challengerStateMachines = [
      this.registrationStateMachine,
      ...(retrainingStateMachine ? [retrainingStateMachine] : []),
    ];
    const challengerApproval = this.judge.answerFor(challengerStateMachines);
    denyOtherWriters(this.bucket, [
      ...release._versionWriters,
      ...this.judge.versionWriters,
      ...(retraining?.workflow._versionWriters ?? []),
      ...(this.adopted?.versionWriters ?? []),
      ...rolesOf([this.registrationFunction]),
    ]);
    const { dashboard } = new ModelDashboard(scope, 'Dashboard', {
      heading: dashboardHeading(context, this.endpointName),
      widgets: new DashboardWidgets(scope, 'Widgets', context),
      monitor: this.monitor,
      problem: this.settings.problem,
      businessMetrics: this.settings.schedule.analysis.businessMetrics,
      instanceType:
        endpointHosting && endpointHosting.kind !== 'serverless' ? endpointHosting.instanceType : undefined,
      inferenceFunction: serverlessInference?.handler,
      events: [
        release.stateMachine.metricStarted({ label: 'releases' }),
        ...(retrainingStateMachine ? [retrainingStateMachine.metricStarted({ label: 'retrainings' })] : []),
      ],
      otherAlarms: [
        ...(serverlessInference?.recordingAlarm ? [serverlessInference.recordingAlarm] : []),
        ...Object.values(this.endpointAlarms),
      ],
    });
    const lifecycle = new PipelineLifecycle(scope, 'Lifecycle', {
      context,
      hosting: endpointHosting,
      alarmScope: scope,
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
    const instances = [
      ...endpointNeeds(endpointHosting),
      ...(training ? trainingNeeds(training) : []),
      ...scoringNeeds(batchScoring),
    ];
    annotateCost(scope, { needs: instances, prices: this.cost?.prices });
    if (this.cost?.monthlyBudget !== undefined) {
      const { pipelineName, topic } = context;
      pipelineBudget(scope, { pipelineName, topic, monthlyLimit: this.cost.monthlyBudget });
    }
    this.publish({
      retrainingStateMachine: retrainingStateMachine?.stateMachineArn,
      trainingRole: retraining?.workflow.trainingRole.roleArn,
      triggerFunction: retraining?.triggerFunction.functionName,
      retrainingLimits: retraining?.limits,
      challengerApprovalFunction: challengerApproval?.functionName,
      instances,
      dashboard: dashboard.dashboardName,
    });
    // The function that gives the identity runs in the network, and logs with the others.
    const { network, _logs } = context.platform;
    const before: readonly unknown[] = [identity, network, _logs];
    identity.precede(...scope.node.children.filter((child) => !before.includes(child)));
    explainPolicies(scope);
    scope.node.addValidation({ validate: () => resourceProblems(scope, pipelinesBeside(scope)) });
    this.output();
    return dashboard;
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
        ...(this.adopted && {
          // In lower case, unlike its name.
          endpointArn: this.endpointArn,
          adoptedVariant: this.adopted.names.variantName,
        }),
        modelPackageGroup: this.registry.modelPackageGroupName,
        servingImage: this.settings.container.image,
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
        conceptDriftAlarm: monitor.conceptDriftAlarm?.alarmName,
        fairnessAlarm: monitor.fairnessAlarm?.alarmName,
        ...(monitor.sinkAlarms.length > 0 && {
          sinkAlarms: monitor.sinkAlarms.map(({ alarmName }) => alarmName),
        }),
        recordingAlarm: serverlessInference?.recordingAlarm?.alarmName,
        ...namesOf(this.endpointAlarms),
        topic: this.topic.topicArn,
        ...others,
      }),
    });
  }

  private output(): void {
    const { scope, serverlessInference, adopted, retraining } = this;
    new CfnOutput(scope, 'BucketName', {
      value: this.bucket.bucketName,
      description: retraining
        ? 'Upload labeled data to training-data/'
        : 'Holds versions, recorded requests and the ledger',
    });
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

  private bucketOf({ bucket, encryptionKey, removalPolicy, retraining }: ModelPipelineProps): IBucket {
    const { scope } = this;
    if (!bucket) return new ArtifactBucket(scope, 'Artifacts', { removalPolicy, encryptionKey }).bucket;
    checkGivenBucket(scope, bucket);
    if (retraining?.onNewData) bucket.enableEventBridgeNotification();
    return bucket;
  }
}

function endpointAlarms(
  scope: ModelPipelineBase,
  context: PipelineContext,
  hosting: EndpointHosting | undefined,
): { readonly [name: string]: Alarm } {
  if (hosting?.kind === 'asynchronous') return { ...backlogAlarms(scope, context, hosting.alarms) };
  const alarm =
    hosting?.kind === 'serverless' ? concurrencyAlarm(scope, context, hosting.maxConcurrency) : undefined;
  return alarm ? { concurrencyAlarm: alarm } : {};
}

function dashboardHeading({ pipelineName }: PipelineContext, endpointName: string | undefined): string {
  const server = endpointName ? `the endpoint \`${endpointName}\`` : 'a function';
  return `# ${pipelineName}\nServed by ${server}; \`model-pipeline status --pipeline ${pipelineName}\` shows problems, and what to do.`;
}

function namesOf(alarms: { readonly [name: string]: Alarm }): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(alarms).map(([name, { alarmName }]) => [name, alarmName]));
}
