import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { EventBus } from '../aws/event-bus';
import { parseRequest } from './retraining-request';
import { type StartResult, startRetraining } from './start-retraining';

const { pipelineName, settings } = readEnvironment(
  z.object({ stateMachineArn: z.string(), cooldownMinutes: z.number() }),
);
const eventBus = new EventBus(new EventBridgeClient(), pipelineName);
const stepFunctions = new SFNClient();
const now = () => new Date();

/** Starts a retraining, one at a time, with a cool-down. */
export async function handler(event: unknown): Promise<StartResult> {
  const request = parseRequest(event, now());
  const result = await startRetraining(request, { stepFunctions, ...settings, now });
  if (result.started && result.executionArn) {
    const { trigger, reason } = request;
    const detail = { trigger, reasons: [reason], execution: result.executionArn };
    await eventBus.tryPublish({ type: 'RetrainingStarted', detail }, now());
  }
  // Nobody reads the answer to an event.
  console.log(JSON.stringify(result));
  return result;
}
