import * as sdk from '@aws-sdk/client-sns';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { PolicyDocument } from '../../gateway/policy';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { parsePolicy } from '../policy-text';
import { acceptsMessage, validateFilterPolicy } from './filter-policy';
import { implementedInputs } from './inputs';
import { MessageDelivery } from './message-delivery';
import { subscriptionResource, topicPolicyResource, topicResource } from './resources';
import {
  defaultPolicy,
  type Mail,
  type Protocol,
  type PublishedMessage,
  type StoredSubscription,
  type StoredTopic,
} from './topic';
import { TopicEncryption } from './topic-encryption';

const PAGE = 100;
const MOST_MESSAGES = 1_000;
const LARGEST_MESSAGE_BYTES = 262_144;
const MOST_ENTRIES = 10;
const TOPIC_ATTRIBUTES = ['Policy', 'DisplayName', 'KmsMasterKeyId'];
const SUBSCRIPTION_ATTRIBUTES = ['RawMessageDelivery', 'FilterPolicy', 'FilterPolicyScope', 'RedrivePolicy'];
const PROTOCOLS: readonly string[] = ['sqs', 'lambda', 'email', 'email-json'];

/** SNS: topics with queues, functions and mail addresses as subscribers. Mails are kept, not sent. */
export class SnsService implements Service {
  readonly name = 'sns';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    'AWS::SNS::Topic': topicResource,
    'AWS::SNS::Subscription': subscriptionResource,
    'AWS::SNS::TopicPolicy': topicPolicyResource,
  };
  private readonly topics: Map<string, StoredTopic>;
  private readonly subscriptions: Map<string, StoredSubscription>;
  /** The last ones of each topic. */
  private readonly published: Map<string, PublishedMessage[]>;
  private readonly sentMails: Map<string, Mail[]>;
  private readonly delivery: MessageDelivery;
  private readonly encryption: TopicEncryption;

  constructor(private readonly cloud: Cloud) {
    this.topics = cloud.table('sns/topics');
    this.subscriptions = cloud.table('sns/subscriptions');
    this.published = cloud.table('sns/messages');
    this.sentMails = cloud.table('sns/mails');
    this.encryption = new TopicEncryption(cloud);
    this.delivery = new MessageDelivery(cloud, (mail) => this.keepMail(mail));
  }

  readonly operations: Operations<typeof sdk> = {
    CreateTopic: (input) => {
      const name = input.Name as string;
      if (name.endsWith('.fifo') || input.Attributes?.FifoTopic === 'true') {
        throw new NotImplementedError(`FIFO topics (${name})`);
      }
      if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw invalid('Topic Name');
      for (const [attribute, value] of Object.entries(input.Attributes ?? {}))
        validateAttribute(attribute, value);
      this.encryption.check(input.Attributes ?? {});
      const arn = this.cloud.arn('sns', name);
      if (!this.topics.has(arn)) {
        const tags = Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
        this.topics.set(arn, { name, arn, attributes: { ...input.Attributes }, tags });
      }
      return { TopicArn: arn };
    },

    /** Deleting twice is no error. */
    DeleteTopic: (input) => {
      const arn = input.TopicArn as string;
      this.topics.delete(arn);
      this.published.delete(arn);
      for (const subscription of this.subscriptionsOf(arn)) this.subscriptions.delete(subscription.arn);
      return {};
    },

    ListTopics: (input) => {
      const { page, nextToken } = paginate([...this.topics.keys()].sort(), PAGE, input.NextToken);
      return { Topics: page.map((TopicArn) => ({ TopicArn })), NextToken: nextToken };
    },

    GetTopicAttributes: (input) => {
      const topic = this.topic(input.TopicArn);
      const isPending = ({ protocol }: StoredSubscription) => protocol.startsWith('email');
      const subscriptions = this.subscriptionsOf(topic.arn);
      const pending = subscriptions.filter(isPending).length;
      return {
        Attributes: {
          DisplayName: '',
          ...topic.attributes,
          Policy: JSON.stringify(this.policyOf(topic)),
          TopicArn: topic.arn,
          Owner: this.cloud.account,
          SubscriptionsConfirmed: String(subscriptions.length - pending),
          SubscriptionsPending: String(pending),
          SubscriptionsDeleted: '0',
        },
      };
    },

    SetTopicAttributes: (input) => {
      const { attributes } = this.topic(input.TopicArn);
      const name = input.AttributeName as string;
      const value = input.AttributeValue ?? '';
      validateAttribute(name, value);
      this.encryption.check({ [name]: value });
      if (value === '') delete attributes[name];
      else attributes[name] = value;
      return {};
    },

    Subscribe: (input) => {
      const { arn: topicArn } = this.topic(input.TopicArn);
      const protocol = input.Protocol as Protocol;
      const endpoint = input.Endpoint ?? '';
      if (['http', 'https', 'sms', 'application', 'firehose'].includes(protocol)) {
        throw new NotImplementedError(`SNS subscriptions with the protocol ${protocol} (${endpoint})`);
      }
      if (!PROTOCOLS.includes(protocol)) throw invalid(`Does not support this protocol string: ${protocol}`);
      if (
        protocol.startsWith('email') ? !endpoint.includes('@') : !endpoint.startsWith(`arn:aws:${protocol}:`)
      ) {
        throw invalid(`${protocol} endpoint`);
      }
      const attributes = input.Attributes ?? {};
      for (const [name, value] of Object.entries(attributes)) validateSubscriptionAttribute(name, value);
      const existing = this.subscriptionsOf(topicArn).find(
        (one) => one.protocol === protocol && one.endpoint === endpoint,
      );
      const arn = existing?.arn ?? `${topicArn}:${this.cloud.uuid()}`;
      this.subscriptions.set(arn, {
        arn,
        topicArn,
        protocol,
        endpoint,
        attributes: existing?.attributes ?? { ...attributes },
      });
      const isPending = protocol.startsWith('email') && !input.ReturnSubscriptionArn;
      return { SubscriptionArn: isPending ? 'pending confirmation' : arn };
    },

    Unsubscribe: (input) => {
      this.subscriptions.delete(this.subscription(input.SubscriptionArn).arn);
      return {};
    },

    ListSubscriptions: (input) => {
      const { page, nextToken } = paginate([...this.subscriptions.values()], PAGE, input.NextToken);
      return { Subscriptions: page.map((one) => this.describeSubscription(one)), NextToken: nextToken };
    },

    ListSubscriptionsByTopic: (input) => {
      const { arn } = this.topic(input.TopicArn);
      const { page, nextToken } = paginate(this.subscriptionsOf(arn), PAGE, input.NextToken);
      return { Subscriptions: page.map((one) => this.describeSubscription(one)), NextToken: nextToken };
    },

    GetSubscriptionAttributes: (input) => {
      const { arn, topicArn, protocol, endpoint, attributes } = this.subscription(input.SubscriptionArn);
      return {
        Attributes: {
          RawMessageDelivery: 'false',
          ...attributes,
          ...(attributes.FilterPolicy && {
            FilterPolicyScope: attributes.FilterPolicyScope ?? 'MessageAttributes',
          }),
          SubscriptionArn: arn,
          TopicArn: topicArn,
          Protocol: protocol,
          Endpoint: endpoint,
          Owner: this.cloud.account,
          PendingConfirmation: String(protocol.startsWith('email')),
        },
      };
    },

    SetSubscriptionAttributes: (input) => {
      const { attributes } = this.subscription(input.SubscriptionArn);
      const name = input.AttributeName as string;
      const value = input.AttributeValue ?? '';
      validateSubscriptionAttribute(name, value);
      if (value === '') delete attributes[name];
      else attributes[name] = value;
      return {};
    },

    Publish: (input) => {
      const topicArn = input.TopicArn ?? input.TargetArn;
      if (topicArn === undefined) throw new NotImplementedError('PhoneNumber of Publish');
      return { MessageId: this.publish(this.topic(topicArn), input) };
    },

    PublishBatch: (input) => {
      const topic = this.topic(input.TopicArn);
      const entries = input.PublishBatchRequestEntries ?? [];
      const ids = new Set(entries.map(({ Id }) => Id));
      if (entries.length === 0) {
        throw new AwsError('EmptyBatchRequestException', "The batch request doesn't contain any entries.");
      }
      if (entries.length > MOST_ENTRIES) {
        throw new AwsError(
          'TooManyEntriesInBatchRequestException',
          `The batch request contains more entries than permissible: ${MOST_ENTRIES}.`,
        );
      }
      if (ids.size < entries.length) {
        throw new AwsError(
          'BatchEntryIdsNotDistinctException',
          'Two or more batch entries in the request have the same Id.',
        );
      }
      const Successful: sdk.PublishBatchResultEntry[] = [];
      const Failed: sdk.BatchResultErrorEntry[] = [];
      for (const entry of entries) {
        try {
          Successful.push({ Id: entry.Id, MessageId: this.publish(topic, entry) });
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
        }
      }
      return { Successful, Failed };
    },

    TagResource: (input) => {
      const { tags } = this.topic(input.ResourceArn);
      for (const { Key, Value } of input.Tags ?? []) tags[Key as string] = Value as string;
      return {};
    },

    UntagResource: (input) => {
      const { tags } = this.topic(input.ResourceArn);
      for (const name of input.TagKeys ?? []) delete tags[name];
      return {};
    },

    ListTagsForResource: (input) => ({
      Tags: Object.entries(this.topic(input.ResourceArn).tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  };

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const action = `sns:${operation === 'PublishBatch' ? 'Publish' : operation}`;
    if (operation === 'CreateTopic')
      return [{ action, resource: this.cloud.arn('sns', input.Name as string) }];
    const subscription = this.subscriptions.get((input.SubscriptionArn as string | undefined) ?? '');
    const resource = input.TopicArn ?? input.TargetArn ?? input.ResourceArn ?? subscription?.topicArn ?? '*';
    const publishes = action === 'sns:Publish';
    return [
      { action, resource: resource as string },
      ...(publishes ? this.encryption.publishPermissions(this.topics.get(resource as string)) : []),
    ];
  }

  resourcePolicy(arn: string): PolicyDocument | undefined {
    const topic = this.topics.get(arn);
    return topic && this.policyOf(topic);
  }

  /** What was published to a topic, the newest first; the last 1,000 are kept. */
  messages(topicArn: string): readonly PublishedMessage[] {
    return [...(this.published.get(topicArn) ?? [])].reverse();
  }

  /** The mails that would have been sent for a topic, the newest first; the last 1,000 are kept. */
  mails(topicArn: string): readonly Mail[] {
    return [...(this.sentMails.get(topicArn) ?? [])].reverse();
  }

  private publish(topic: StoredTopic, input: Omit<sdk.PublishInput, 'TopicArn'>): string {
    this.encryption.check(topic.attributes);
    const text = input.Message ?? '';
    const attributes = input.MessageAttributes ?? {};
    if (text === '') throw invalid('Empty message');
    if (Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(attributes)) > LARGEST_MESSAGE_BYTES) {
      throw invalid('Message too long');
    }
    if (
      input.Subject !== undefined &&
      (input.Subject === '' || input.Subject.length > 100 || /[\n\r]/.test(input.Subject))
    ) {
      throw invalid('Subject');
    }
    const message: PublishedMessage = {
      messageId: this.cloud.uuid(),
      topicArn: topic.arn,
      subject: input.Subject,
      message: text,
      byProtocol: input.MessageStructure === 'json' ? textsByProtocol(text) : undefined,
      attributes,
      publishedAt: this.cloud.clock.date(),
    };
    keepLast(this.published, topic.arn, message);
    for (const subscription of this.subscriptionsOf(topic.arn)) {
      if (acceptsMessage(subscription, message)) {
        this.cloud.clock.track(this.delivery.deliver(subscription, message));
      }
    }
    return message.messageId;
  }

  private keepMail(mail: Mail): void {
    keepLast(this.sentMails, mail.topicArn, mail);
    this.cloud.log(`sns: mail to ${mail.to}: ${mail.subject}`);
  }

  private policyOf(topic: StoredTopic): PolicyDocument {
    return parsePolicy(topic.attributes.Policy) ?? defaultPolicy(topic.arn, this.cloud.account);
  }

  private subscriptionsOf(topicArn: string): StoredSubscription[] {
    return [...this.subscriptions.values()].filter((subscription) => subscription.topicArn === topicArn);
  }

  private topic(arn: string | undefined): StoredTopic {
    const topic = this.topics.get(arn ?? '');
    if (!topic) throw new AwsError('NotFoundException', 'Topic does not exist');
    return topic;
  }

  private subscription(arn: string | undefined): StoredSubscription {
    const subscription = this.subscriptions.get(arn ?? '');
    if (!subscription) throw new AwsError('NotFoundException', 'Subscription does not exist');
    return subscription;
  }

  /** Nobody can follow the link in a mail that was never sent: addresses stay unconfirmed. */
  private describeSubscription({ arn, topicArn, protocol, endpoint }: StoredSubscription): sdk.Subscription {
    return {
      SubscriptionArn: protocol.startsWith('email') ? 'PendingConfirmation' : arn,
      TopicArn: topicArn,
      Protocol: protocol,
      Endpoint: endpoint,
      Owner: this.cloud.account,
    };
  }
}

