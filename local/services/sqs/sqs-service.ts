import * as sdk from '@aws-sdk/client-sqs';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import type { Timer } from '../../gateway/clock';
import { paginate } from '../../gateway/paginate';
import type { PolicyDocument } from '../../gateway/policy';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { parsePolicy } from '../policy-text';
import { implementedInputs } from './inputs';
import { md5, md5OfAttributes } from './message-digest';
import { checkDelay, checkReceive, checkVisibility } from './number-checks';
import {
  defaultAttributes,
  numberAttribute,
  redriveOf,
  type StoredMessage,
  type StoredQueue,
  validateAttributes,
} from './queue';
import { QueueEncryption } from './queue-encryption';
import { countMessages, QueueMetrics } from './queue-metrics';
import { queuePolicyResource, queueResource } from './resources';

const MOST_ENTRIES = 10;

/** A receiver that waits for a message. */
interface Waiter {
  wake(): void;
}

/** SQS: standard queues. */
export class SqsService implements Service {
  readonly name = 'sqs';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    'AWS::SQS::Queue': queueResource,
    'AWS::SQS::QueuePolicy': queuePolicyResource,
  };
  private readonly queues: Map<string, StoredQueue>;
  private readonly metrics: QueueMetrics;
  private readonly encryption: QueueEncryption;
  private readonly waiters = new Map<string, Set<Waiter>>();

  constructor(private readonly cloud: Cloud) {
    this.queues = cloud.table('sqs/queues');
    this.encryption = new QueueEncryption(cloud);
    this.metrics = new QueueMetrics(cloud, this.queues);
  }

  readonly operations: Operations<typeof sdk> = {
    CreateQueue: (input) => {
      const name = input.QueueName as string;
      if (name.endsWith('.fifo')) throw new NotImplementedError(`FIFO queues (${name})`);
      if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
        throw new AwsError(
          'InvalidParameterValue',
          'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
        );
      }
      const attributes: Record<string, string> = input.Attributes ?? {};
      validateAttributes(attributes);
      this.encryption.check(attributes);
      const existing = this.queues.get(name);
      if (existing) {
        const differing = Object.keys(attributes).find(
          (attribute) => this.attributesOf(existing)[attribute] !== attributes[attribute],
        );
        if (differing) {
          throw new AwsError(
            'QueueNameExists',
            `A queue already exists with the same name and a different value for attribute ${differing}`,
          );
        }
      } else {
        const now = this.cloud.clock.date();
        this.queues.set(name, {
          name,
          arn: this.cloud.arn('sqs', name),
          created: now,
          modified: now,
          attributes: { ...attributes },
          tags: { ...input.tags },
          messages: [],
        });
      }
      return { QueueUrl: this.urlOf(name) };
    },

    DeleteQueue: (input) => {
      this.queues.delete(this.queue(input.QueueUrl).name);
      return {};
    },

    GetQueueUrl: (input) => ({ QueueUrl: this.urlOf(this.queue(input.QueueName).name) }),

    ListQueues: (input) => {
      const names = [...this.queues.keys()]
        .filter((name) => name.startsWith(input.QueueNamePrefix ?? ''))
        .sort();
      const { page, nextToken } = paginate(names, input.MaxResults ?? 1000, input.NextToken);
      return { QueueUrls: page.map((name) => this.urlOf(name)), NextToken: nextToken };
    },

    GetQueueAttributes: (input) => {
      const all = this.attributesOf(this.queue(input.QueueUrl));
      const names = input.AttributeNames ?? [];
      const wanted = names.includes('All') ? Object.keys(all) : names;
      return {
        Attributes: Object.fromEntries(
          wanted.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])),
        ),
      };
    },

    SetQueueAttributes: (input) => {
      const queue = this.queue(input.QueueUrl);
      const given = Object.entries(input.Attributes ?? {});
      const set = Object.fromEntries(given.filter(([, value]) => value !== ''));
      validateAttributes(set);
      this.encryption.check(set);
      for (const [name, value] of given) {
        if (value === '') delete queue.attributes[name];
        else queue.attributes[name] = value;
      }
      queue.modified = this.cloud.clock.date();
      return {};
    },

    SendMessage: (input, { principal }) => {
      const queue = this.queue(input.QueueUrl);
      this.encryption.check(queue.attributes);
      return this.send(queue, input, principal.arn);
    },

    SendMessageBatch: (input, { principal }) => {
      const queue = this.queue(input.QueueUrl);
      this.encryption.check(queue.attributes);
      return eachEntry(input.Entries, (entry) => this.send(queue, entry, principal.arn));
    },

    ReceiveMessage: async (input) => {
      const queue = this.queue(input.QueueUrl);
      checkReceive(input);
      this.encryption.check(queue.attributes);
      const seconds = input.WaitTimeSeconds ?? numberAttribute(queue, 'ReceiveMessageWaitTimeSeconds');
      const until = this.cloud.clock.now() + seconds * 1000;
      let messages = this.receive(queue, input);
      while (messages.length === 0 && this.cloud.clock.now() < until && this.queues.has(queue.name)) {
        await this.somethingToReceive(queue.name, queue.messages, until);
        messages = this.receive(queue, input);
      }
      return messages.length > 0 ? { Messages: messages } : {};
    },

    DeleteMessage: (input) => {
      this.remove(this.queue(input.QueueUrl), input.ReceiptHandle);
      return {};
    },

    DeleteMessageBatch: (input) => {
      const queue = this.queue(input.QueueUrl);
      return eachEntry(input.Entries, ({ ReceiptHandle }) => {
        this.remove(queue, ReceiptHandle);
        return {};
      });
    },

    ChangeMessageVisibility: (input) => {
      const queue = this.queue(input.QueueUrl);
      this.changeVisibility(queue, input.ReceiptHandle, input.VisibilityTimeout as number);
      return {};
    },

    ChangeMessageVisibilityBatch: (input) => {
      const queue = this.queue(input.QueueUrl);
      return eachEntry(input.Entries, ({ ReceiptHandle, VisibilityTimeout }) => {
        this.changeVisibility(queue, ReceiptHandle, VisibilityTimeout ?? 0);
        return {};
      });
    },

    PurgeQueue: (input) => {
      this.queue(input.QueueUrl).messages = [];
      return {};
    },

    ListDeadLetterSourceQueues: (input) => {
      const { arn } = this.queue(input.QueueUrl);
      const sources = [...this.queues.values()].filter(
        ({ attributes }) => redriveOf(attributes)?.deadLetterTargetArn === arn,
      );
      return { queueUrls: sources.map(({ name }) => this.urlOf(name)) };
    },

    TagQueue: (input) => {
      Object.assign(this.queue(input.QueueUrl).tags, input.Tags);
      return {};
    },

    UntagQueue: (input) => {
      const { tags } = this.queue(input.QueueUrl);
      for (const name of input.TagKeys ?? []) delete tags[name];
      return {};
    },

    ListQueueTags: (input) => ({ Tags: this.queue(input.QueueUrl).tags }),
  };

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const name = nameOf((input.QueueUrl ?? input.QueueName) as string | undefined);
    const action = `sqs:${operation.replace(/(?<=Message|Visibility)Batch$/, '')}`;
    return [
      { action, resource: operation === 'ListQueues' ? '*' : this.cloud.arn('sqs', name) },
      ...this.encryption.permissions(operation, this.queues.get(name)),
    ];
  }

  async start(): Promise<void> {
    for (const { name, messages } of this.queues.values())
      if (messages.length > 0) this.metrics.accessed(name);
  }

  resourcePolicy(arn: string): PolicyDocument | undefined {
    return parsePolicy(this.queues.get(nameOf(arn))?.attributes.Policy);
  }

  /** Of a queue in seconds, for Lambda's check of an event source; undefined if there is no such queue. */
  visibilityTimeout(queueArn: string): number | undefined {
    const queue = this.queues.get(nameOf(queueArn));
    return queue && numberAttribute(queue, 'VisibilityTimeout');
  }

  /** Resolves when a message of a queue may have become visible, for who polls it inside the cloud. */
  async arrival(queueArn: string): Promise<void> {
    const name = nameOf(queueArn);
    await this.somethingToReceive(name, this.queues.get(name)?.messages ?? [], Number.POSITIVE_INFINITY);
  }

  private send(
    queue: StoredQueue,
    entry: Omit<sdk.SendMessageRequest, 'QueueUrl'>,
    senderId: string,
  ): { MessageId: string; MD5OfMessageBody: string; MD5OfMessageAttributes?: string } {
    if (entry.MessageGroupId !== undefined || entry.MessageDeduplicationId !== undefined) {
      throw new NotImplementedError('MessageGroupId and MessageDeduplicationId of messages');
    }
    const body = entry.MessageBody ?? '';
    const attributes = entry.MessageAttributes ?? {};
    if (body === '')
      throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
    checkCharacters(body);
    const size = Buffer.byteLength(body) + Buffer.byteLength(JSON.stringify(attributes));
    const most = numberAttribute(queue, 'MaximumMessageSize');
    if (size > most) {
      throw new AwsError(
        'InvalidParameterValue',
        `One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`,
      );
    }
    const now = this.cloud.clock.now();
    checkDelay(entry.DelaySeconds);
    const delay = entry.DelaySeconds ?? numberAttribute(queue, 'DelaySeconds');
    const message: StoredMessage = {
      id: this.cloud.uuid(),
      body,
      attributes,
      senderId,
      sentAt: now,
      visibleAt: now + delay * 1000,
      receiveCount: 0,
    };
    queue.messages.push(message);
    this.wake(queue);
    return {
      MessageId: message.id,
      MD5OfMessageBody: md5(body),
      MD5OfMessageAttributes: md5OfAttributes(attributes),
    };
  }

  private receive(queue: StoredQueue, input: sdk.ReceiveMessageRequest): sdk.Message[] {
    const now = this.cloud.clock.now();
    this.dropExpired(queue, now);
    this.moveDeadLetters(queue, now);
    const visibility = (input.VisibilityTimeout ?? numberAttribute(queue, 'VisibilityTimeout')) * 1000;
    return queue.messages
      .filter(({ visibleAt }) => visibleAt <= now)
      .slice(0, input.MaxNumberOfMessages ?? 1)
      .map((message) => {
        message.receiveCount++;
        message.firstReceivedAt ??= now;
        message.visibleAt = now + visibility;
        message.receiptHandle = Buffer.from(`${message.id}/${message.receiveCount}`).toString('base64');
        return describeMessage(message, input);
      });
  }

  private dropExpired(queue: StoredQueue, now: number): void {
    const oldest = now - numberAttribute(queue, 'MessageRetentionPeriod') * 1000;
    queue.messages = queue.messages.filter(({ sentAt }) => sentAt > oldest);
  }

  /** A message that would be received once too often goes to the dead-letter queue instead. */
  private moveDeadLetters(queue: StoredQueue, now: number): void {
    const redrive = redriveOf(queue.attributes);
    const target = redrive && this.queues.get(nameOf(redrive.deadLetterTargetArn));
    if (!redrive || !target) return;
    const isDead = ({ visibleAt, receiveCount }: StoredMessage) =>
      visibleAt <= now && receiveCount >= redrive.maxReceiveCount;
    const dead = queue.messages.filter(isDead);
    if (dead.length === 0) return;
    queue.messages = queue.messages.filter((message) => !dead.includes(message));
    this.metrics.accessed(target.name);
    for (const message of dead) target.messages.push({ ...message, visibleAt: now, deadLetterOf: queue.arn });
    this.wake(target);
  }

  /** Resolves when a message may have become visible, or when the time is over. */
  private somethingToReceive(name: string, messages: readonly StoredMessage[], until: number): Promise<void> {
    const nextVisible = Math.min(until, ...messages.map(({ visibleAt }) => visibleAt));
    return new Promise((resolve) => {
      const waiters = this.waiters.get(name) ?? new Set();
      this.waiters.set(name, waiters);
      let timer: Timer | undefined;
      const waiter: Waiter = {
        wake: () => {
          timer?.cancel();
          waiters.delete(waiter);
          resolve();
        },
      };
      waiters.add(waiter);
      if (Number.isFinite(nextVisible)) timer = this.cloud.clock.at(nextVisible, () => waiter.wake());
    });
  }

  private wake(queue: StoredQueue): void {
    for (const waiter of [...(this.waiters.get(queue.name) ?? [])]) waiter.wake();
  }

  /** Deleting twice is no error. */
  private remove(queue: StoredQueue, receiptHandle: string | undefined): void {
    const id = messageIdOf(receiptHandle);
    queue.messages = queue.messages.filter((message) => message.id !== id);
  }

  private changeVisibility(queue: StoredQueue, receiptHandle: string | undefined, seconds: number): void {
    checkVisibility(seconds);
    const id = messageIdOf(receiptHandle);
    const now = this.cloud.clock.now();
    const message = queue.messages.find((one) => one.id === id);
    if (!message || message.visibleAt <= now) {
      throw new AwsError(
        'MessageNotInflight',
        `The message referred to by the receipt handle isn't in flight.`,
      );
    }
    message.visibleAt = now + seconds * 1000;
    this.wake(queue);
  }

  private attributesOf(queue: StoredQueue): Record<string, string> {
    const now = this.cloud.clock.now();
    this.dropExpired(queue, now);
    const { visible, inFlight, delayed } = countMessages(queue, now);
    return {
      ...defaultAttributes(),
      ...queue.attributes,
      QueueArn: queue.arn,
      CreatedTimestamp: seconds(queue.created),
      LastModifiedTimestamp: seconds(queue.modified),
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(inFlight),
      ApproximateNumberOfMessagesDelayed: String(delayed),
    };
  }

  private queue(urlOrName: string | undefined): StoredQueue {
    const queue = this.queues.get(nameOf(urlOrName));
    if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    this.metrics.accessed(queue.name);
    return queue;
  }

  private urlOf(name: string): string {
    return `${this.cloud.url}/${this.cloud.account}/${name}`;
  }
}

