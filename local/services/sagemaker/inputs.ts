import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  AddTags: 'ResourceArn Tags',
  CreateEndpoint: 'EndpointName EndpointConfigName Tags',
  CreateEndpointConfig:
    'EndpointConfigName ProductionVariants DataCaptureConfig Tags KmsKeyId ShadowProductionVariants ' +
    'AsyncInferenceConfig ' +
    'EnableNetworkIsolation=false',
  CreateHyperParameterTuningJob:
    'HyperParameterTuningJobName HyperParameterTuningJobConfig TrainingJobDefinition Tags',
  CreateModel:
    'ModelName PrimaryContainer Containers ExecutionRoleArn Tags (VpcConfig) EnableNetworkIsolation',
  CreateModelPackage:
    'ModelPackageGroupName ModelPackageDescription InferenceSpecification CertifyForMarketplace Tags ' +
    'ModelApprovalStatus MetadataProperties ModelMetrics (ClientToken) Domain Task SamplePayloadUrl ' +
    'CustomerMetadataProperties DriftCheckBaselines SkipModelValidation SourceUri ModelCard',
  CreateModelPackageGroup: 'ModelPackageGroupName ModelPackageGroupDescription Tags',
  CreateProcessingJob:
    'ProcessingJobName ProcessingResources AppSpecification RoleArn ProcessingInputs ' +
    'ProcessingOutputConfig StoppingCondition Environment NetworkConfig Tags',
  CreateTrainingJob:
    'TrainingJobName RoleArn OutputDataConfig HyperParameters AlgorithmSpecification InputDataConfig ' +
    'ResourceConfig (VpcConfig) StoppingCondition Tags EnableNetworkIsolation ' +
    'EnableInterContainerTrafficEncryption EnableManagedSpotTraining CheckpointConfig Environment ' +
    '(DebugHookConfig) (DebugRuleConfigurations) (ProfilerConfig) (ProfilerRuleConfigurations)',
  CreateTransformJob:
    'TransformJobName ModelName TransformInput TransformOutput TransformResources ' +
    'MaxConcurrentTransforms MaxPayloadInMB BatchStrategy Environment Tags',
  DeleteEndpoint: 'EndpointName',
  DeleteEndpointConfig: 'EndpointConfigName',
  DeleteModel: 'ModelName',
  DeleteModelPackage: 'ModelPackageName',
  DeleteModelPackageGroup: 'ModelPackageGroupName',
  DeleteTags: 'ResourceArn TagKeys',
  DescribeEndpoint: 'EndpointName',
  DescribeEndpointConfig: 'EndpointConfigName',
  DescribeHyperParameterTuningJob: 'HyperParameterTuningJobName',
  DescribeModel: 'ModelName',
  DescribeModelPackage: 'ModelPackageName',
  DescribeModelPackageGroup: 'ModelPackageGroupName',
  DescribeProcessingJob: 'ProcessingJobName',
  DescribeTrainingJob: 'TrainingJobName',
  DescribeTransformJob: 'TransformJobName',
  ListEndpointConfigs: 'SortOrder NextToken MaxResults NameContains CreationTimeBefore CreationTimeAfter',
  ListEndpoints:
    'SortOrder NextToken MaxResults NameContains CreationTimeBefore CreationTimeAfter ' +
    'LastModifiedTimeBefore LastModifiedTimeAfter StatusEquals',
  ListHyperParameterTuningJobs:
    'NextToken MaxResults SortOrder NameContains CreationTimeAfter CreationTimeBefore ' +
    'LastModifiedTimeAfter LastModifiedTimeBefore StatusEquals',
  ListModelPackageGroups: 'CreationTimeAfter CreationTimeBefore MaxResults NameContains NextToken SortOrder',
  ListModelPackages:
    'CreationTimeAfter CreationTimeBefore MaxResults NameContains ModelApprovalStatus ' +
    'ModelPackageGroupName ModelPackageType=Versioned NextToken SortBy SortOrder',
  ListModels: 'SortOrder NextToken MaxResults NameContains CreationTimeBefore CreationTimeAfter',
  ListProcessingJobs:
    'CreationTimeAfter CreationTimeBefore LastModifiedTimeAfter LastModifiedTimeBefore NameContains ' +
    'StatusEquals SortBy SortOrder NextToken MaxResults',
  ListTags: 'ResourceArn NextToken MaxResults',
  ListTrainingJobs:
    'NextToken MaxResults CreationTimeAfter CreationTimeBefore LastModifiedTimeAfter ' +
    'LastModifiedTimeBefore NameContains StatusEquals SortBy SortOrder',
  ListTrainingJobsForHyperParameterTuningJob: 'HyperParameterTuningJobName NextToken MaxResults StatusEquals',
  ListTransformJobs:
    'CreationTimeAfter CreationTimeBefore LastModifiedTimeAfter LastModifiedTimeBefore NameContains ' +
    'StatusEquals SortOrder NextToken MaxResults',
  Search: 'Resource SearchExpression SortBy SortOrder NextToken MaxResults',
  StopHyperParameterTuningJob: 'HyperParameterTuningJobName',
  StopProcessingJob: 'ProcessingJobName',
  StopTrainingJob: 'TrainingJobName',
  StopTransformJob: 'TransformJobName',
  UpdateEndpoint:
    'EndpointName EndpointConfigName RetainAllVariantProperties ExcludeRetainedVariantProperties ' +
    'DeploymentConfig RetainDeploymentConfig',
  UpdateEndpointWeightsAndCapacities: 'EndpointName DesiredWeightsAndCapacities',
  UpdateModelPackage:
    'ModelPackageArn ModelApprovalStatus ApprovalDescription CustomerMetadataProperties ' +
    'CustomerMetadataPropertiesToRemove ModelCard ModelLifeCycle (ClientToken)',

  Alarm: 'AlarmName',
  AlgorithmSpecification:
    'TrainingInputMode TrainingImage MetricDefinitions (EnableSageMakerMetricsTimeSeries) ' +
    'ContainerEntrypoint ContainerArguments',
  AppSpecification: 'ImageUri ContainerEntrypoint ContainerArguments',
  AsyncInferenceClientConfig: 'MaxConcurrentInvocationsPerInstance',
  AsyncInferenceConfig: 'ClientConfig OutputConfig',
  AsyncInferenceNotificationConfig: 'SuccessTopic ErrorTopic',
  AsyncInferenceOutputConfig: 'KmsKeyId S3OutputPath NotificationConfig S3FailurePath',
  AutoRollbackConfig: 'Alarms',
  BlueGreenUpdatePolicy:
    'TrafficRoutingConfiguration TerminationWaitInSeconds MaximumExecutionTimeoutInSeconds',
  CapacitySize: 'Type Value',
  CaptureContentTypeHeader: 'CsvContentTypes JsonContentTypes',
  CaptureOption: 'CaptureMode',
  CategoricalParameterRange: 'Name Values',
  Channel: 'ChannelName DataSource ContentType CompressionType=None RecordWrapperType=None InputMode',
  CheckpointConfig: 'S3Uri LocalPath',
  ContainerDefinition:
    '(ContainerHostname) Image (ImageConfig) Mode ModelDataUrl Environment ModelPackageName',
  ContinuousParameterRange: 'Name MinValue MaxValue ScalingType',
  DataCaptureConfig:
    'InitialSamplingPercentage DestinationS3Uri KmsKeyId CaptureOptions EnableCapture CaptureContentTypeHeader',
  DataSource: 'S3DataSource',
  DeploymentConfig: 'BlueGreenUpdatePolicy RollingUpdatePolicy AutoRollbackConfiguration',
  DesiredWeightAndCapacity: 'VariantName DesiredWeight DesiredInstanceCount',
  DriftCheckBaselines: '*',
  HyperParameterAlgorithmSpecification: 'TrainingInputMode TrainingImage MetricDefinitions',
  HyperParameterTrainingJobDefinition:
    'AlgorithmSpecification RoleArn OutputDataConfig StoppingCondition StaticHyperParameters ' +
    'InputDataConfig (VpcConfig) ResourceConfig HyperParameterTuningResourceConfig EnableNetworkIsolation ' +
    'EnableInterContainerTrafficEncryption EnableManagedSpotTraining CheckpointConfig Environment',
  HyperParameterTuningJobConfig:
    'Strategy ResourceLimits HyperParameterTuningJobObjective ParameterRanges ' +
    'TrainingJobEarlyStoppingType=Off RandomSeed',
  HyperParameterTuningJobObjective: 'Type MetricName',
  HyperParameterTuningResourceConfig: 'InstanceType InstanceCount VolumeSizeInGB VolumeKmsKeyId',
  InferenceSpecification: '*',
  Filter: 'Name Operator=Contains|Equals|Exists|NotEquals|NotExists Value',
  IntegerParameterRange: 'Name MinValue MaxValue ScalingType',
  MetadataProperties: '*',
  MetricDefinition: 'Name Regex',
  ModelLifeCycle: '*',
  ModelMetrics: '*',
  ModelPackageModelCard: '*',
  NetworkConfig: '(EnableInterContainerTrafficEncryption) EnableNetworkIsolation=false (VpcConfig)',
  OutputDataConfig: 'KmsKeyId S3OutputPath',
  ParameterRanges: 'IntegerParameterRanges ContinuousParameterRanges CategoricalParameterRanges',
  ProcessingClusterConfig: 'VolumeKmsKeyId VolumeSizeInGB InstanceCount InstanceType',
  ProcessingInput: 'InputName AppManaged=false S3Input',
  ProcessingOutput: 'OutputName S3Output AppManaged=false',
  ProcessingOutputConfig: 'Outputs KmsKeyId',
  ProcessingResources: 'ClusterConfig',
  ProcessingS3Input: 'S3Uri S3DataType LocalPath S3InputMode (S3DataDistributionType) S3CompressionType=None',
  ProcessingS3Output: 'S3Uri S3UploadMode LocalPath',
  ProcessingStoppingCondition: 'MaxRuntimeInSeconds',
  ProductionVariant:
    'VariantName ModelName InitialInstanceCount InstanceType InitialVariantWeight VolumeSizeInGB ' +
    '(ModelDataDownloadTimeoutInSeconds) ContainerStartupHealthCheckTimeoutInSeconds ServerlessConfig',
  ProductionVariantServerlessConfig: '(MemorySizeInMB) MaxConcurrency ProvisionedConcurrency',
  ResourceConfig: 'InstanceType InstanceCount VolumeKmsKeyId VolumeSizeInGB',
  ResourceLimits: 'MaxParallelTrainingJobs MaxNumberOfTrainingJobs',
  RollingUpdatePolicy: 'MaximumBatchSize WaitIntervalInSeconds MaximumExecutionTimeoutInSeconds',
  S3DataSource: 'S3DataType S3Uri (S3DataDistributionType)',
  SearchExpression: 'Filters Operator',
  StoppingCondition: 'MaxRuntimeInSeconds MaxWaitTimeInSeconds',
  Tag: 'Key Value',
  TrafficRoutingConfig: 'Type WaitIntervalInSeconds CanarySize LinearStepSize',
  TransformDataSource: 'S3DataSource',
  TransformInput: 'DataSource ContentType CompressionType=None SplitType',
  TransformOutput: 'KmsKeyId S3OutputPath Accept AssembleWith',
  TransformResources: 'InstanceType InstanceCount VolumeKmsKeyId',
  TransformS3DataSource: 'S3DataType S3Uri',
  VariantProperty: 'VariantPropertyType',
};
