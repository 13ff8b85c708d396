import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { ArtifactStore } from '../aws/store';
import { packageModel } from './package-model';

const { bucketName } = readEnvironment('package-model', z.object({}));
const store = new ArtifactStore(new S3Client(), bucketName);

/** Takes over what the training of a version left. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['package-model']> => {
  return packageModel(event, { store });
});
