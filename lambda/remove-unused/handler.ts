import { LambdaClient } from '@aws-sdk/client-lambda';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { RoutingStore } from '../aws/routing-store';
import { FunctionVersions } from './function-versions';
import { removeUnused } from './remove-unused';

const { pipelineName, ownerId, endpointName, routingParameter, settings } = readEnvironment(
  'remove-unused',
  z.object({
    /** The function that serves, if one does. */
    functionName: z.optional(z.string()),
  }),
);
const routing = new RoutingStore(new SSMClient(), routingParameter);
const sageMaker = new SageMakerClient();
const functionVersions =
  settings.functionName === undefined
    ? undefined
    : new FunctionVersions(new LambdaClient(), settings.functionName);

/** Removes what no version in production needs. */
export const handler = loggedHandler(async (): Promise<FunctionAnswers['remove-unused']> => {
  return removeUnused({ pipelineName, ownerId, endpointName, routing, sageMaker, functionVersions });
});
