import { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readEnvironment } from '../aws/environment';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { type HttpAnswer, type Inference, infer } from './infer';
import { ProductionModel } from './production-model';

const { bucketName, routingParameter } = readEnvironment(z.object({}));
const production = new ProductionModel({
  routing: new RoutingStore(new SSMClient(), routingParameter),
  store: new ArtifactStore(new S3Client(), bucketName),
  now: () => new Date(),
});

/** Answers with the version in production. */
export async function handler(event: unknown): Promise<Inference | HttpAnswer> {
  return infer(event, production);
}
