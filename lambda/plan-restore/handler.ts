import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { ModelRegistry } from '../aws/model-registry';
import { RoutingRecovery } from '../aws/routing-recovery';
import { RoutingStore } from '../aws/routing-store';
import { planRestore } from './plan-restore';

const environment = readEnvironment('plan-restore', z.object({ hasEndpoint: z.boolean() }));
const { pipelineName, modelPackageGroup, routingParameter, settings } = environment;
const registry = new ModelRegistry(new SageMakerClient(), modelPackageGroup);
const routing = new RoutingStore(new SSMClient(), routingParameter);
const recovery = RoutingRecovery.of(environment, settings);

/** Plans the rollback of a release that ended early. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['plan-restore']> => {
  return planRestore(event, { pipelineName, registry, routing, recovery, registryMilliseconds: 3_000 });
});
