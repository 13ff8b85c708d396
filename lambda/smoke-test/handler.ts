import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { ArtifactStore } from '../aws/store';
import type { SmokeTestResult } from './ask-variant';
import { smokeTest } from './smoke-test';

const { bucketName } = readEnvironment(z.object({}));
const store = new ArtifactStore(new S3Client(), bucketName);
const runtime = new SageMakerRuntimeClient();

/** Asks the new variant with recorded requests before it gets traffic. */
export async function handler(event: unknown): Promise<SmokeTestResult> {
  return smokeTest(event, { store, runtime, now: () => new Date() });
}
