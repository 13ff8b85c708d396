import { LambdaClient } from '@aws-sdk/client-lambda';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { LiveAlias, liveAliasSettings } from '../aws/live-alias';
import { loggedHandler } from '../aws/logged-handler';
import { RoutingStore } from '../aws/routing-store';
import { noteShift } from './note-shift';

const { routingParameter, settings } = readEnvironment(
  'note-shift',
  z.object({ liveAlias: z.optional(liveAliasSettings) }),
);
const routing = new RoutingStore(new SSMClient(), routingParameter);
const alias = settings.liveAlias && new LiveAlias(new LambdaClient(), settings.liveAlias);

/** Writes the challenger's share of the traffic where the function that serves follows it. */
export const handler = loggedHandler(async (event): Promise<void> => {
  await noteShift(event, { routing, alias });
});
