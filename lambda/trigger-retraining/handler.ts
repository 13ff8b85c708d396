import { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { parseRequest } from './retraining-request';
import { type StartResult, startRetraining } from './start-retraining';

const { settings } = readEnvironment(z.object({ stateMachineArn: z.string(), cooldownMinutes: z.number() }));
const stepFunctions = new SFNClient();
const now = () => new Date();

/** Starts a retraining, one at a time, with a cool-down. */
export async function handler(event: unknown): Promise<StartResult> {
  const result = await startRetraining(parseRequest(event, now()), { stepFunctions, ...settings, now });
  // Nobody reads the answer to an event.
  console.log(JSON.stringify(result));
  return result;
}
