import type * as sdk from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Cloud, Operations } from '../../gateway/service';
import { describeParameters } from './parameters';
import { requiredCapability } from './resource-types';
import type { Stack, StackResource } from './stack';
import type { StackStore } from './stack-store';
import { parseTemplate, type Template } from './template';
import { templateText } from './template-source';

type DescriptionOperations = Pick<
  Operations<typeof sdk>,
  | 'DescribeStacks'
  | 'ListStacks'
  | 'DescribeStackEvents'
  | 'DescribeEvents'
  | 'DescribeStackResource'
  | 'DescribeStackResources'
  | 'ListStackResources'
  | 'GetTemplate'
  | 'GetTemplateSummary'
  | 'ValidateTemplate'
  | 'ListExports'
  | 'ListImports'
>;

const PAGE = 100;

/** Operations that only tell what is there. */
export function descriptionOperations(cloud: Cloud, store: StackStore): DescriptionOperations {
  return {
    DescribeStacks: (input) => {
      const stacks = input.StackName === undefined ? store.living() : [store.findStack(input.StackName)];
      const { page, nextToken } = paginate(stacks, PAGE, input.NextToken);
      return { Stacks: page.map(describeStack), NextToken: nextToken };
    },

    ListStacks: (input) => {
      const wanted = input.StackStatusFilter ?? [];
      const stacks = [...store.stacks.values()].filter(
        ({ status }) => wanted.length === 0 || wanted.includes(status),
      );
      const { page, nextToken } = paginate(stacks, PAGE, input.NextToken);
      return { StackSummaries: page.map(summarizeStack), NextToken: nextToken };
    },

    DescribeStackEvents: (input) => {
      const events = [...store.eventsOf(store.findStack(input.StackName))].reverse();
      const { page, nextToken } = paginate(events, PAGE, input.NextToken);
      return { StackEvents: page, NextToken: nextToken };
    },

    DescribeEvents: (input) => {
      // What a change set could object to is said when it is asked for: it has no events of its own.
      if (input.ChangeSetName) return { OperationEvents: [] };
      const events = store
        .eventsOf(store.findStack(input.StackName))
        .filter(({ OperationId }) => (input.OperationId ?? OperationId) === OperationId)
        .filter(({ ResourceStatus }) => !input.Filters?.FailedEvents || ResourceStatus?.endsWith('_FAILED'));
      const { page, nextToken } = paginate(events.reverse(), PAGE, input.NextToken);
      return {
        OperationEvents: page.map(({ StackName, ...event }) => ({ ...event, EventType: 'STACK_EVENT' })),
        NextToken: nextToken,
      };
    },

    DescribeStackResource: (input) => {
      const stack = store.findStack(input.StackName);
      const resource = stack.resources.get(input.LogicalResourceId as string);
      if (!resource) {
        throw new AwsError(
          'ValidationError',
          `Resource ${input.LogicalResourceId} does not exist for stack ${stack.name}`,
        );
      }
      const { Timestamp, ...description } = describeResource(stack, resource);
      return {
        StackResourceDetail: {
          ...description,
          LastUpdatedTimestamp: Timestamp,
          Metadata: JSON.stringify(resource.metadata ?? {}),
        },
      };
    },

    DescribeStackResources: (input) => {
      const stack = input.StackName
        ? store.findStack(input.StackName)
        : stackWithResource(store, input.PhysicalResourceId);
      const resources = [...stack.resources.values()].filter(
        ({ logicalId, physicalId }) =>
          (input.LogicalResourceId ?? logicalId) === logicalId &&
          (input.PhysicalResourceId ?? physicalId) === physicalId,
      );
      return { StackResources: resources.map((resource) => describeResource(stack, resource)) };
    },

    ListStackResources: (input) => {
      const stack = store.findStack(input.StackName);
      const { page, nextToken } = paginate([...stack.resources.values()], PAGE, input.NextToken);
      return {
        StackResourceSummaries: page.map((resource) => {
          const { Timestamp, StackId, StackName, ...summary } = describeResource(stack, resource);
          return { ...summary, LastUpdatedTimestamp: Timestamp };
        }),
        NextToken: nextToken,
      };
    },

    GetTemplate: (input) => ({
      TemplateBody: input.ChangeSetName
        ? store.findChangeSet(input.ChangeSetName, input.StackName).goal.templateBody
        : (store.findStack(input.StackName).goal?.templateBody ?? '{}'),
      StagesAvailable: ['Original', 'Processed'],
    }),

    GetTemplateSummary: async (input, { principal }) => {
      const stack = input.StackName === undefined ? undefined : store.findStack(input.StackName);
      const isOfStack = stack && input.TemplateBody === undefined && input.TemplateURL === undefined;
      const source = isOfStack ? { UsePreviousTemplate: true } : input;
      const template = parseTemplate(await templateText(cloud, source, principal, stack));
      return {
        ...describeTemplate(template),
        ResourceTypes: [...new Set(Object.values(template.Resources).map(({ Type }) => Type))],
        Version: '2010-09-09',
        ...(template.Metadata !== undefined && { Metadata: JSON.stringify(template.Metadata) }),
      };
    },

    ValidateTemplate: async (input, { principal }) =>
      describeTemplate(parseTemplate(await templateText(cloud, input, principal))),

    ListExports: (input) => {
      const exports = store.living().flatMap(({ id, outputs }) =>
        outputs
          .filter(({ ExportName }) => ExportName !== undefined)
          .map(({ ExportName, OutputValue }) => ({
            ExportingStackId: id,
            Name: ExportName,
            Value: OutputValue,
          })),
      );
      const { page, nextToken } = paginate(exports, PAGE, input.NextToken);
      return { Exports: page, NextToken: nextToken };
    },

    ListImports: (input) => {
      const importers = store.importersOf(input.ExportName as string);
      if (importers.length === 0) {
        throw new AwsError('ValidationError', `Export '${input.ExportName}' is not imported by any stack.`);
      }
      return { Imports: importers.map(({ name }) => name) };
    },
  };
}

