import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readPartEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { requestSchema } from '../aws/request-schema';
import { ArtifactStore } from '../aws/store';
import { checkDocument } from '../domain/records/document';
import { profileGroup } from './profile-group';

const { bucketName } = readPartEnvironment('profile-capture', z.object({}));
const s3 = new S3Client();
const storeOf = (name: string) => new ArtifactStore(s3, name);
const props = { store: storeOf(bucketName), storeOf };
const request = requestSchema('profile-capture', z.object({ plan: z.string(), group: z.int() }));

/** Profiles one group of an hour's recorded requests. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['profile-capture']> => {
  return profileGroup(checkDocument(request, event, 'request to profile a group'), props);
});
