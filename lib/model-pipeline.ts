import { Annotations, AspectPriority, Aspects, CfnOutput, Names, Stack, Token } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ImportedModelPipeline, type ModelPipelineAttributes } from './access/imported-model-pipeline';
import { resourcesParameterName } from './access/published-parts';
import { ArtifactBucket } from './artifacts/artifact-bucket';
import { denyOtherWriters } from './artifacts/deny-other-writers';
import { checkGivenBucket } from './artifacts/given-bucket';
import { SourceArchive } from './artifacts/source-archive';
import { PipelineIdentity } from './delivery/pipeline-identity';
import { PipelineLifecycle } from './delivery/pipeline-lifecycle';
import { type IModelPipeline, ModelPipelineBase } from './model-pipeline-base';
import type { ModelPipelineProps } from './model-pipeline-props';
import { alertTopic } from './monitoring/alert-topic';
import { FailureQueue } from './monitoring/failure-queue';
import { FailureWatch } from './monitoring/failure-watch';
import { ModelDashboard } from './monitoring/model-dashboard';
import { ModelMonitor } from './monitoring/model-monitor';
import type { RequestMetrics } from './monitoring/request-metrics';
import { ExplainedWildcards, explainCompliance } from './platform/explained-rules';
import { resolvePlatform } from './platform/platform';
import { resourceProblems } from './platform/resource-limit';
import { ProblemType } from './problem-type';
import { ModelRegistry } from './registry/model-registry';
import { ReleaseStrategy } from './release/release-strategy';
import { ReleaseWorkflow } from './release/release-workflow';
import { resolveBatchScoring } from './retraining/batch-scoring';
import { instanceNeeds } from './retraining/instance-needs';
import { resolvePromotionPolicy } from './retraining/promotion-policy';
import { RetrainingTrigger } from './retraining/retraining-trigger';
import { RetrainingWorkflow } from './retraining/retraining-workflow';
import { resolveTraining } from './retraining/training';
import { columnsToIgnore } from './retraining/training-data';
import { endpointArn, ownerTags } from './runtime/ownership';
import { type PipelineContext, routingParameterName } from './runtime/pipeline-context';
import { Validation } from './runtime/validation';
import { refuseEndpointHosting, resolveHosting } from './serving/hosting';
import { ServedBy } from './serving/served-by';
import { ServerlessInference } from './serving/serverless-inference';
import { servingEnvironment } from './serving/serving-environment';
import { servingRole } from './serving/serving-role';

/** The whole life of one model in production. */
export class ModelPipeline extends ModelPipelineBase {
  /**
   * A pipeline that is already deployed in the stack's account and region, and has an endpoint. The
   * deployment of the stack fails if no pipeline of this name exists.
   */
  static fromPipelineName(scope: Construct, id: string, pipelineName: string): IModelPipeline {
    return new ImportedModelPipeline(scope, id, { pipelineName });
  }

  /** A pipeline that is deployed already in the stack's account and region. */
  static fromPipelineAttributes(
    scope: Construct,
    id: string,
    attributes: ModelPipelineAttributes,
  ): IModelPipeline {
    return new ImportedModelPipeline(scope, id, attributes);
  }

  readonly pipelineName: string;
  readonly endpointName?: string;
  readonly endpointArn?: string;
  readonly inferenceFunction?: IFunction;
  readonly modelPackageGroupName: string;
  readonly modelPackageGroupArn: string;
  readonly routingParameterName: string;
  readonly bucket: IBucket;
  readonly topic: ITopic;
  readonly retrainingFunction: IFunction;
  readonly rollbackFunction: IFunction;
  readonly retrainingStateMachine: IStateMachine;
  readonly releaseStateMachine: IStateMachine;
  /** The registry of versions. */
  readonly registry: ModelRegistry;
  /** Watches drift, quality, latency and errors; has the alarms. */
  readonly monitor: ModelMonitor;
  /** The Lambda function that serves; undefined if the endpoint serves alone. */
  readonly serverlessInference?: ServerlessInference;
  protected readonly requestMetrics: RequestMetrics;

