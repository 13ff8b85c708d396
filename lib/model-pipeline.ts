import type { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ImportedModelPipeline, type ModelPipelineAttributes } from './access/imported-model-pipeline';
import { PipelineParts } from './delivery/pipeline-parts';
import { resolvePipeline } from './delivery/pipeline-settings';
import { type IModelPipeline, ModelPipelineBase } from './model-pipeline-base';
import type { ModelPipelineProps } from './model-pipeline-props';
import type { IModelMonitor } from './monitoring/model-monitor';
import type { RequestMetrics } from './monitoring/request-metrics';
import type { IModelRegistry } from './registry/model-registry';
import { routingParameterName } from './runtime/pipeline-context';
import type { IServerlessInference } from './serving/serverless-inference';

/**
 * The whole life of one model in production: a registry of its versions, an endpoint or a function that
 * serves them, releases that roll back by themselves, monitors and, with `training`, retrainings. Versions
 * that are trained elsewhere are registered.
 */
export class ModelPipeline extends ModelPipelineBase {
  /**
   * A pipeline that is already deployed in the stack's account and region, and has an endpoint, its own or an
   * adopted one. The deployment of the stack fails if no pipeline of this name exists, or if the stack grants
   * or measures retrainings of a pipeline that has none.
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
  readonly rollbackFunction: IFunction;
  readonly registrationFunction: IFunction;
  readonly registrationStateMachine: IStateMachine;
  readonly releaseStateMachine: IStateMachine;
  readonly retrainingFunction?: IFunction;
  readonly retrainingStateMachine?: IStateMachine;
  /** The registry of versions. */
  readonly registry: IModelRegistry;
  /** Watches drift, quality, latency and errors; has the alarms. */
  readonly monitor: IModelMonitor;
  readonly dashboard?: Dashboard;
  /** The Lambda function that serves; undefined if the endpoint serves alone. */
  readonly serverlessInference?: IServerlessInference;
  /** @internal */
  public readonly _workflows: readonly IStateMachine[];
  readonly requestMetrics: RequestMetrics;

  /** @throws Error that lists what is wrong with the props, and where */
  constructor(scope: Construct, id: string, props: ModelPipelineProps = {}) {
    super(scope, id);
    const parts = new PipelineParts(this, props, resolvePipeline(this, props));
    this.pipelineName = parts.context.pipelineName;
    this.endpointName = parts.endpointName;
    this.endpointArn = parts.endpointArn;
    this.serverlessInference = parts.serverlessInference;
    this.inferenceFunction = parts.serverlessInference?.handler;
    this.registry = parts.registry;
    this.modelPackageGroupName = parts.registry.modelPackageGroupName;
    this.modelPackageGroupArn = parts.registry.modelPackageGroupArn;
    this.routingParameterName = routingParameterName(this.pipelineName);
    this.bucket = parts.bucket;
    this.topic = parts.topic;
    this.monitor = parts.monitor;
    this.dashboard = parts.dashboard;
    this.requestMetrics = parts.monitor.requestMetrics;
    this.releaseStateMachine = parts.release.stateMachine;
    this.rollbackFunction = parts.release.rollbackFunction;
    this.registrationFunction = parts.registrationFunction;
    this.registrationStateMachine = parts.registrationStateMachine;
    this.retrainingFunction = parts.retraining?.triggerFunction;
    this.retrainingStateMachine = parts.retraining?.stateMachine;
    this._workflows = [
      ...(parts.retraining ? [parts.retraining.stateMachine] : []),
      this.releaseStateMachine,
      this.registrationStateMachine,
    ];
  }
}
