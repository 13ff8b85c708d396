import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { ArtifactStore } from '../aws/store';
import type { SmokeTestResult } from './ask-samples';
import { smokeTest } from './smoke-test';

const { bucketName, endpointName, settings } = readEnvironment(
  z.object({ hasEndpoint: z.boolean(), functionName: z.optional(z.string()) }),
);
const store = new ArtifactStore(new S3Client(), bucketName);
const runtime = new SageMakerRuntimeClient();
const lambda = new LambdaClient();

/** Asks the new version with recorded requests before it has traffic. */
export async function handler(event: unknown): Promise<SmokeTestResult> {
  return smokeTest(event, { store, runtime, lambda, endpointName, settings });
}
