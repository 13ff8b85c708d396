import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { RoutingStore } from '../aws/routing-store';
import { VersionConcurrency } from './version-concurrency';
import { warmFunction } from './warm-function';

const { routingParameter, settings } = readEnvironment(
  'warm-function',
  z.object({
    functionName: z.string(),
    concurrency: z.object({ minimum: z.int(), maximum: z.int(), targetUtilization: z.number() }),
  }),
);
const routing = new RoutingStore(new SSMClient(), routingParameter);
const concurrency = new VersionConcurrency({
  ...settings,
  lambda: new LambdaClient(),
  autoScaling: new ApplicationAutoScalingClient(),
});

/** Starts instances of the function that serves before requests, and ends those of previous versions. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['warm-function']> => {
  return warmFunction(event, { routing, concurrency });
});
