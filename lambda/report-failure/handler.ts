import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { LedgerStore } from '../aws/ledger-store';
import { loggedHandler } from '../aws/logged-handler';
import { Notifier } from '../aws/notifier';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { failuresIn } from './failure-message';
import { reportFailure } from './report-failure';

const environment = readEnvironment(
  'report-failure',
  z.object({
    stateMachines: z.object({
      restore: z.string(),
      registration: z.string(),
      retraining: z.optional(z.string()),
    }),
  }),
);
const { pipelineName, settings } = environment;
const routing = new RoutingStore(new SSMClient(), environment.routingParameter);
const ledger = new LedgerStore(new ArtifactStore(new S3Client(), environment.bucketName), routing);
const notifier = Notifier.of(environment);
const now = () => new Date();

/**
 * Records what failed and notifies people of it. What it fails at stays in the queue, at which an alarm goes
 * off.
 */
export const handler = loggedHandler(async (event): Promise<void> => {
  for (const failure of failuresIn(event, settings.stateMachines)) {
    await reportFailure(failure, { pipelineName, ledger, routing, notifier, now });
  }
});