function describeStack(stack: Stack): sdk.Stack {
  const { goal } = stack;
  return {
    StackId: stack.id,
    StackName: stack.name,
    ChangeSetId: stack.changeSetId,
    Description: goal?.description,
    Parameters: describeParameters(goal?.parameters ?? {}),
    CreationTime: stack.created,
    LastUpdatedTime: stack.updated,
    DeletionTime: stack.deleted,
    RollbackConfiguration: {},
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DisableRollback: stack.onFailure === 'DO_NOTHING',
    NotificationARNs: [],
    Capabilities: [...(goal?.capabilities ?? [])],
    Outputs: [...stack.outputs],
    RoleARN: stack.roleArn,
    Tags: [...(goal?.tags ?? [])],
    EnableTerminationProtection: stack.terminationProtection,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

function summarizeStack(stack: Stack): sdk.StackSummary {
  return {
    StackId: stack.id,
    StackName: stack.name,
    TemplateDescription: stack.goal?.description,
    CreationTime: stack.created,
    LastUpdatedTime: stack.updated,
    DeletionTime: stack.deleted,
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

function describeResource(stack: Stack, resource: StackResource) {
  return {
    StackId: stack.id,
    StackName: stack.name,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.statusReason,
    Timestamp: resource.updated,
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  } as const;
}

function describeTemplate(template: Template) {
  const capability = requiredCapability(template);
  return {
    Description: template.Description,
    Parameters: Object.entries(template.Parameters).map(([ParameterKey, definition]) => ({
      ParameterKey,
      ParameterType: definition.Type,
      Description: definition.Description,
      NoEcho: String(definition.NoEcho) === 'true',
      ...(definition.Default !== undefined && { DefaultValue: String(definition.Default) }),
    })),
    Capabilities: capability ? [capability] : [],
    ...(capability && { CapabilitiesReason: 'The template contains IAM resources' }),
  };
}

function stackWithResource(store: StackStore, physicalId: string | undefined): Stack {
  const stack = store
    .living()
    .find(({ resources }) => [...resources.values()].some((resource) => resource.physicalId === physicalId));
  if (!stack) throw new AwsError('ValidationError', `Stack for ${physicalId} does not exist`);
  return stack;
}
