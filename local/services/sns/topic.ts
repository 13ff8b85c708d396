import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { PolicyDocument } from '../../gateway/policy';

export interface StoredTopic {
  readonly name: string;
  readonly arn: string;
  /** `Policy`, `DisplayName`, ... as set. */
  attributes: Record<string, string>;
  tags: Record<string, string>;
}

export type Protocol = 'sqs' | 'lambda' | 'email' | 'email-json';

export interface StoredSubscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  /** ARN, or mail address. */
  readonly endpoint: string;
  /** `RawMessageDelivery`, `FilterPolicy`, `FilterPolicyScope`, `RedrivePolicy`. */
  attributes: Record<string, string>;
}

/** A message as it was published. */
export interface PublishedMessage {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject?: string;
  readonly message: string;
  /** Texts by protocol, of a message with `MessageStructure: json`. */
  readonly byProtocol?: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  readonly publishedAt: Date;
}

/** A mail that would have been sent. */
export interface Mail {
  readonly to: string;
  readonly topicArn: string;
  readonly subject: string;
  readonly body: string;
  readonly sentAt: Date;
}

/**
 * The policy of a topic that was given none. Services that name the owner of what they act for, like
 * CloudWatch, may publish; EventBridge does not, and needs a policy of its own.
 */
export function defaultPolicy(topicArn: string, account: string): PolicyDocument {
  const actions = ['GetTopicAttributes', 'SetTopicAttributes', 'AddPermission', 'RemovePermission'];
  const more = ['DeleteTopic', 'Subscribe', 'ListSubscriptionsByTopic', 'Publish'];
  return {
    Version: '2008-10-17',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [...actions, ...more].map((name) => `SNS:${name}`),
        Resource: topicArn,
        Condition: { StringEquals: { 'AWS:SourceOwner': account } },
      },
    ],
  };
}
