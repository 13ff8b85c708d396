import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { S3Client } from '@aws-sdk/client-s3';
import type { DataCaptureConfig } from '@aws-sdk/client-sagemaker';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { ModelRegistry } from '../aws/model-registry';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { repairChampion } from './repair-champion';

const { pipelineName, bucketName, ownerId, endpointName, modelPackageGroup, routingParameter, settings } =
  readEnvironment(
    z.object({
      servingEnvironment: z.record(z.string(), z.string()),
      hosting: z.optional(z.object({ instanceType: z.string(), initialInstanceCount: z.int() })),
      executionRoleArn: z.string(),
      // As the workflow gives it to SageMaker.
      dataCapture: z.optional(z.custom<DataCaptureConfig>()),
    }),
  );
const sageMaker = new SageMakerClient();
const autoScaling = new ApplicationAutoScalingClient();
const registry = new ModelRegistry(sageMaker, modelPackageGroup);
const store = new ArtifactStore(new S3Client(), bucketName);
const routing = new RoutingStore(new SSMClient(), routingParameter);

/** Makes anew what somebody deleted of the version in production. */
export async function handler(): Promise<{ isUp: boolean }> {
  return repairChampion({
    pipelineName,
    ownerId,
    endpointName,
    routing,
    registry,
    store,
    sageMaker,
    autoScaling,
    settings,
  });
}
