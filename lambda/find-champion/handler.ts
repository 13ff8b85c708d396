import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { RoutingStore } from '../aws/routing-store';
import { type FoundChampion, findChampion } from './find-champion';

const { routingParameter } = readEnvironment(z.object({}));
const routing = new RoutingStore(new SSMClient(), routingParameter);

/** Tells which version is in production now. */
export async function handler(): Promise<FoundChampion> {
  return findChampion(routing);
}
