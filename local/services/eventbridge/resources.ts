import type {
  ResourceContext,
  ResourceProvider,
  ResourceState,
  TemplateProperties,
} from '../../gateway/service';

const DEFAULT_BUS = 'default';

/** AWS::Events::Rule */
export const ruleResource: ResourceProvider = {
  properties: [
    'Name',
    'Description',
    'EventBusName',
    'EventPattern',
    'ScheduleExpression',
    'State',
    'RoleArn',
    'Targets',
    'Tags',
  ],
  createOnly: ['Name', 'EventBusName'],

  async create(properties, context) {
    const name = (properties.Name as string | undefined) ?? context.generateName({ maxLength: 64 });
    return put(name, properties, {}, context);
  },

  async update(physicalId, properties, previous, context) {
    return put(physicalId.split('|').pop() as string, properties, previous, context);
  },

  async delete(physicalId, properties, context) {
    const name = physicalId.split('|').pop();
    const EventBusName = properties.EventBusName;
    try {
      await removeTargets(name as string, EventBusName, targetIds(properties), context);
      await context.call('events', 'DeleteRule', { Name: name, EventBusName });
    } catch (error) {
      ignoreMissing(error);
    }
  },
};

async function put(
  name: string,
  properties: TemplateProperties,
  previous: TemplateProperties,
  context: ResourceContext,
): Promise<ResourceState> {
  const { EventBusName, EventPattern, Targets, Tags, ...rest } = properties;
  const { RuleArn } = await context.call<{ RuleArn: string }>('events', 'PutRule', {
    ...rest,
    Name: name,
    EventBusName,
    EventPattern: EventPattern && JSON.stringify(EventPattern),
    Tags,
  });
  const kept = targetIds(properties);
  await removeTargets(
    name,
    EventBusName,
    targetIds(previous).filter((id) => !kept.includes(id)),
    context,
  );
  if (kept.length > 0) {
    await context.call('events', 'PutTargets', { Rule: name, EventBusName, Targets });
  }
  const busName = (EventBusName as string | undefined)?.split('/').pop() ?? DEFAULT_BUS;
  return {
    physicalId: busName === DEFAULT_BUS ? name : `${busName}|${name}`,
    attributes: { Arn: RuleArn },
  };
}

function targetIds({ Targets }: TemplateProperties): string[] {
  return ((Targets ?? []) as { Id: string }[]).map(({ Id }) => Id);
}

async function removeTargets(
  rule: string,
  busName: string | undefined,
  ids: string[],
  context: ResourceContext,
): Promise<void> {
  if (ids.length === 0) return;
  await context.call('events', 'RemoveTargets', { Rule: rule, EventBusName: busName, Ids: ids });
}

/** AWS::Events::EventBus */
export const eventBusResource: ResourceProvider = {
  properties: ['Name', 'Description', 'Tags'],
  createOnly: ['Name', 'Description'],

  async create({ Name, Description, Tags }, context) {
    const { EventBusArn } = await context.call<{ EventBusArn: string }>('events', 'CreateEventBus', {
      Name,
      Description,
      Tags,
    });
    return busState(Name, EventBusArn);
  },

  async update(name, { Tags }, _previous, context) {
    const { Arn } = await context.call<{ Arn: string }>('events', 'DescribeEventBus', { Name: name });
    await context.call('events', 'TagResource', { ResourceARN: Arn, Tags: Tags ?? [] });
    return busState(name, Arn);
  },

  async delete(name, _properties, context) {
    await context.call('events', 'DeleteEventBus', { Name: name });
  },
};

function busState(name: string, arn: string): ResourceState {
  return { physicalId: name, attributes: { Arn: arn, Name: name } };
}

function ignoreMissing(error: unknown): void {
  if ((error as Error).name !== 'ResourceNotFoundException') throw error;
}
