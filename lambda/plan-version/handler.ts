import { ECRClient } from '@aws-sdk/client-ecr';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readEnvironment } from '../aws/environment';
import { ImageDigests } from '../aws/image-digests';
import { loggedHandler } from '../aws/logged-handler';
import { ModelRegistry } from '../aws/model-registry';
import { ArtifactStore } from '../aws/store';
import { planVersion } from './plan-version';

const { bucketName, modelPackageGroup, settings } = readEnvironment(
  'plan-version',
  z.object({
    image: z.string(),
    trainingImage: z.optional(z.string()),
    codeVersion: z.string(),
    commit: z.optional(z.string()),
    source: z.object({ bucket: z.string(), key: z.string() }),
    hyperparameters: z.record(z.string(), z.string()),
    tuning: z.optional(z.object({ names: z.array(z.string()), version: z.string() })),
    label: z.string(),
  }),
);
const store = new ArtifactStore(new S3Client(), bucketName);
const registry = new ModelRegistry(new SageMakerClient(), modelPackageGroup);
const images = new ImageDigests(new ECRClient());

/** Assigns the challenger's semantic version. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['plan-version']> => {
  return planVersion(event, { store, registry, images, settings });
});
