import { Stack } from 'aws-cdk-lib';
import type { AlarmBase } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { allowAlarms } from '../platform/encryption';

/** A topic that is published to over TLS only. */
export function alertTopic(
  scope: Construct,
  id: string,
  displayName: string,
  masterKey: IKey | undefined,
): ITopic {
  return new Topic(scope, id, { displayName, enforceSSL: true, masterKey });
}

/**
 * Publishes each alarm to the topic. A topic that this app does not create keeps its policy, and that of its
 * key.
 */
export function notifyOf(alarm: AlarmBase, topic: ITopic): void {
  alarm.addAlarmAction(new SnsAction(topic));
  // Any policy, such as that of `enforceSSL`, replaces the topic's default one, which had let alarms of the
  // same account publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(topic).account } },
    }),
  );
  if (topic.masterKey) allowAlarms(topic.masterKey);
}
