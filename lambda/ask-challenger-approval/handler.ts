import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { EventBus } from '../aws/event-bus';
import { Notifier } from '../aws/notifier';
import { ArtifactStore } from '../aws/store';
import { askChallengerApproval } from './ask-challenger-approval';

const { pipelineName, bucketName, topicArn } = readEnvironment(z.object({}));
const store = new ArtifactStore(new S3Client(), bucketName);
const notifier = new Notifier({
  sns: new SNSClient(),
  topicArn,
  eventBus: new EventBus(new EventBridgeClient(), pipelineName),
});

/** Asks people about a challenger that the gate could not judge. */
export async function handler(event: unknown): Promise<void> {
  return askChallengerApproval(event, { pipelineName, store, notifier });
}
