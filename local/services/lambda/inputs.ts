import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  AddPermission:
    'FunctionName StatementId Action Principal SourceArn SourceAccount Qualifier RevisionId ' +
    'FunctionUrlAuthType InvokedViaFunctionUrl',
  CreateAlias: 'FunctionName Name FunctionVersion Description RoutingConfig',
  CreateEventSourceMapping:
    'FunctionName EventSourceArn Enabled BatchSize MaximumBatchingWindowInSeconds FilterCriteria ' +
    'FunctionResponseTypes ScalingConfig StartingPosition StartingPositionTimestamp ' +
    'ParallelizationFactor MaximumRecordAgeInSeconds MaximumRetryAttempts BisectBatchOnFunctionError ' +
    'DestinationConfig SelfManagedEventSource SelfManagedKafkaEventSourceConfig Topics ' +
    'SourceAccessConfigurations Tags',
  CreateFunction:
    'FunctionName Role Code Runtime Handler Description Timeout MemorySize Publish PackageType ' +
    'Environment TracingConfig Tags Layers Architectures EphemeralStorage LoggingConfig (VpcConfig) KMSKeyArn',
  CreateFunctionUrlConfig: 'FunctionName Qualifier AuthType Cors InvokeMode=BUFFERED',
  DeleteAlias: 'FunctionName Name',
  DeleteEventSourceMapping: 'UUID',
  DeleteFunction: 'FunctionName Qualifier',
  DeleteFunctionConcurrency: 'FunctionName',
  DeleteFunctionEventInvokeConfig: 'FunctionName Qualifier',
  DeleteFunctionUrlConfig: 'FunctionName Qualifier',
  DeleteProvisionedConcurrencyConfig: 'FunctionName Qualifier',
  DeleteLayerVersion: 'LayerName VersionNumber',
  GetAlias: 'FunctionName Name',
  GetEventSourceMapping: 'UUID',
  GetFunction: 'FunctionName Qualifier',
  GetFunctionConcurrency: 'FunctionName',
  GetFunctionConfiguration: 'FunctionName Qualifier',
  GetFunctionEventInvokeConfig: 'FunctionName Qualifier',
  GetFunctionUrlConfig: 'FunctionName Qualifier',
  GetLayerVersion: 'LayerName VersionNumber',
  GetPolicy: 'FunctionName Qualifier',
  GetProvisionedConcurrencyConfig: 'FunctionName Qualifier',
  Invoke: 'FunctionName InvocationType LogType ClientContext Payload Qualifier',
  ListAliases: 'FunctionName FunctionVersion Marker MaxItems',
  ListEventSourceMappings: 'EventSourceArn FunctionName Marker MaxItems',
  ListFunctionUrlConfigs: 'FunctionName Marker MaxItems',
  ListFunctions: 'Marker MaxItems',
  ListLayerVersions: 'LayerName Marker MaxItems',
  ListProvisionedConcurrencyConfigs: 'FunctionName Marker MaxItems',
  ListTags: 'Resource',
  ListVersionsByFunction: 'FunctionName Marker MaxItems',
  PublishLayerVersion: 'LayerName Content Description CompatibleArchitectures CompatibleRuntimes LicenseInfo',
  PublishVersion: 'FunctionName CodeSha256 Description RevisionId',
  PutFunctionConcurrency: 'FunctionName ReservedConcurrentExecutions',
  PutFunctionEventInvokeConfig:
    'FunctionName Qualifier MaximumRetryAttempts MaximumEventAgeInSeconds DestinationConfig',
  PutProvisionedConcurrencyConfig: 'FunctionName Qualifier ProvisionedConcurrentExecutions',
  RemovePermission: 'FunctionName StatementId Qualifier RevisionId',
  TagResource: 'Resource Tags',
  UntagResource: 'Resource TagKeys',
  UpdateAlias: 'FunctionName Name FunctionVersion Description RoutingConfig RevisionId',
  UpdateEventSourceMapping:
    'UUID FunctionName Enabled BatchSize MaximumBatchingWindowInSeconds FilterCriteria ' +
    'FunctionResponseTypes ScalingConfig ParallelizationFactor MaximumRecordAgeInSeconds ' +
    'MaximumRetryAttempts BisectBatchOnFunctionError DestinationConfig',
  UpdateFunctionCode:
    'FunctionName ZipFile S3Bucket S3Key S3ObjectVersion Architectures Publish DryRun=false ' + 'RevisionId',
  UpdateFunctionConfiguration:
    'FunctionName Role Handler Description Timeout MemorySize Environment Runtime TracingConfig ' +
    'RevisionId Layers EphemeralStorage LoggingConfig (VpcConfig) KMSKeyArn',

  UpdateFunctionUrlConfig: 'FunctionName Qualifier AuthType Cors InvokeMode=BUFFERED',

  AliasRoutingConfiguration: 'AdditionalVersionWeights',
  Cors: 'AllowCredentials AllowHeaders AllowMethods AllowOrigins ExposeHeaders MaxAge',
  DestinationConfig: 'OnSuccess OnFailure',
  Environment: 'Variables',
  EphemeralStorage: 'Size',
  Filter: 'Pattern',
  FilterCriteria: 'Filters',
  FunctionCode: 'ZipFile S3Bucket S3Key S3ObjectVersion ImageUri',
  LayerVersionContentInput: 'S3Bucket S3Key S3ObjectVersion ZipFile',
  LoggingConfig: 'LogFormat ApplicationLogLevel SystemLogLevel LogGroup',
  OnFailure: 'Destination',
  OnSuccess: 'Destination',
  ScalingConfig: 'MaximumConcurrency',
  SelfManagedEventSource: 'Endpoints',
  SelfManagedKafkaEventSourceConfig: 'ConsumerGroupId',
  SourceAccessConfiguration: 'Type=VPC_SUBNET|VPC_SECURITY_GROUP URI',
  TracingConfig: 'Mode',
};
