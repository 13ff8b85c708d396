import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { readPartEnvironment } from '../aws/environment';
import { EventBus } from '../aws/event-bus';
import { loggedHandler } from '../aws/logged-handler';
import { logger } from '../aws/logger';
import { ArtifactStore } from '../aws/store';
import { Causes } from './causes';
import { QueueStore } from './queue-store';
import { alarmThatRetrains, parseCall } from './retraining-request';
import { type StartResult, startRetraining } from './start-retraining';

const { pipelineName, bucketName, settings } = readPartEnvironment(
  'trigger-retraining',
  z.object({
    stateMachineArn: z.string(),
    limits: z.object({ cooldownMinutes: z.number(), maximumPerWeek: z.optional(z.number()) }),
    alarms: z.array(alarmThatRetrains),
    newData: z.optional(
      z.object({
        prefix: z.string(),
        newSince: z.enum(['snapshot', 'start']),
        files: z.optional(z.number()),
        bytes: z.optional(z.number()),
        ageMinutes: z.optional(z.number()),
      }),
    ),
    prefix: z.string(),
  }),
);
const store = new ArtifactStore(new S3Client(), bucketName);
const now = () => new Date();
const props = {
  stepFunctions: new SFNClient(),
  stateMachineArn: settings.stateMachineArn,
  limits: settings.limits,
  queue: new QueueStore(store, settings.prefix),
  causes: new Causes(new CloudWatchClient(), store, settings.newData),
  eventBus: new EventBus(new EventBridgeClient(), pipelineName),
  now,
};

/** Starts a retraining, one at a time, with a cool-down. */
export const handler = loggedHandler(async (event): Promise<StartResult> => {
  const result = await startRetraining(parseCall(event, settings.alarms, now()), props);
  // Nobody reads the answer to an event.
  logger.info('the request was decided', { result });
  return result;
});
