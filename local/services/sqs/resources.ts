import type {
  ResourceContext,
  ResourceProvider,
  ResourceState,
  TemplateProperties,
} from '../../gateway/service';
import { tagMap } from '../template-tags';

const NUMBERS = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'SqsManagedSseEnabled',
];
const DOCUMENTS = ['RedrivePolicy', 'RedriveAllowPolicy'];

/** AWS::SQS::Queue */
export const queueResource: ResourceProvider = {
  properties: ['QueueName', 'FifoQueue', 'ContentBasedDeduplication', 'Tags', ...NUMBERS, ...DOCUMENTS],
  createOnly: ['QueueName', 'FifoQueue'],

  async create(properties, context) {
    const QueueName = properties.QueueName ?? context.generateName({ maxLength: 80 });
    const { QueueUrl } = await context.call<{ QueueUrl: string }>('sqs', 'CreateQueue', {
      QueueName,
      Attributes: attributes(properties),
      tags: tagMap(properties.Tags),
    });
    return state(QueueUrl, context);
  },

  async update(url, properties, previous, context) {
    // A property that is gone returns to its default, which an empty value stands for.
    const gone = Object.keys(attributes(previous)).map((name) => [name, '']);
    await context.call('sqs', 'SetQueueAttributes', {
      QueueUrl: url,
      Attributes: { ...Object.fromEntries(gone), ...attributes(properties) },
    });
    return state(url, context);
  },

  async delete(url, _properties, context) {
    await context.call('sqs', 'DeleteQueue', { QueueUrl: url }).catch(ignoreMissing);
  },
};

function attributes(properties: TemplateProperties): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name of [...NUMBERS, 'FifoQueue', 'ContentBasedDeduplication']) {
    if (properties[name] !== undefined) result[name] = String(properties[name]);
  }
  for (const name of DOCUMENTS) if (properties[name]) result[name] = JSON.stringify(properties[name]);
  return result;
}

async function state(url: string, context: ResourceContext): Promise<ResourceState> {
  const { Attributes } = await context.call<{ Attributes: Record<string, string> }>(
    'sqs',
    'GetQueueAttributes',
    {
      QueueUrl: url,
      AttributeNames: ['QueueArn'],
    },
  );
  return {
    physicalId: url,
    attributes: { Arn: Attributes.QueueArn, QueueName: url.split('/').pop(), QueueUrl: url },
  };
}

/** AWS::SQS::QueuePolicy */
export const queuePolicyResource: ResourceProvider = {
  properties: ['PolicyDocument', 'Queues'],
  createOnly: [],

  async create({ PolicyDocument, Queues }, context) {
    for (const queue of Queues as string[]) await setPolicy(queue, JSON.stringify(PolicyDocument), context);
    return { physicalId: context.generateName() };
  },

  async update(physicalId, { PolicyDocument, Queues }, previous, context) {
    for (const queue of Queues as string[]) await setPolicy(queue, JSON.stringify(PolicyDocument), context);
    for (const queue of (previous.Queues ?? []) as string[]) {
      if (!Queues.includes(queue)) await setPolicy(queue, '', context).catch(ignoreMissing);
    }
    return { physicalId };
  },

  async delete(_physicalId, { Queues }, context) {
    for (const queue of Queues as string[]) await setPolicy(queue, '', context).catch(ignoreMissing);
  },
};

async function setPolicy(queueUrl: string, Policy: string, context: ResourceContext): Promise<void> {
  await context.call('sqs', 'SetQueueAttributes', { QueueUrl: queueUrl, Attributes: { Policy } });
}

function ignoreMissing(error: unknown): void {
  if ((error as Error).name !== 'QueueDoesNotExist') throw error;
}
