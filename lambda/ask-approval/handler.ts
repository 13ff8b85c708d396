import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { Notifier } from '../aws/notifier';
import { ArtifactStore } from '../aws/store';
import { askApproval } from './ask-approval';

const environment = readEnvironment('ask-approval', z.object({}));
const { pipelineName } = environment;
const store = new ArtifactStore(new S3Client(), environment.bucketName);
const notifier = Notifier.of(environment);

/** Asks people whether a release may go on. */
export const handler = loggedHandler(async (event): Promise<void> => {
  return askApproval(event, { pipelineName, store, notifier });
});