  /** @throws Error that lists what is wrong with the props, and where */
  constructor(scope: Construct, id: string, props: ModelPipelineProps) {
    super(scope, id);
    this.pipelineName = props.pipelineName ?? generatedName(this);
    const problem = props.problem ?? ProblemType.binary();
    const validation = new Validation(this).check(
      this.pipelineName,
      /^[a-z0-9](-*[a-z0-9]){0,39}$/.test(this.pipelineName),
      'pipelineName must be 1 to 40 lower-case letters, digits and inner hyphens',
    );
    for (const found of problem._problems()) validation.add(found);
    const { servedBy = ServedBy.ENDPOINT, releaseStrategy: strategy = ReleaseStrategy.blueGreen() } = props;
    const isFunctionAlone = servedBy === ServedBy.FUNCTION;
    if ((props.serverlessInference || isFunctionAlone) && problem._settings().type === 'multiClass') {
      validation.add(
        'serverlessInference answers each row with one number, but several classes need one for each class: leave out serverlessInference, or choose another problem',
      );
    }
    const namesake = findNamesake(this);
    if (namesake) {
      validation.add(
        `pipelineName '${this.pipelineName}' is that of ${namesake.node.path} already, in the same account and region: give one of them another name`,
      );
    }
    const features = new Set(props.data.schema?._categories() ?? []);
    for (const name of [props.data.label, ...columnsToIgnore(props.data)]) features.delete(name);
    if (isFunctionAlone && features.size > 0) {
      validation.add(
        `a function takes numbers only, and data.schema declares the features ${[...features].join(', ')} as categories: encode them as numbers in the data, list them in data.ignoredColumns, or choose ServedBy.ENDPOINT`,
      );
    }
    refuseSharing(this, props, validation);
    validation.finish();
    if (isFunctionAlone) refuseEndpointHosting(this, props.hosting);
    const hosting = resolveHosting(this, props.hosting);
    const endpointHosting = isFunctionAlone ? undefined : hosting;
    const training = resolveTraining(this, props.training);
    const batchScoring = resolveBatchScoring(this, props.batchScoring);
    const schedule = strategy.bind(this)._schedule;
    const promotion = resolvePromotionPolicy(this, problem, props.promotion);

    const platform = resolvePlatform(this, props);
    this.bucket = this.bucketOf(props);
    const identity = new PipelineIdentity(this, 'Identity', {
      platform,
      pipelineName: this.pipelineName,
      hasEndpoint: !isFunctionAlone,
    });
    const owner = { pipelineName: this.pipelineName, ownerId: identity.ownerId };
    this.registry = new ModelRegistry(this, 'Registry', {
      groupName: this.pipelineName,
      tags: ownerTags(owner),
    });
    identity.recogniseBy(this.registry);
    this.modelPackageGroupName = this.registry.modelPackageGroupName;
    this.modelPackageGroupArn = this.registry.modelPackageGroupArn;
    this.routingParameterName = routingParameterName(this.pipelineName);
    if (endpointHosting) {
      this.endpointName = this.pipelineName;
      this.endpointArn = endpointArn(this, owner);
    }
    this.topic = props.topic ?? alertTopic(this, 'Topic', `Model ${this.pipelineName}`, props.encryptionKey);
    const context: PipelineContext = {
      ...owner,
      problem,
      bucket: this.bucket,
      registry: this.registry,
      topic: this.topic,
      platform,
      failures: new FailureQueue(this, 'Failures', { encryptionKey: props.encryptionKey }),
    };

    const source = new SourceArchive(this, 'Source', {
      path: training.source,
      trainingScript: training.trainingScript,
      required: [training.inferenceScript],
    });
    const role = servingRole(this, 'ExecutionRole', context, training.image, props.servingRole);
    const environment = servingEnvironment(hosting, training.inferenceScript);

    if (props.serverlessInference || isFunctionAlone) {
      this.serverlessInference = new ServerlessInference(this, 'Serverless', {
        context,
        servedBy,
        shadowShare: isFunctionAlone ? schedule.shadow?.sampleShare : undefined,
        ...props.serverlessInference,
      });
    }
    this.inferenceFunction = this.serverlessInference?.handler;
    this.monitor = new ModelMonitor(this, 'Monitor', {
      context,
      requestMetrics: isFunctionAlone ? this.serverlessInference?.requestMetrics : undefined,
      ...props.monitoring,
    });
    this.requestMetrics = this.monitor.requestMetrics;
    if ((props.retraining?.onDrift ?? true) && this.monitor.leastHoursOfDrift < 2) {
      Annotations.of(this).addWarningV2(
        'cdk-model-pipeline:retrainsOnOneHour',
        'one unusual hour of traffic starts a retraining: compare more hours (monitoring.driftWindow), ask for a second comparison (monitoring.driftHoursToAlarm), or set retraining.onDrift to false',
      );
    }
    const release = new ReleaseWorkflow(this, 'Release', {
      context,
      hosting: endpointHosting,
      source,
      servingEnvironment: environment,
      networkIsolation: hosting.networkIsolation,
      schedule,
      executionRole: role,
      serverlessInference: this.serverlessInference,
      smokeTest: props.smokeTest,
      endpointAlarms: [this.monitor.errorAlarm, this.monitor.latencyAlarm],
    });
    const retraining = new RetrainingWorkflow(this, 'Retraining', {
      context,
      training,
      batchScoring,
      hostingInstanceType: hosting.instanceType,
      promotion,
      source,
      trainingRole: props.trainingRole,
      scoringRole: props.scoringRole,
      servingEnvironment: environment,
      networkIsolation: hosting.networkIsolation,
      data: props.data,
      releaseStateMachine: release.stateMachine,
      releaseTimeout: release.timeout,
    });
    denyOtherWriters(this.bucket, [...release._versionWriters, ...retraining._versionWriters]);
    this.releaseStateMachine = release.stateMachine;
    this.rollbackFunction = release.rollbackFunction;
    this.retrainingStateMachine = retraining.stateMachine;

    const { dashboard } = new ModelDashboard(this, 'Dashboard', {
      pipelineName: this.pipelineName,
      monitor: this.monitor,
      recordingAlarm: this.serverlessInference?.recordingAlarm,
    });
    const trigger = new RetrainingTrigger(this, 'Trigger', {
      context,
      stateMachine: retraining.stateMachine,
      driftAlarm: this.monitor.driftAlarm,
      qualityAlarm: this.monitor.qualityAlarm,
      ...props.retraining,
    });
    this.retrainingFunction = trigger.handler;
    const lifecycle = new PipelineLifecycle(this, 'Lifecycle', {
      context,
      hosting: endpointHosting,
      serverlessInference: this.serverlessInference,
      releaseStateMachine: release.stateMachine,
      restoreStateMachine: release.restoreStateMachine,
      retrainingStateMachine: retraining.stateMachine,
    });
    const watch = new FailureWatch(this, 'FailureWatch', {
      context,
      restoreStateMachine: release.restoreStateMachine,
      retrainingStateMachine: retraining.stateMachine,
    });
    // When the stack goes, workflows are stopped: releases are not to be undone, and that is no failure.
    release.restoreRule.node.addDependency(lifecycle);
    watch.rule.node.addDependency(lifecycle);

    // The operator's CLI finds a pipeline's parts here.
    new StringParameter(this, 'Resources', {
      parameterName: resourcesParameterName(this.pipelineName),
      description: `Parts of the pipeline ${this.pipelineName}`,
      stringValue: Stack.of(this).toJsonString({
        ownerId: identity.ownerId,
        bucket: this.bucket.bucketName,
        endpoint: this.endpointName,
        modelPackageGroup: this.registry.modelPackageGroupName,
        routingParameter: this.routingParameterName,
        retrainingStateMachine: retraining.stateMachine.stateMachineArn,
        releaseStateMachine: release.stateMachine.stateMachineArn,
        restoreStateMachine: release.restoreStateMachine.stateMachineArn,
        approvalFunction: release.approvalFunction?.functionName,
        challengerApprovalFunction: retraining.approvalFunction?.functionName,
        rollbackFunction: release.rollbackFunction.functionName,
        repairFunction: release.repairFunction.functionName,
        trainingRole: retraining.trainingRole.roleArn,
        scoringRole: retraining.scoringRole.roleArn,
        triggerFunction: trigger.handler.functionName,
        retrainingLimits: trigger.limits,
        instances: instanceNeeds(endpointHosting, training, batchScoring),
        serverlessFunction: this.serverlessInference?.handler.functionName,
        driftAlarm: this.monitor.driftAlarm.alarmName,
        qualityAlarm: this.monitor.qualityAlarm.alarmName,
        latencyAlarm: this.monitor.latencyAlarm.alarmName,
        errorAlarm: this.monitor.errorAlarm.alarmName,
        captureAlarm: this.monitor.captureAlarm.alarmName,
        labelAlarm: this.monitor.labelAlarm.alarmName,
        recordingAlarm: this.serverlessInference?.recordingAlarm?.alarmName,
        dashboard: dashboard.dashboardName,
        topic: this.topic.topicArn,
      }),
    });
    // The function that gives the identity runs in the network.
    identity.precede(
      ...this.node.children.filter((child) => child !== identity && child !== platform.network),
    );
    explainCompliance(
      this,
      'IAMNoInlinePolicy',
      'each policy is of one role of the pipeline, and nothing else shares it',
    );
    Aspects.of(this).add(new ExplainedWildcards(), { priority: AspectPriority.READONLY });
    this.node.addValidation({ validate: () => resourceProblems(this, otherPipelines(this)) });
    new CfnOutput(this, 'BucketName', {
      value: this.bucket.bucketName,
      description: 'Upload labeled data to training-data/',
    });
    if (endpointHosting) {
      new CfnOutput(this, 'EndpointName', {
        value: this.pipelineName,
        description: 'Exists after the first release',
      });
    }
    if (this.serverlessInference) {
      new CfnOutput(this, 'FunctionName', {
        value: this.serverlessInference.handler.functionName,
        description: 'Answers after the first release; invoke it by this name, with the alias',
      });
    }
  }

