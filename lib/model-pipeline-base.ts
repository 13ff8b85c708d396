import type { Dashboard, IMetric, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { type OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, type IConstruct } from 'constructs';
import { ModelPipelineGrants } from './access/model-pipeline-grants';
import { BatchInference, type BatchInferenceOptions } from './batch/batch-inference';
import { type OnPipelineEventOptions, PipelineEvents, PipelineEventType } from './events/pipeline-events';
import { type IInferenceApi, InferenceApi, type InferenceApiOptions } from './http/inference-api';
import { pipelineMetric } from './monitoring/pipeline-metrics';
import type { RequestMetrics } from './monitoring/request-metrics';
import { ofTraining } from './retraining/of-training';
import { arn } from './runtime/arn';
import { StreamInference, type StreamInferenceOptions } from './stream/stream-inference';

/** A model pipeline of this stack, or one that is deployed already. */
export interface IModelPipeline extends IConstruct {
  /** Name of the pipeline, of its registry and, unless it adopts one, of its endpoint. */
  readonly pipelineName: string;
  /**
   * Name of the endpoint, which exists after the first release unless it is adopted; undefined if a function
   * serves alone.
   */
  readonly endpointName?: string;
  /** ARN of the endpoint; undefined if a function serves alone. */
  readonly endpointArn?: string;
  /** The function that answers requests, as clients invoke it; undefined if the endpoint serves alone. */
  readonly inferenceFunction?: IFunction;
  /** Name of the SageMaker model package group in which versions are registered. */
  readonly modelPackageGroupName: string;
  /** ARN of the SageMaker model package group. */
  readonly modelPackageGroupArn: string;
  /** Pattern of the ARNs of all registered versions. */
  readonly modelPackageArnPattern: string;
  /** Name of the SSM parameter that holds the routing document: what is in production now. */
  readonly routingParameterName: string;
  /** The bucket with training data, models, recorded requests and ledger. */
  readonly bucket: IBucket;
  /** The topic on which the pipeline notifies people. */
  readonly topic: ITopic;
  /**
   * Undoes the release in progress, or releases the previous version. Input: `{}`, or `{ "to": "1.0.0",
   * "reason": "..." }`.
   */
  readonly rollbackFunction: IFunction;
  /**
   * Registers a model that was trained elsewhere as a version. Input: `{ "artifact": "s3://.../model.tar.gz",
   * "holdout": "s3://.../rows.csv" }`, optionally `sample`, `version`, `label`, `metrics` and `origin`.
   */
  readonly registrationFunction: IFunction;
  /**
   * The workflow that compares versions which were trained elsewhere with production, on the holdout that
   * came with them. The registration function starts it.
   */
  readonly registrationStateMachine: IStateMachine;
  /** The workflow of releases. Input: `{ "modelVersion": "1.2.0", "reason": "..." }`. */
  readonly releaseStateMachine: IStateMachine;
  /**
   * Starts retrainings, one at a time. Input: `{ "trigger": "manual", "reason": "..." }`, optionally `force`
   * and `hyperparameters`. Undefined without `training`.
   */
  readonly retrainingFunction?: IFunction;
  /**
   * The workflow of retrainings. Start it through {@link retrainingFunction}. Undefined without `training`.
   */
  readonly retrainingStateMachine?: IStateMachine;
  /** Metrics of the requests to the endpoint, or to the function if it serves alone, and of its instances. */
  readonly requestMetrics: RequestMetrics;
  /**
   * The dashboard in the CloudWatch console, to which batches, streams and APIs of its stack add a row;
   * undefined if the pipeline is deployed already.
   */
  readonly dashboard?: Dashboard;
  /** Lets roles use the pipeline. */
  readonly grants: ModelPipelineGrants;

  /**
   * An HTTP API that answers with the version in production. @throws Error that lists what is wrong with the
   * options
   */
  addInferenceApi(id: string, options?: InferenceApiOptions): IInferenceApi;
  /** Scores files with the version in production, on a schedule or when it is started. */
  addBatchInference(id: string, options: BatchInferenceOptions): BatchInference;
  /** Scores each record of a stream as it occurs. @throws Error that lists what is wrong with the options */
  addStreamInference(id: string, options: StreamInferenceOptions): StreamInference;

  /** A rule for events of this pipeline. */
  onEvent(id: string, options?: OnPipelineEventOptions): Rule;
  /** A rule for versions that came into production. */
  onPromoted(id: string, options?: OnEventOptions): Rule;
  /** A rule for releases that were rolled back. */
  onRolledBack(id: string, options?: OnEventOptions): Rule;

  /**
   * An hourly metric of the monitor, by the names of {@link IModelMonitor.metric}.
   *
   * @default - the maximum of an hour
   */
  metric(metricName: string, options?: MetricOptions): Metric;
  /** Requests to the endpoint, or to the function if it serves alone. @default - the sum of a minute */
  metricInvocations(options?: MetricOptions): IMetric;
  /** Requests that failed because of the model. @default - the sum of a minute */
  metricErrors(options?: MetricOptions): IMetric;
  /**
   * Time that the model takes to answer, in microseconds; the slower variant's during a release.
   * @default - the 95th percentile of a minute
   */
  metricLatency(options?: MetricOptions): IMetric;
  /** Features, and the prediction, that drifted. @default - the maximum of an hour */
  metricDriftedFeatures(options?: MetricOptions): Metric;
  /**
   * By how much the version in production is worse than on its holdout, in the unit of its quality metric.
   * @default - the maximum of an hour
   */
  metricQualityDrop(options?: MetricOptions): Metric;
  /** Releases that started. @default - the sum of 5 minutes */
  metricReleases(options?: MetricOptions): Metric;
  /**
   * Retrainings that started.
   *
   * @default - the sum of 5 minutes
   * @throws Error if the pipeline has no training
   */
  metricRetrainings(options?: MetricOptions): Metric;
}

/**
 * What a pipeline of this stack and a deployed one have in common.
 *
 * @internal
 */
export abstract class ModelPipelineBase extends Construct implements IModelPipeline {
  abstract readonly pipelineName: string;
  abstract readonly endpointName?: string;
  abstract readonly endpointArn?: string;
  abstract readonly inferenceFunction?: IFunction;
  abstract readonly modelPackageGroupName: string;
  abstract readonly modelPackageGroupArn: string;
  abstract readonly routingParameterName: string;
  abstract readonly bucket: IBucket;
  abstract readonly topic: ITopic;
  abstract readonly rollbackFunction: IFunction;
  abstract readonly registrationFunction: IFunction;
  abstract readonly registrationStateMachine: IStateMachine;
  abstract readonly releaseStateMachine: IStateMachine;
  abstract readonly retrainingFunction?: IFunction;
  abstract readonly retrainingStateMachine?: IStateMachine;
  readonly grants = ModelPipelineGrants._of(this);
  /**
   * Workflows whose progress a reader may follow.
   *
   * @internal
   */
  abstract readonly _workflows: readonly IStateMachine[];
  abstract readonly requestMetrics: RequestMetrics;
  abstract readonly dashboard?: Dashboard;

  get modelPackageArnPattern(): string {
    return arn(this, 'sagemaker', `model-package/${this.modelPackageGroupName}/*`);
  }

  addInferenceApi(id: string, options: InferenceApiOptions = {}): IInferenceApi {
    return new InferenceApi(this, id, { ...options, pipeline: this });
  }

  addBatchInference(id: string, options: BatchInferenceOptions): BatchInference {
    return new BatchInference(this, id, { ...options, pipeline: this });
  }

  addStreamInference(id: string, options: StreamInferenceOptions): StreamInference {
    return new StreamInference(this, id, { ...options, pipeline: this });
  }

  onEvent(id: string, options: OnPipelineEventOptions = {}): Rule {
    const { types, target, ...ruleOptions } = options;
    const rule = new Rule(this, id, ruleOptions);
    rule.addEventPattern(PipelineEvents.eventPattern(this.pipelineName, types));
    rule.addTarget(target);
    return rule;
  }

  onPromoted(id: string, options: OnEventOptions = {}): Rule {
    return this.onEvent(id, { ...options, types: [PipelineEventType.PROMOTED] });
  }

  onRolledBack(id: string, options: OnEventOptions = {}): Rule {
    return this.onEvent(id, { ...options, types: [PipelineEventType.ROLLED_BACK] });
  }

  metric(metricName: string, options: MetricOptions = {}): Metric {
    return pipelineMetric(this.pipelineName, metricName, options);
  }

  metricInvocations(options: MetricOptions = {}): IMetric {
    return this.requestMetrics.invocations(options);
  }

  metricErrors(options: MetricOptions = {}): IMetric {
    return this.requestMetrics.errors(options);
  }

  metricLatency(options: MetricOptions = {}): IMetric {
    return this.requestMetrics.latency(options);
  }

  metricDriftedFeatures(options: MetricOptions = {}): Metric {
    return this.metric('DriftedFeatures', options);
  }

  metricQualityDrop(options: MetricOptions = {}): Metric {
    return this.metric('QualityDrop', options);
  }

  metricReleases(options: MetricOptions = {}): Metric {
    return this.releaseStateMachine.metricStarted(options);
  }

  metricRetrainings(options: MetricOptions = {}): Metric {
    return ofTraining(this, 'metricRetrainings()', this.retrainingStateMachine).metricStarted(options);
  }
}
