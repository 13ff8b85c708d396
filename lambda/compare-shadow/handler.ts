import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { requestMetrics } from '../analyse-step/request-sources';
import { readEnvironment } from '../aws/environment';
import { EventBus } from '../aws/event-bus';
import { loggedHandler } from '../aws/logged-handler';
import { ArtifactStore } from '../aws/store';
import { problemSettings } from '../domain/metrics/problem';
import { shadowPolicySettings } from '../domain/release/canary-policy';
import { compareShadow } from './compare-shadow';

const { pipelineName, bucketName, settings } = readEnvironment(
  'compare-shadow',
  z.object({
    problem: problemSettings,
    durations: z.object({ shortest: z.number(), longest: z.number() }),
    policy: shadowPolicySettings,
    tolerance: z.optional(z.number()),
    requestMetrics,
  }),
);
const cloudWatch = new CloudWatchClient();
const sagemaker = new SageMakerClient();
const store = new ArtifactStore(new S3Client(), bucketName);
const eventBus = new EventBus(new EventBridgeClient(), pipelineName);

/** Evaluates a challenger that receives copies of the champion's requests. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['compare-shadow']> => {
  return compareShadow(event, { cloudWatch, sagemaker, store, eventBus, settings });
});
