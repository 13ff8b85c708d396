import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { ModelRegistry } from '../aws/model-registry';
import { RoutingStore } from '../aws/routing-store';
import { planRestore, type RestorePlan } from './plan-restore';

const { pipelineName, modelPackageGroup, routingParameter } = readEnvironment(z.object({}));
const registry = new ModelRegistry(new SageMakerClient(), modelPackageGroup);
const routing = new RoutingStore(new SSMClient(), routingParameter);

/** Plans how a release that ended before its end is undone. */
export async function handler(event: unknown): Promise<RestorePlan> {
  return planRestore(event, { pipelineName, registry, routing, registryMilliseconds: 3_000 });
}
