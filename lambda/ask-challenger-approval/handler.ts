import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { Notifier } from '../aws/notifier';
import { ArtifactStore } from '../aws/store';
import { askChallengerApproval } from './ask-challenger-approval';

const environment = readEnvironment('ask-challenger-approval', z.object({}));
const { pipelineName } = environment;
const store = new ArtifactStore(new S3Client(), environment.bucketName);
const notifier = Notifier.of(environment);

/** Asks people about a challenger that the gate could not judge. */
export const handler = loggedHandler(async (event): Promise<void> => {
  return askChallengerApproval(event, { pipelineName, store, notifier });
});
