import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** A topic to which alarms and functions of this account may publish, over TLS only. */
export function alertTopic(
  scope: Construct,
  id: string,
  displayName: string,
  masterKey: IKey | undefined,
): ITopic {
  const topic = new Topic(scope, id, { displayName, enforceSSL: true, masterKey });
  // Any policy replaces the topic's default one, which had let alarms of the same account publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AllowAlarms',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  return topic;
}
