import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { LedgerStore } from '../aws/ledger-store';
import { loggedHandler } from '../aws/logged-handler';
import { logger } from '../aws/logger';
import { Notifier } from '../aws/notifier';
import { RoutingRecovery } from '../aws/routing-recovery';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { recordRefusal } from '../record-release/record-refusal';
import { type Rollback, rollBack } from './roll-back';

const environment = readEnvironment(
  'roll-back',
  z.object({
    releaseStateMachineArn: z.string(),
    restoreStateMachineArn: z.string(),
    hasEndpoint: z.boolean(),
    variantAlarms: z.array(z.object({ alarmName: z.string(), variant: z.string() })),
  }),
);
const { pipelineName, bucketName, routingParameter, settings } = environment;
const routing = new RoutingStore(new SSMClient(), routingParameter);
const ledger = new LedgerStore(new ArtifactStore(new S3Client(), bucketName), routing);
const recovery = RoutingRecovery.of(environment, settings);
const stepFunctions = new SFNClient();
const notifier = Notifier.of(environment);

/** Rolls back: for a person, or for an alarm during a release. */
export const handler = loggedHandler(async (event, context): Promise<Rollback> => {
  const request = `rollback-${context.awsRequestId}`;
  const rollback = await rollBack(event, {
    routing,
    recovery,
    ledger,
    stepFunctions,
    settings,
    recordRefusal: ({ name, message }) =>
      recordRefusal(
        {
          kind: 'refusal',
          releaseId: request,
          modelVersion: 'the version before',
          error: { Error: name, Cause: message },
          execution: request,
          time: new Date().toISOString(),
        },
        { pipelineName, ledger, routing, notifier },
        // The caller gets the error, whatever else breaks.
      ).catch((error: Error) => {
        logger.error('the refusal could not be recorded', error);
      }),
  });
  // Nobody reads the answer to an event.
  logger.info('rolled back', { rollback });
  return rollback;
});
