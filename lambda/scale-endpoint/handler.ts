import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { RoutingStore } from '../aws/routing-store';
import { scaleEndpoint } from './scale-endpoint';

const { pipelineName, ownerId, endpointName, routingParameter, settings } = readEnvironment(
  'scale-endpoint',
  z.object({
    scaling: z.optional(
      z.object({
        minCapacity: z.int(),
        maxCapacity: z.int(),
        metric: z.string(),
        isOfEndpoint: z.optional(z.boolean()),
        targetValue: z.number(),
        scaleInCooldownSeconds: z.optional(z.int()),
        scaleOutCooldownSeconds: z.optional(z.int()),
      }),
    ),
    wakingAlarm: z.optional(z.string()),
  }),
);
const routing = new RoutingStore(new SSMClient(), routingParameter);
const autoScaling = new ApplicationAutoScalingClient();
const cloudWatch = new CloudWatchClient();
const sageMaker = new SageMakerClient();

/** Keeps the endpoint from scaling, or lets its production variant scale. */
export const handler = loggedHandler(async (event): Promise<void> => {
  await scaleEndpoint(event, {
    pipelineName,
    ownerId,
    endpointName,
    routing,
    autoScaling,
    cloudWatch,
    sageMaker,
    settings: settings.scaling,
    wakingAlarm: settings.wakingAlarm,
  });
});
