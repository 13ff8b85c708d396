import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { ModelRegistry } from '../aws/model-registry';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { findChampion } from './find-champion';

const { bucketName, modelPackageGroup, routingParameter } = readEnvironment('find-champion', z.object({}));
const routing = new RoutingStore(new SSMClient(), routingParameter);
const registry = new ModelRegistry(new SageMakerClient(), modelPackageGroup);
const store = new ArtifactStore(new S3Client(), bucketName);

/** Tells which version is in production now. */
export const handler = loggedHandler(async (): Promise<FunctionAnswers['find-champion']> => {
  return findChampion({ routing, registry, store });
});
