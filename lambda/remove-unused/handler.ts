import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { RoutingStore } from '../aws/routing-store';
import { removeUnused } from './remove-unused';

const { pipelineName, endpointName, routingParameter } = readEnvironment(z.object({}));
const routing = new RoutingStore(new SSMClient(), routingParameter);
const sageMaker = new SageMakerClient();

/** Removes what no version in production needs. */
export async function handler(): Promise<{ removed: string[] }> {
  return removeUnused({ pipelineName, endpointName, routing, sageMaker });
}
