import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readEnvironment } from '../aws/environment';
import { LedgerStore } from '../aws/ledger-store';
import { loggedHandler } from '../aws/logged-handler';
import { Notifier } from '../aws/notifier';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { recordOutcome } from './record-outcome';

const environment = readEnvironment('record-outcome', z.object({}));
const { pipelineName, bucketName, routingParameter } = environment;
const routing = new RoutingStore(new SSMClient(), routingParameter);
const ledger = new LedgerStore(new ArtifactStore(new S3Client(), bucketName), routing);
const notifier = Notifier.of(environment);
const now = () => new Date();

/** Writes refusals and failures to the ledger, and notifies people. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['record-outcome']> => {
  return recordOutcome(event, { pipelineName, ledger, routing, notifier, now });
});
