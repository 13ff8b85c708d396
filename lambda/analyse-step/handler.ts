import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { readEnvironment } from '../aws/environment';
import { EventBus } from '../aws/event-bus';
import { loggedHandler } from '../aws/logged-handler';
import { ArtifactStore } from '../aws/store';
import { problemSettings } from '../domain/metrics/problem';
import { canaryPolicySettings } from '../domain/release/canary-policy';
import { analyseStep } from './analyse-step';
import { requestMetrics } from './request-sources';

const { pipelineName, bucketName, settings } = readEnvironment(
  'analyse-step',
  z.object({
    problem: problemSettings,
    durations: z.object({ step: z.number(), bake: z.number(), longest: z.number() }),
    policy: canaryPolicySettings,
    businessMetrics: z.array(
      z.object({
        namespace: z.string(),
        metricName: z.string(),
        dimensions: z.record(z.string(), z.string()),
      }),
    ),
    requestMetrics: z.tuple([requestMetrics], requestMetrics),
  }),
);
const cloudWatch = new CloudWatchClient();
const sagemaker = new SageMakerClient();
const store = new ArtifactStore(new S3Client(), bucketName);
const eventBus = new EventBus(new EventBridgeClient(), pipelineName);

/** Evaluates a release: compares challenger and champion over the same minutes. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['analyse-step']> => {
  return analyseStep(event, { cloudWatch, sagemaker, store, eventBus, settings });
});
