import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { LedgerStore } from '../aws/ledger-store';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { type Rollback, rollBack } from './roll-back';

const { bucketName, routingParameter, settings } = readEnvironment(
  z.object({
    releaseStateMachineArn: z.string(),
    restoreStateMachineArn: z.string(),
    variantAlarms: z.array(z.object({ alarmName: z.string(), variant: z.string() })),
  }),
);
const ledger = new LedgerStore(new ArtifactStore(new S3Client(), bucketName));
const routing = new RoutingStore(new SSMClient(), routingParameter);
const stepFunctions = new SFNClient();

/** Goes back: asked by a person, or by an alarm during a release. */
export async function handler(event: unknown): Promise<Rollback> {
  const rollback = await rollBack(event, { routing, ledger, stepFunctions, settings });
  // Nobody reads the answer to an event.
  console.log(JSON.stringify(rollback));
  return rollback;
}
