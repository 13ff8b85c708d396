import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { ModelRegistry } from '../aws/model-registry';
import { ArtifactStore } from '../aws/store';
import { VersionSigner } from '../aws/version-signer';
import { registerModel } from './register-model';

const { pipelineName, bucketName, modelPackageGroup, settings } = readEnvironment(
  'register-model',
  z.object({
    contentTypes: z.array(z.string()),
    instanceTypes: z.object({ realtime: z.array(z.string()), transform: z.array(z.string()) }),
    signingKey: z.optional(z.string()),
  }),
);
const store = new ArtifactStore(new S3Client(), bucketName);
const registry = new ModelRegistry(new SageMakerClient(), modelPackageGroup);
const signer =
  settings.signingKey === undefined ? undefined : new VersionSigner(new KMSClient(), settings.signingKey);
const now = () => new Date();

/** Registers the challenger with metrics and lineage. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['register-model']> => {
  return registerModel(event, { pipelineName, store, registry, settings, signer, now });
});
