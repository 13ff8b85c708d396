import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import { parsePolicy } from '../policy-text';

export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Record<string, MessageAttributeValue>;
  readonly senderId: string;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  /** From when on it may be received, in milliseconds since the epoch. */
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** Of the last receipt; undefined before the first. */
  receiptHandle?: string;
  /** ARN of the queue that it was moved from as a dead letter. */
  deadLetterOf?: string;
}

export interface StoredQueue {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  modified: Date;
  /** As set; the rest has its default. */
  attributes: Record<string, string>;
  tags: Record<string, string>;
  messages: StoredMessage[];
}

/** Attributes that can be set, with their defaults and bounds. */
const NUMBERS: Readonly<Record<string, readonly [standard: number, low: number, high: number]>> = {
  DelaySeconds: [0, 0, 900],
  MaximumMessageSize: [1_048_576, 1_024, 1_048_576],
  MessageRetentionPeriod: [345_600, 60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 0, 20],
  VisibilityTimeout: [30, 0, 43_200],
  KmsDataKeyReusePeriodSeconds: [300, 60, 86_400],
};

const OTHERS = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy', 'KmsMasterKeyId', 'SqsManagedSseEnabled'];

export function numberAttribute(queue: StoredQueue, name: keyof typeof NUMBERS & string): number {
  return Number(queue.attributes[name] ?? NUMBERS[name]?.[0]);
}

export function defaultAttributes(): Record<string, string> {
  const defaults = Object.entries(NUMBERS)
    .filter(([name]) => name !== 'KmsDataKeyReusePeriodSeconds')
    .map(([name, [standard]]) => [name, String(standard)]);
  return { ...Object.fromEntries(defaults), SqsManagedSseEnabled: 'true' } as Record<string, string>;
}

/**
 * Checks attributes of CreateQueue and SetQueueAttributes.
 *
 * @throws AwsError InvalidAttributeName, InvalidAttributeValue
 */
export function validateAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    const bounds = NUMBERS[name];
    if (
      ['FifoQueue', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit'].includes(name)
    ) {
      if (value !== 'false') throw new NotImplementedError(`FIFO queues (the attribute ${name})`);
    } else if (bounds) {
      const number = Number(value);
      const [, low, high] = bounds;
      if (!Number.isInteger(number) || number < low || number > high) throw invalidValue(name);
    } else if (!OTHERS.includes(name)) {
      throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    } else if (name === 'Policy') {
      if (parsePolicy(value) === undefined && value !== '') throw invalidValue('Policy');
    }
  }
  redriveOf(attributes);
}

export interface Redrive {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** Where messages go that were received too often; undefined if nowhere. */
export function redriveOf({ RedrivePolicy }: Readonly<Record<string, string>>): Redrive | undefined {
  if (!RedrivePolicy) return undefined;
  try {
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(RedrivePolicy) as Partial<Redrive>;
    const count = Number(maxReceiveCount);
    if (typeof deadLetterTargetArn !== 'string' || !Number.isInteger(count) || count < 1 || count > 1_000) {
      throw invalidValue('RedrivePolicy');
    }
    return { deadLetterTargetArn, maxReceiveCount: count };
  } catch {
    throw invalidValue('RedrivePolicy');
  }
}

function invalidValue(name: string): AwsError {
  return new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
}
