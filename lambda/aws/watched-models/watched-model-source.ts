import type { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import type { ModelToWatch } from '../../../contracts/functions/monitoring';
import { RoutingStore } from '../routing-store';
import { ArtifactStore } from '../store';
import { ModelAtEndpoint } from './model-at-endpoint';
import { ModelInProduction } from './model-in-production';
import type { WatchedModelSource } from './watched-model';

/** Schema of {@link ModelToWatch}. */
export const modelToWatch = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('inProduction'),
    routingParameter: z.string(),
    recordedShare: z.number(),
  }),
  z.object({
    is: z.literal('atEndpoint'),
    endpointName: z.string(),
    variantName: z.string(),
    capture: z.object({ bucket: z.string(), prefix: z.string() }),
    baseline: z.object({ bucket: z.string(), key: z.string() }),
    prefix: z.string(),
    groundTruthPrefix: z.string(),
    holdout: z.optional(z.object({ rows: z.number(), value: z.number() })),
  }),
]);

/** @param bucketName of the monitor's reports */
export function watchedModelSource(
  model: ModelToWatch,
  s3: S3Client,
  bucketName: string,
): WatchedModelSource {
  const storeOf = (name: string) => new ArtifactStore(s3, name);
  switch (model.is) {
    case 'inProduction':
      return new ModelInProduction(
        new RoutingStore(new SSMClient(), model.routingParameter),
        storeOf(bucketName),
        model.recordedShare,
      );
    case 'atEndpoint':
      return new ModelAtEndpoint({ sageMaker: new SageMakerClient(), settings: model, storeOf });
  }
}
