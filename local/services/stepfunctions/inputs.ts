import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  CreateStateMachine:
    'name definition roleArn type loggingConfiguration tags tracingConfiguration ' +
    'encryptionConfiguration publish=false',
  DeleteStateMachine: 'stateMachineArn',
  DescribeMapRun: 'mapRunArn',
  DescribeExecution: 'executionArn includedData=ALL_DATA',
  DescribeStateMachine: 'stateMachineArn includedData=ALL_DATA',
  DescribeStateMachineForExecution: 'executionArn includedData=ALL_DATA',
  GetExecutionHistory: 'executionArn maxResults reverseOrder nextToken includeExecutionData',
  ListExecutions: 'stateMachineArn mapRunArn statusFilter maxResults nextToken',
  ListMapRuns: 'executionArn maxResults nextToken',
  ListStateMachines: 'maxResults nextToken',
  ListTagsForResource: 'resourceArn',
  SendTaskFailure: 'taskToken error cause',
  SendTaskHeartbeat: 'taskToken',
  SendTaskSuccess: 'taskToken output',
  StartExecution: 'stateMachineArn name input traceHeader',
  StopExecution: 'executionArn error cause',
  TagResource: 'resourceArn tags',
  UntagResource: 'resourceArn tagKeys',
  UpdateMapRun: 'mapRunArn maxConcurrency toleratedFailurePercentage toleratedFailureCount',
  UpdateStateMachine:
    'stateMachineArn definition roleArn loggingConfiguration tracingConfiguration ' +
    'encryptionConfiguration publish=false',
  ValidateStateMachineDefinition: 'definition type severity=ERROR|WARNING maxResults',

  CloudWatchLogsLogGroup: 'logGroupArn',
  EncryptionConfiguration: 'kmsKeyId kmsDataKeyReusePeriodSeconds type',
  LogDestination: 'cloudWatchLogsLogGroup',
  LoggingConfiguration: 'level includeExecutionData destinations',
  Tag: 'key value',
  TracingConfiguration: 'enabled',
};
