import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { RoutingStore } from '../aws/routing-store';
import { noteShift } from './note-shift';

const { routingParameter } = readEnvironment(z.object({}));
const routing = new RoutingStore(new SSMClient(), routingParameter);

/** Writes the challenger's share of the traffic into the routing document. */
export async function handler(event: unknown): Promise<void> {
  await noteShift(event, { routing });
}
