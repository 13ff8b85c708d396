import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readEnvironment } from '../aws/environment';
import { LedgerStore } from '../aws/ledger-store';
import { LiveAlias, liveAliasSettings } from '../aws/live-alias';
import { loggedHandler } from '../aws/logged-handler';
import { ModelRegistry } from '../aws/model-registry';
import { Notifier } from '../aws/notifier';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { isRefusal, recordRefusal } from './record-refusal';
import { recordRelease } from './record-release';
import { isUnrecordedEnd, recordUnrecordedEnd } from './record-unrecorded-end';

const environment = readEnvironment('record-release', z.object({ liveAlias: z.optional(liveAliasSettings) }));
const { pipelineName, settings } = environment;
const routing = new RoutingStore(new SSMClient(), environment.routingParameter);
const ledger = new LedgerStore(new ArtifactStore(new S3Client(), environment.bucketName), routing);
const alias = settings.liveAlias && new LiveAlias(new LambdaClient(), settings.liveAlias);
const registry = new ModelRegistry(new SageMakerClient(), environment.modelPackageGroup);
const notifier = Notifier.of(environment);

/** Writes the ledger and the routing document, and notifies people. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['record-release']> => {
  if (isRefusal(event)) return recordRefusal(event, { pipelineName, ledger, routing, notifier });
  if (isUnrecordedEnd(event)) {
    return recordUnrecordedEnd(event, { pipelineName, ledger, routing, notifier, now: () => new Date() });
  }
  return recordRelease(event, { pipelineName, ledger, routing, alias, registry, notifier });
});
