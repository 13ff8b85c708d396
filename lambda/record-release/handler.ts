import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { EventBus } from '../aws/event-bus';
import { LedgerStore } from '../aws/ledger-store';
import { ModelRegistry } from '../aws/model-registry';
import { Notifier } from '../aws/notifier';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { recordRelease } from './record-release';
import { isRefusal, tellRefusal } from './tell-refusal';

const environment = readEnvironment(z.object({}));
const { pipelineName, topicArn } = environment;
const ledger = new LedgerStore(new ArtifactStore(new S3Client(), environment.bucketName));
const routing = new RoutingStore(new SSMClient(), environment.routingParameter);
const registry = new ModelRegistry(new SageMakerClient(), environment.modelPackageGroup);
const eventBus = new EventBus(new EventBridgeClient(), pipelineName);
const notifier = new Notifier({
  sns: new SNSClient(),
  topicArn,
  eventBus,
});

/** Writes the ledger and the routing document, and tells people. */
export async function handler(event: unknown): Promise<{ sequence: number } | undefined> {
  if (isRefusal(event)) {
    await tellRefusal(event, eventBus);
    return undefined;
  }
  return recordRelease(event, { pipelineName, ledger, routing, registry, notifier });
}