function keepLast<Item>(table: Map<string, Item[]>, key: string, item: Item): void {
  const items = table.get(key) ?? [];
  items.push(item);
  if (items.length > MOST_MESSAGES) items.shift();
  table.set(key, items);
}

function textsByProtocol(text: string): Record<string, string> {
  let texts: Record<string, unknown>;
  try {
    texts = JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
  if (typeof texts.default !== 'string')
    throw invalid('Message Structure - No default entry in JSON message body');
  return texts as Record<string, string>;
}

function validateAttribute(name: string, value: string): void {
  if (!TOPIC_ATTRIBUTES.includes(name)) throw new NotImplementedError(`the attribute ${name} of SNS topics`);
  if (name === 'Policy' && value !== '' && !parsePolicy(value)) {
    throw invalid('Policy Error: null');
  }
}

function validateSubscriptionAttribute(name: string, value: string): void {
  if (!SUBSCRIPTION_ATTRIBUTES.includes(name)) {
    throw new NotImplementedError(`the attribute ${name} of SNS subscriptions`);
  }
  if (name === 'FilterPolicy') validateFilterPolicy(value);
  if (name === 'FilterPolicyScope' && !['MessageAttributes', 'MessageBody'].includes(value)) {
    throw invalid(
      `FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
    );
  }
}

function invalid(what: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid parameter: ${what}`);
}
