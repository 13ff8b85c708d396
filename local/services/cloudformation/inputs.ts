import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  CreateChangeSet:
    'StackName ChangeSetName TemplateBody TemplateURL UsePreviousTemplate Parameters Capabilities ' +
    'ResourceTypes RoleARN RollbackConfiguration NotificationARNs Tags ClientToken Description ' +
    'ChangeSetType (IncludeNestedStacks) OnStackFailure (ImportExistingResources) DeploymentMode ' +
    'DeploymentConfig',
  CreateStack:
    'StackName TemplateBody TemplateURL Parameters DisableRollback RollbackConfiguration ' +
    'TimeoutInMinutes NotificationARNs Capabilities ResourceTypes RoleARN OnFailure StackPolicyBody ' +
    'StackPolicyURL Tags ClientRequestToken EnableTerminationProtection RetainExceptOnCreate ' +
    'DeploymentConfig',
  DeleteChangeSet: 'ChangeSetName StackName',
  DeleteStack: 'StackName RetainResources RoleARN ClientRequestToken DeletionMode=STANDARD DeploymentConfig',
  DescribeChangeSet: 'ChangeSetName StackName NextToken IncludePropertyValues',
  DescribeEvents: 'StackName ChangeSetName OperationId Filters NextToken',
  DescribeStackEvents: 'StackName NextToken',
  DescribeStackResource: 'StackName LogicalResourceId',
  DescribeStackResources: 'StackName LogicalResourceId PhysicalResourceId',
  DescribeStacks: 'StackName NextToken',
  ExecuteChangeSet: 'ChangeSetName StackName ClientRequestToken DisableRollback RetainExceptOnCreate=false',
  GetTemplate: 'StackName ChangeSetName TemplateStage=Original',
  GetTemplateSummary: 'TemplateBody TemplateURL StackName',
  ListChangeSets: 'StackName NextToken',
  ListExports: 'NextToken',
  ListImports: 'ExportName NextToken',
  ListStackResources: 'StackName NextToken',
  ListStacks: 'NextToken StackStatusFilter',
  UpdateStack:
    'StackName TemplateBody TemplateURL UsePreviousTemplate StackPolicyDuringUpdateBody ' +
    'StackPolicyDuringUpdateURL Parameters Capabilities ResourceTypes RoleARN RollbackConfiguration ' +
    'StackPolicyBody StackPolicyURL NotificationARNs Tags DisableRollback ClientRequestToken ' +
    'RetainExceptOnCreate DeploymentConfig',
  UpdateTerminationProtection: 'EnableTerminationProtection StackName',
  ValidateTemplate: 'TemplateBody TemplateURL',

  DeploymentConfig: 'Mode',
  EventFilter: 'FailedEvents',
  Parameter: 'ParameterKey ParameterValue UsePreviousValue',
  RollbackConfiguration: '(MonitoringTimeInMinutes)',
  Tag: 'Key Value',
};
