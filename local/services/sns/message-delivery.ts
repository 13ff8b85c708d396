import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { type Principal, servicePrincipal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';
import type { Mail, PublishedMessage, StoredSubscription } from './topic';

const SERVICE = 'sns.amazonaws.com';

/** Hands published messages to subscriptions. */
export class MessageDelivery {
  constructor(
    private readonly cloud: Cloud,
    /** Takes the mails that nobody sends here. */
    private readonly mailbox: (mail: Mail) => void,
  ) {}

  /** Never rejects: a failure is logged, and goes to the subscription's dead-letter queue. */
  async deliver(subscription: StoredSubscription, message: PublishedMessage): Promise<void> {
    const { protocol, endpoint, topicArn, attributes } = subscription;
    const principal = servicePrincipal(SERVICE, this.cloud.account, topicArn);
    try {
      if (protocol === 'sqs') await this.sendToQueue(endpoint, subscription, message, principal);
      else if (protocol === 'lambda') await this.invoke(subscription, message, principal);
      else this.mailbox(mailOf(subscription, this.notification(subscription, message), message));
    } catch (error) {
      this.cloud.log(`sns: could not deliver ${topicArn} to ${endpoint}: ${(error as Error).message}`);
      const { deadLetterTargetArn } = JSON.parse(attributes.RedrivePolicy ?? '{}') as {
        deadLetterTargetArn?: string;
      };
      if (!deadLetterTargetArn) return;
      await this.sendToQueue(deadLetterTargetArn, subscription, message, principal).catch(
        (failure: Error) => {
          this.cloud.log(
            `sns: could not use the dead-letter queue ${deadLetterTargetArn}: ${failure.message}`,
          );
        },
      );
    }
  }

  private async sendToQueue(
    queueArn: string,
    subscription: StoredSubscription,
    message: PublishedMessage,
    principal: Principal,
  ): Promise<void> {
    const isRaw = subscription.attributes.RawMessageDelivery === 'true';
    await this.cloud.call(
      'sqs',
      'SendMessage',
      {
        QueueUrl: `${this.cloud.url}/${this.cloud.account}/${queueArn.split(':').pop()}`,
        MessageBody: isRaw
          ? textFor('sqs', message)
          : JSON.stringify(this.notification(subscription, message), undefined, 2),
        ...(isRaw && { MessageAttributes: message.attributes }),
      },
      principal,
    );
  }

  private async invoke(
    subscription: StoredSubscription,
    message: PublishedMessage,
    principal: Principal,
  ): Promise<void> {
    const { SigningCertURL, UnsubscribeURL, ...rest } = this.notification(subscription, message);
    const record = {
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: subscription.arn,
      Sns: {
        ...rest,
        Subject: message.subject ?? null,
        SigningCertUrl: SigningCertURL,
        UnsubscribeUrl: UnsubscribeURL,
        MessageAttributes: describeAttributes(message.attributes),
      },
    };
    const Payload = Buffer.from(JSON.stringify({ Records: [record] }));
    await this.cloud.call(
      'lambda',
      'Invoke',
      { FunctionName: subscription.endpoint, InvocationType: 'Event', Payload },
      principal,
    );
  }

  /** Nobody checks signatures here: they are there for their fields. */
  private notification(subscription: StoredSubscription, message: PublishedMessage) {
    const hasAttributes = Object.keys(message.attributes).length > 0;
    return {
      Type: 'Notification',
      MessageId: message.messageId,
      TopicArn: message.topicArn,
      ...(message.subject !== undefined && { Subject: message.subject }),
      Message: textFor(subscription.protocol, message),
      Timestamp: message.publishedAt.toISOString(),
      SignatureVersion: '1',
      Signature: 'unsigned',
      SigningCertURL: `${this.cloud.url}/_local/sns/no-certificate.pem`,
      UnsubscribeURL: `${this.cloud.url}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
      ...(hasAttributes && { MessageAttributes: describeAttributes(message.attributes) }),
    };
  }
}

function textFor(protocol: string, { message, byProtocol }: PublishedMessage): string {
  return byProtocol?.[protocol] ?? byProtocol?.default ?? message;
}

function mailOf(
  { protocol, endpoint, topicArn }: StoredSubscription,
  notification: { readonly Message: string },
  { subject, publishedAt }: PublishedMessage,
): Mail {
  return {
    to: endpoint,
    topicArn,
    subject: subject ?? 'AWS Notification Message',
    body: protocol === 'email-json' ? JSON.stringify(notification, undefined, 2) : notification.Message,
    sentAt: publishedAt,
  };
}

function describeAttributes(attributes: Readonly<Record<string, MessageAttributeValue>>): object {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: BinaryValue ? Buffer.from(BinaryValue).toString('base64') : StringValue },
    ]),
  );
}
