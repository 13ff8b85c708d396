import { Annotations } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ImportedModelPipeline, type ModelPipelineAttributes } from './access/imported-model-pipeline';
import { SourceArchive } from './artifacts/source-archive';
import type { ServingContainer } from './containers/serving-container';
import { TrainingContainer } from './containers/training-container';
import { trainingNeeds } from './delivery/instance-needs';
import { PipelineParts } from './delivery/pipeline-parts';
import { resolvePipeline, servingInstances } from './delivery/pipeline-settings';
import { roleProblems } from './delivery/role-problems';
import { type IModelPipeline, ModelPipelineBase } from './model-pipeline-base';
import type { ModelPipelineProps } from './model-pipeline-props';
import type { IModelMonitor } from './monitoring/model-monitor';
import type { RequestMetrics } from './monitoring/request-metrics';
import type { IModelRegistry } from './registry/model-registry';
import type { RetrainingTriggerOptions } from './retraining/retraining-causes';
import { RetrainingStarter, type StartingAlarm } from './retraining/retraining-starter';
import { RetrainingWorkflow } from './retraining/retraining-workflow';
import { resolveTraining } from './retraining/training';
import { columnsToIgnore } from './retraining/training-data';
import { routingParameterName } from './runtime/pipeline-context';
import type { IServerlessInference } from './serving/serverless-inference';

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
  readonly registrationFunction: IFunction;
  readonly registrationStateMachine: IStateMachine;
  readonly retrainingStateMachine: IStateMachine;
  readonly releaseStateMachine: IStateMachine;
  /** The registry of versions. */
  readonly registry: IModelRegistry;
  /** Watches drift, quality, latency and errors; has the alarms. */
  readonly monitor: IModelMonitor;
  /** The Lambda function that serves; undefined if the endpoint serves alone. */
  readonly serverlessInference?: IServerlessInference;
  protected readonly requestMetrics: RequestMetrics;

  /** @throws Error that lists what is wrong with the props, and where */
  constructor(scope: Construct, id: string, props: ModelPipelineProps) {
    super(scope, id);
    const servingContainer = servingContainerOf(props);
    const settings = resolvePipeline(this, props, [
      ...roleProblems(props),
      ...containerProblems(props, servingContainer),
    ]);
    const training = resolveTraining(this, props.training);

    const { inferenceScript } = training;
    const container = servingContainer._bind(this, inferenceScript, servingInstances(settings));
    const source = new SourceArchive(this, 'Source', {
      path: training.source,
      trainingScript: training.trainingScript,
      isInstalled: training.installsScripts,
      required: servingContainer._needsScript ? [inferenceScript] : [],
    });
    const parts = new PipelineParts(this, {
      props,
      settings,
      container,
      trainingSource: source,
      registration: {
        inferenceScript: container.inferenceScript,
        label: props.data.label,
        ignoredColumns: columnsToIgnore(props.data),
      },
    });
    this.pipelineName = settings.pipelineName;
    this.endpointName = parts.endpointName;
    this.endpointArn = parts.endpointArn;
    this.registry = parts.registry;
    this.modelPackageGroupName = this.registry.modelPackageGroupName;
    this.modelPackageGroupArn = this.registry.modelPackageGroupArn;
    this.routingParameterName = routingParameterName(this.pipelineName);
    this.bucket = parts.bucket;
    this.topic = parts.topic;
    this.serverlessInference = parts.serverlessInference;
    this.inferenceFunction = this.serverlessInference?.handler;
    this.monitor = parts.monitor;
    this.requestMetrics = this.monitor.requestMetrics;
    const { context, release } = parts;
    this.releaseStateMachine = release.stateMachine;
    this.rollbackFunction = release.rollbackFunction;
    this.registrationFunction = parts.registrationFunction;
    this.registrationStateMachine = parts.registrationStateMachine;

    if (props.retraining?.onNewData) props.bucket?.enableEventBridgeNotification();
    if ((props.retraining?.onDrift ?? true) && parts.monitor.leastHoursOfDrift < 2) {
      Annotations.of(this).addWarningV2(
        'cdk-model-pipeline:retrainsOnOneHour',
        'one unusual hour of traffic starts a retraining: compare more hours (monitoring.driftWindow), ask for a second comparison (monitoring.driftHoursToAlarm), or set retraining.onDrift to false',
      );
    }
    const retraining = new RetrainingWorkflow(this, 'Retraining', {
      context,
      training,
      batchScoring: settings.batchScoring,
      judge: parts.judge,
      promotion: parts.promotion,
      source,
      trainingRole: props.trainingRole,
      servingImage: container.image,
      servingEnvironment: parts.servingEnvironment,
      networkIsolation: settings.hosting.networkIsolation,
      data: props.data,
      releaseStateMachine: release.stateMachine,
      releaseTimeout: release.timeout,
    });
    this.retrainingStateMachine = retraining.stateMachine;
    const trigger = new RetrainingStarter(this, 'Trigger', {
      ...props.retraining,
      context,
      stateMachine: retraining.stateMachine,
      alarms: alarmsThatRetrain(parts.monitor, props.retraining),
      prefix: 'retraining/',
      data: { prefix: 'training-data/', newSince: 'snapshot' },
      where: 'retraining.',
    });
    this.retrainingFunction = trigger.handler;
    parts.complete({
      versionWriters: retraining._versionWriters,
      retrainingStateMachine: retraining.stateMachine,
      instances: trainingNeeds(training),
      published: {
        trainingRole: retraining.trainingRole.roleArn,
        triggerFunction: trigger.handler.functionName,
        retrainingLimits: trigger.limits,
      },
      bucketDescription: 'Upload labeled data to training-data/',
    });
  }
}

/** The container that serves what the training container trains, unless there is another one. */
function servingContainerOf({ container, training }: ModelPipelineProps): ServingContainer {
  return container ?? (training.container ?? TrainingContainer.scikitLearn())._servingContainer;
}

function containerProblems({ training }: ModelPipelineProps, container: ServingContainer): string[] {
  const { inferenceScript = 'inference.py' } = training;
  return [
    ...container._problems(inferenceScript, 'training.inferenceScript'),
    ...container._trainingProblems(),
  ];
}

/** Alarms of the monitor that start retrainings. */
function alarmsThatRetrain(
  { driftAlarm, qualityAlarm }: IModelMonitor,
  { onDrift = true, onQuality = true }: RetrainingTriggerOptions = {},
): StartingAlarm[] {
  return [
    ...(onDrift ? [{ id: 'OnDrift', trigger: 'drift' as const, alarm: driftAlarm }] : []),
    ...(onQuality ? [{ id: 'OnQuality', trigger: 'quality' as const, alarm: qualityAlarm }] : []),
  ];
}
