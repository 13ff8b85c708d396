import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { ArtifactStore } from '../aws/store';
import { type GivenRequest, givenRequests } from './given-request';
import { smokeTest } from './smoke-test';

const { bucketName, endpointName, settings } = readEnvironment(
  'smoke-test',
  z.object({
    endpoint: z.optional(z.enum(['realTime', 'serverless', 'asynchronous'])),
    functionName: z.optional(z.string()),
    /** Where the requests of the pipeline's owner are. */
    requests: z.optional(z.object({ bucket: z.string(), key: z.string() })),
  }),
);
const s3 = new S3Client();
const store = new ArtifactStore(s3, bucketName);
const runtime = new SageMakerRuntimeClient();
const lambda = new LambdaClient();

/** Asks the new version with recorded requests before it has traffic. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['smoke-test']> => {
  const requests = await requestsOfOwner();
  const stopwatch = () => performance.now();
  return smokeTest(event, { store, runtime, lambda, endpointName, settings, requests, stopwatch });
});

async function requestsOfOwner(): Promise<readonly GivenRequest[]> {
  if (!settings.requests) return [];
  const { bucket, key } = settings.requests;
  return new ArtifactStore(s3, bucket).readJson(key, givenRequests);
}