/**
 * Characters that a message must not contain: `SendMessage` of the API reference. The text is one that AWS
 * answered: https://github.com/asim/nitro-plugins/issues/437
 *
 * @throws AwsError InvalidMessageContents
 */
function checkCharacters(body: string): void {
  const [character] = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(body) ?? [];
  if (character === undefined) return;
  throw new AwsError(
    'InvalidMessageContents',
    `Invalid binary character '#x${character.codePointAt(0)?.toString(16).toUpperCase()}' was found in the message body, the set of allowed characters is #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF].`,
  );
}

/** Of a URL, an ARN, or a name. */
function nameOf(reference: string | undefined): string {
  return reference?.split(/[/:]/).pop() ?? '';
}

function seconds(date: Date): string {
  return String(Math.floor(date.getTime() / 1000));
}

function messageIdOf(receiptHandle: string | undefined): string {
  const [id, count] = Buffer.from(receiptHandle ?? '', 'base64')
    .toString()
    .split('/');
  if (!id || !count) {
    throw new AwsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
    );
  }
  return id;
}

function describeMessage(message: StoredMessage, input: sdk.ReceiveMessageRequest): sdk.Message {
  const system: Record<string, string | undefined> = {
    SenderId: message.senderId,
    SentTimestamp: String(Math.floor(message.sentAt)),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(Math.floor(message.firstReceivedAt as number)),
    DeadLetterQueueSourceArn: message.deadLetterOf,
  };
  const wantedSystem = input.MessageSystemAttributeNames ?? input.AttributeNames ?? [];
  const wanted = input.MessageAttributeNames ?? [];
  const attributes = pick(message.attributes, (name) =>
    wanted.some(
      (one) =>
        one === 'All' ||
        one === '.*' ||
        one === name ||
        (one.endsWith('.*') && name.startsWith(one.slice(0, -2))),
    ),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    Attributes: pick(system, (name) => wantedSystem.some((one) => one === 'All' || one === name)),
    MessageAttributes: attributes,
    MD5OfMessageAttributes: md5OfAttributes(attributes),
  };
}

function pick<Value>(
  record: Readonly<Record<string, Value | undefined>>,
  isWanted: (name: string) => boolean,
): Record<string, Value> | undefined {
  const kept = Object.entries(record).filter(
    (entry): entry is [string, Value] => entry[1] !== undefined && isWanted(entry[0]),
  );
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

/** Does a batch entry by entry; one that fails does not stop the others. */
function eachEntry<Entry extends { Id?: string }, Result extends object>(
  entries: readonly Entry[] | undefined,
  act: (entry: Entry) => Result,
): { Successful: ({ Id: string } & Result)[]; Failed: sdk.BatchResultErrorEntry[] } {
  const list = entries ?? [];
  if (list.length === 0) {
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (list.length > MOST_ENTRIES) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${list.length}.`,
    );
  }
  const ids = list.map(({ Id }) => Id as string);
  const repeated = ids.find((id, i) => ids.indexOf(id) !== i);
  if (repeated !== undefined) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  const Successful: ({ Id: string } & Result)[] = [];
  const Failed: sdk.BatchResultErrorEntry[] = [];
  for (const entry of list) {
    try {
      Successful.push({ Id: entry.Id as string, ...act(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}
