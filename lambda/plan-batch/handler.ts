import { S3Client } from '@aws-sdk/client-s3';
import { DescribeModelCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import type { BatchContainer } from '../../contracts/batch';
import type { FunctionAnswers } from '../../contracts/functions';
import { readPartEnvironment } from '../aws/environment';
import { loggedHandler } from '../aws/logged-handler';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { batchEngineKind, batchOutputSettings } from '../domain/batch/batch-documents';
import { planBatchRequest } from '../domain/batch/batch-run-request';
import { checkDocument } from '../domain/records/document';
import { planBatch } from './plan-batch';

const { pipelineName, bucketName, settings } = readPartEnvironment(
  'plan-batch',
  z.object({
    batchName: z.string(),
    routingParameter: z.string(),
    input: z.object({ bucket: z.string(), prefix: z.string() }),
    output: batchOutputSettings,
    engine: batchEngineKind,
    partBytes: z.number(),
    instances: z.optional(z.object({ type: z.string(), count: z.int() })),
  }),
);
const s3 = new S3Client();
const sageMaker = new SageMakerClient();
const props = {
  ...settings,
  pipelineName,
  store: new ArtifactStore(s3, bucketName),
  inputStore: new ArtifactStore(s3, settings.input.bucket),
  routing: new RoutingStore(new SSMClient(), settings.routingParameter),
  containerOf,
  now: () => new Date(),
};

/** Plans a run of a batch: what it reads, with which version, and in which parts. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['plan-batch']> => {
  return planBatch(checkDocument(planBatchRequest, event, 'request to plan a run'), props);
});

async function containerOf(ModelName: string): Promise<BatchContainer> {
  const { PrimaryContainer, EnableNetworkIsolation } = await sageMaker.send(
    new DescribeModelCommand({ ModelName }),
  );
  const { Image, ModelDataUrl, Environment = {} } = PrimaryContainer ?? {};
  if (!Image || !ModelDataUrl) {
    throw new Error(
      `the model ${ModelName} has no image or archive of its own, so that no job can score with it`,
    );
  }
  return { Image, ModelDataUrl, Environment, isIsolated: EnableNetworkIsolation ?? false };
}
