export type { ModelPipelineAttributes } from './access/imported-model-pipeline';
export { ModelPipelineGrants } from './access/model-pipeline-grants';
export type { BatchAlarmOptions } from './batch/batch-alarms';
export { BatchEngine } from './batch/batch-engine';
export {
  BatchInference,
  type BatchInferenceOptions,
  type BatchInferenceProps,
} from './batch/batch-inference';
export { BatchInput } from './batch/batch-input';
export { BatchOutput, type BatchOutputOptions, type TextBatchOutputOptions } from './batch/batch-output';
export {
  type AuroraDataApiSinkOptions,
  BatchSink,
  type DynamoDbSinkOptions,
  type SqsSinkOptions,
  type WebhookSinkOptions,
} from './batch/batch-sink';
export type { LambdaBatchOptions } from './batch/engines/lambda-engine';
export type { SparkBatchOptions } from './batch/engines/spark-engine';
export type { TransformBatchOptions } from './batch/engines/transform-engine';
export { type EmrServerlessJobOptions, type GlueJobOptions, SparkJobs } from './batch/spark-jobs';
export type { BatchScoringProps } from './challenger/batch-scoring';
export {
  type CustomServingContainerProps,
  type HuggingFaceServingOptions,
  ServingContainer,
  type TritonServingOptions,
} from './containers/serving-container';
export { type CustomTrainingContainerProps, TrainingContainer } from './containers/training-container';
export type { CostProps } from './cost/cost-props';
export { type InstancePrices, PriceTable } from './cost/price-table';
export { type OnPipelineEventOptions, PipelineEvents, PipelineEventType } from './events/pipeline-events';
export {
  ApiAuthorization,
  type JwtAuthorizationOptions,
  type LambdaAuthorizationOptions,
} from './http/api-authorization';
export {
  type IInferenceApi,
  InferenceApi,
  type InferenceApiOptions,
  type InferenceApiProps,
} from './http/inference-api';
export { ModelPipeline } from './model-pipeline';
export type { IModelPipeline } from './model-pipeline-base';
export type { ModelPipelineProps } from './model-pipeline-props';
export { ModelPipelineStack, type ModelPipelineStackProps } from './model-pipeline-stack';
export { AlertDestination } from './monitoring/alert-destination';
export type { AnomalyDetectionProps } from './monitoring/anomaly-alarm';
export type { ParallelProfilingProps } from './monitoring/capture-groups';
export {
  DriftComparison,
  type DriftComparisonOptions,
  type SameHoursOptions,
} from './monitoring/drift-comparison';
export { DriftTable } from './monitoring/drift-table';
export {
  EndpointMonitor,
  type EndpointMonitorProps,
  type HoldoutQuality,
} from './monitoring/endpoint-monitor';
export { DriftDistance, type FeatureDriftPolicy } from './monitoring/feature-drift-policy';
export { InstanceMetrics } from './monitoring/instance-metrics';
export type { IModelMonitor } from './monitoring/model-monitor';
export { MonitorBaseline } from './monitoring/monitor-baseline';
export { MonitorSink, type MonitorTableOptions } from './monitoring/monitor-sink';
export type { MonitoringProps } from './monitoring/monitoring-props';
export {
  ConceptDriftDetector,
  LabelChoice,
  QualityMetric,
  type QualityMonitoringProps,
} from './monitoring/quality-monitoring';
export { QualityTable } from './monitoring/quality-table';
export type { ReportTableProps } from './monitoring/report-table';
export { RequestMetrics } from './monitoring/request-metrics';
export { Severity } from './monitoring/severity';
export type { PartProps } from './platform/part-props';
export type { PlatformProps } from './platform/platform';
export { ProblemType } from './problem-type';
export { ModelPackageAction } from './registration/model-package-action';
export { type IModelRegistry, ModelRegistry, type ModelRegistryProps } from './registry/model-registry';
export { BetterDirection, type BusinessMetric, type CanaryAnalysisProps } from './release/canary-analysis';
export type { ApprovalProps } from './release/release-approval';
export {
  InconclusiveAction,
  TrafficRouting,
} from './release/release-schedule';
export { ReleaseStrategy } from './release/release-strategy';
export {
  type GuardrailsReleaseConfig,
  type InPlaceReleaseConfig,
  type IReleaseStrategy,
  type ReleaseConfigOptions,
  ReleaseStrategyConfig,
  type ShadowReleaseConfig,
  type SteppedReleaseConfig,
} from './release/release-strategy-config';
export type { SmokeTestProps, SmokeTestRequest } from './release/smoke-test';
export type { BlueGreenOptions } from './release/strategies/blue-green';
export type { CanaryOptions } from './release/strategies/canary';
export type { DeploymentGuardrailsOptions } from './release/strategies/deployment-guardrails';
export type { InPlaceOptions } from './release/strategies/in-place';
export type { LinearOptions } from './release/strategies/linear';
export type { ShadowOptions } from './release/strategies/shadow';
export type { ReleaseOptions, SteppedReleaseOptions } from './release/strategies/stepped-release';
export {
  CheckSeverity,
  type ColumnSchema,
  ColumnType,
  DataSchema,
  type DataSchemaProps,
  type FreshnessCheck,
  type LabelRateCheck,
  type LeakageCheck,
  type MissingCheck,
  type RangeCheck,
  type RowCountCheck,
  type UniqueCheck,
  type ValuesCheck,
} from './retraining/data-schema';
export { DataSplit, DuplicateRows } from './retraining/data-split';
export {
  HyperparameterRange,
  type HyperparameterTuning,
  RangeScale,
  TuningGoal,
  TuningStrategy,
} from './retraining/hyperparameter-tuning';
export { PromotionGate, type PromotionGateProps } from './retraining/promotion-gate';
export {
  type CostColumnsOptions,
  type CostOptions,
  PromotionMetric,
  type ThresholdOptions,
} from './retraining/promotion-metric';
export { type PromotionPolicyProps, UndecidedAction } from './retraining/promotion-policy';
export { PromotionRule, type SliceOptions } from './retraining/promotion-rule';
export type {
  RetrainingCauses,
  RetrainingEvent,
  RetrainingTriggerOptions,
} from './retraining/retraining-causes';
export {
  type RetrainingAlarm,
  RetrainingTrigger,
  type RetrainingTriggerProps,
} from './retraining/retraining-trigger';
export type { SpotTraining, TrainingProps } from './retraining/training';
export type { TrainingDataProps } from './retraining/training-data';
export type { AdoptionProps } from './serving/adoption';
export type { AsynchronousEndpointOptions, BacklogScalingProps } from './serving/asynchronous-endpoint';
export type { HostingProps } from './serving/hosting';
export { LambdaInference, type LambdaInferenceProps } from './serving/lambda-inference';
export { OnnxModel } from './serving/onnx-model';
export type { ProvisionedConcurrency } from './serving/provisioned-concurrency';
export type { ScalingProps } from './serving/scaling';
export { ServedBy } from './serving/served-by';
export type { ServerlessEndpointOptions } from './serving/serverless-endpoint';
export type { IServerlessInference, ServerlessInferenceOptions } from './serving/serverless-inference';
export { SchemaRegistry } from './stream/schema-registry';
export type { KafkaStreamOptions, SelfManagedKafkaStreamOptions } from './stream/sources/kafka-reader';
export type { QueueStreamOptions } from './stream/sources/queue-reader';
export type { ShardStreamOptions } from './stream/sources/shard-stream-options';
export {
  StreamInference,
  type StreamInferenceOptions,
  type StreamInferenceProps,
} from './stream/stream-inference';
export { StreamOutput } from './stream/stream-output';
export { StreamSource } from './stream/stream-source';
