import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { AwsError } from '../../gateway/aws-error';
import { type EventPattern, matchesPattern, parseEventPattern } from '../eventbridge/event-pattern';
import type { PublishedMessage, StoredSubscription } from './topic';

/**
 * @throws AwsError InvalidParameterException
 */
export function validateFilterPolicy(text: string): void {
  if (text !== '' && text !== '{}') parse(text);
}

/** Whether a subscription takes a message: by its attributes, or by its body as JSON. */
export function acceptsMessage({ attributes }: StoredSubscription, message: PublishedMessage): boolean {
  const { FilterPolicy = '', FilterPolicyScope = 'MessageAttributes' } = attributes;
  if (FilterPolicy === '' || FilterPolicy === '{}') return true;
  const policy = parse(FilterPolicy);
  if (FilterPolicyScope === 'MessageBody') {
    const body = parseJson(message.message);
    return typeof body === 'object' && body !== null && matchesPattern(policy, body);
  }
  return matchesPattern(
    policy,
    Object.fromEntries(
      Object.entries(message.attributes).map(([name, value]) => [name, attributeValue(value)]),
    ),
  );
}

function attributeValue({ DataType, StringValue = '' }: MessageAttributeValue): unknown {
  if (DataType === 'Number') return Number(StringValue);
  return DataType === 'String.Array' ? parseJson(StringValue) : StringValue;
}

/** The language is that of EventBridge's patterns. */
function parse(text: string): EventPattern {
  try {
    return parseEventPattern(text);
  } catch (error) {
    if ((error as Error).name !== 'InvalidEventPatternException') throw error;
    const reason = (error as Error).message.replace(/^.*Reason: /, '');
    throw new AwsError('InvalidParameterException', `Invalid parameter: FilterPolicy: ${reason}`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
