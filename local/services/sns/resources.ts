import type {
  ResourceContext,
  ResourceProvider,
  ResourceState,
  TemplateProperties,
} from '../../gateway/service';

const TOPIC_ATTRIBUTES = ['DisplayName', 'KmsMasterKeyId'];

/** AWS::SNS::Topic */
export const topicResource: ResourceProvider = {
  properties: ['TopicName', 'Subscription', 'Tags', ...TOPIC_ATTRIBUTES],
  createOnly: ['TopicName'],

  async create(properties, context) {
    const Name = properties.TopicName ?? context.generateName({ maxLength: 256 });
    const { TopicArn } = await context.call<{ TopicArn: string }>('sns', 'CreateTopic', {
      Name,
      Attributes: attributes(properties),
      Tags: properties.Tags,
    });
    await subscribeAll(TopicArn, properties, context);
    return topicState(TopicArn);
  },

  async update(arn, properties, previous, context) {
    for (const AttributeName of TOPIC_ATTRIBUTES) {
      if (properties[AttributeName] === previous[AttributeName]) continue;
      const AttributeValue = String(properties[AttributeName] ?? '');
      await context.call('sns', 'SetTopicAttributes', { TopicArn: arn, AttributeName, AttributeValue });
    }
    await subscribeAll(arn, properties, context);
    return topicState(arn);
  },

  async delete(arn, _properties, context) {
    await context.call('sns', 'DeleteTopic', { TopicArn: arn });
  },
};

function attributes(properties: TemplateProperties): Record<string, string> {
  return Object.fromEntries(
    TOPIC_ATTRIBUTES.filter((name) => properties[name] !== undefined).map((name) => [
      name,
      String(properties[name]),
    ]),
  );
}

async function subscribeAll(
  TopicArn: string,
  { Subscription }: TemplateProperties,
  context: ResourceContext,
) {
  for (const { Protocol, Endpoint } of (Subscription ?? []) as TemplateProperties[]) {
    await context.call('sns', 'Subscribe', { TopicArn, Protocol, Endpoint });
  }
}

function topicState(arn: string): ResourceState {
  return { physicalId: arn, attributes: { TopicArn: arn, TopicName: arn.split(':').pop() } };
}

const SUBSCRIPTION_ATTRIBUTES = ['RawMessageDelivery', 'FilterPolicy', 'FilterPolicyScope', 'RedrivePolicy'];

/** AWS::SNS::Subscription */
export const subscriptionResource: ResourceProvider = {
  properties: ['TopicArn', 'Protocol', 'Endpoint', ...SUBSCRIPTION_ATTRIBUTES],
  createOnly: ['TopicArn', 'Protocol', 'Endpoint'],

  async create(properties, context) {
    const { TopicArn, Protocol, Endpoint } = properties;
    const { SubscriptionArn } = await context.call<{ SubscriptionArn: string }>('sns', 'Subscribe', {
      TopicArn,
      Protocol,
      Endpoint,
      ReturnSubscriptionArn: true,
      Attributes: Object.fromEntries(
        SUBSCRIPTION_ATTRIBUTES.filter((name) => properties[name] !== undefined).map((name) => [
          name,
          text(properties[name]),
        ]),
      ),
    });
    return { physicalId: SubscriptionArn, attributes: { Arn: SubscriptionArn } };
  },

  async update(arn, properties, previous, context) {
    for (const AttributeName of SUBSCRIPTION_ATTRIBUTES) {
      const [before, after] = [text(previous[AttributeName]), text(properties[AttributeName])];
      if (before === after) continue;
      await context.call('sns', 'SetSubscriptionAttributes', {
        SubscriptionArn: arn,
        AttributeName,
        AttributeValue: after,
      });
    }
    return { physicalId: arn, attributes: { Arn: arn } };
  },

  async delete(arn, _properties, context) {
    await context.call('sns', 'Unsubscribe', { SubscriptionArn: arn }).catch(ignoreMissing);
  },
};

function text(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** AWS::SNS::TopicPolicy */
export const topicPolicyResource: ResourceProvider = {
  properties: ['PolicyDocument', 'Topics'],
  createOnly: [],

  async create({ PolicyDocument, Topics }, context) {
    for (const topic of Topics as string[]) await setPolicy(topic, JSON.stringify(PolicyDocument), context);
    const id = context.generateName();
    return { physicalId: id, attributes: { Id: id } };
  },

  async update(physicalId, { PolicyDocument, Topics }, previous, context) {
    for (const topic of Topics as string[]) await setPolicy(topic, JSON.stringify(PolicyDocument), context);
    for (const topic of (previous.Topics ?? []) as string[]) {
      if (!Topics.includes(topic)) await setPolicy(topic, '', context).catch(ignoreMissing);
    }
    return { physicalId, attributes: { Id: physicalId } };
  },

  async delete(_physicalId, { Topics }, context) {
    for (const topic of Topics as string[]) await setPolicy(topic, '', context).catch(ignoreMissing);
  },
};

/** An empty policy stands for the default one. */
async function setPolicy(TopicArn: string, AttributeValue: string, context: ResourceContext): Promise<void> {
  await context.call('sns', 'SetTopicAttributes', { TopicArn, AttributeName: 'Policy', AttributeValue });
}

function ignoreMissing(error: unknown): void {
  if ((error as Error).name !== 'NotFoundException') throw error;
}
