import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { ArtifactStore } from '../aws/store';
import { compareShadow, type ShadowLook } from './compare-shadow';

const { bucketName, settings } = readEnvironment(
  z.object({
    durations: z.object({ shortest: z.number(), longest: z.number() }),
    policy: z.object({
      alpha: z.optional(z.number()),
      minimumInvocations: z.optional(z.number()),
      toleratedErrorRateIncrease: z.optional(z.number()),
      maximumLatencyRatio: z.optional(z.number()),
      toleratedLatencyIncreaseMicros: z.optional(z.number()),
      minimumAgreement: z.optional(z.number()),
    }),
    tolerance: z.optional(z.number()),
  }),
);
const cloudWatch = new CloudWatchClient();
const store = new ArtifactStore(new S3Client(), bucketName);

/** Looks at a challenger that gets copies of the champion's requests. */
export async function handler(event: unknown): Promise<ShadowLook> {
  return compareShadow(event, { cloudWatch, store, settings });
}