  private bucketOf({ bucket, encryptionKey, removalPolicy, retraining }: ModelPipelineProps): IBucket {
    if (!bucket) return new ArtifactBucket(this, 'Artifacts', { removalPolicy, encryptionKey }).bucket;
    checkGivenBucket(this, bucket);
    if (retraining?.onNewData) bucket.enableEventBridgeNotification();
    return bucket;
  }
}

/** Notes what two roles, or two pipelines, must not share. */
function refuseSharing(pipeline: ModelPipeline, props: ModelPipelineProps, validation: Validation): void {
  const { bucket, removalPolicy, trainingRole, servingRole, scoringRole } = props;
  const roles = Object.entries({ trainingRole, servingRole, scoringRole }).filter(([, role]) => role);
  roles.forEach(([name, role], index) => {
    const same = roles.slice(0, index).find(([, other]) => other?.roleArn === role?.roleArn);
    if (!same) return;
    validation.add(
      `${name} is also ${same[0]}, so that your scripts could change what judges or serves them: give them roles of their own`,
    );
  });
  if (!bucket) return;
  if (removalPolicy) {
    validation.add(
      'removalPolicy is of the bucket that the pipeline makes, and bucket is yours: leave one out',
    );
  }
  const other = otherPipelines(pipeline).find((each) => each.bucket?.bucketName === bucket.bucketName);
  if (other) {
    validation.add(
      `bucket is that of ${other.node.path} already, and two pipelines would overwrite each other's data: give each a bucket of its own`,
    );
  }
}

function otherPipelines(pipeline: ModelPipeline): ModelPipeline[] {
  const all = pipeline.node.root.node.findAll();
  return all.filter((other): other is ModelPipeline => other instanceof ModelPipeline && other !== pipeline);
}

/** Another pipeline of the app that would have the same endpoint, registry and parameters. */
function findNamesake(pipeline: ModelPipeline): ModelPipeline | undefined {
  if (Token.isUnresolved(pipeline.pipelineName)) return undefined;
  return otherPipelines(pipeline).find(
    (other) =>
      other.pipelineName === pipeline.pipelineName && isSamePlace(Stack.of(other), Stack.of(pipeline)),
  );
}

/** Stacks whose place is known only when they are deployed may go to different ones. */
function isSamePlace(a: Stack, b: Stack): boolean {
  if (a === b) return true;
  const isKnown = ![a.account, a.region].some((part) => Token.isUnresolved(part));
  return isKnown && a.account === b.account && a.region === b.region;
}

function generatedName(scope: Construct): string {
  return Names.uniqueResourceName(scope, {
    maxLength: 40,
    separator: '-',
    allowedSpecialCharacters: '-',
  }).toLowerCase();
}
