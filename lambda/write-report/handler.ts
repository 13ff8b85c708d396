import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { requestMetrics } from '../analyse-step/request-sources';
import { readEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { ArtifactStore } from '../aws/store';
import { writeReport } from './write-report';

const { bucketName, settings } = readEnvironment(
  'write-report',
  z.object({ requestMetrics: z.array(requestMetrics) }),
);
const cloudWatch = new CloudWatchClient();
const store = new ArtifactStore(new S3Client(), bucketName);

/** Writes how a release went, as JSON and as a page. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['write-report']> => {
  return writeReport(event, { cloudWatch, store, requestMetrics: settings.requestMetrics });
});
