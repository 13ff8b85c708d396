import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { readPartEnvironment } from '../aws/environment';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { apiSecurity } from '../domain/http/api-security';
import type { HttpAnswer } from '../domain/http/http-fault';
import { LiveRouting } from '../inference/live-routing';
import { answerHttp } from './answer-http';
import { Champion } from './champion';
import { EndpointModel } from './endpoint-model';

const { pipelineName, bucketName, settings } = readPartEnvironment(
  'inference-api',
  z.object({
    routing: z.object({ kind: z.literal('routing'), parameter: z.string(), maximumAgeSeconds: z.number() }),
    endpointName: z.optional(z.string()),
    security: apiSecurity,
  }),
);
const { routing, endpointName, security } = settings;
const champion = new Champion({
  routing: new LiveRouting({
    routing: new RoutingStore(new SSMClient(), routing.parameter),
    maximumAgeSeconds: routing.maximumAgeSeconds,
    now: () => new Date(),
  }),
  store: new ArtifactStore(new S3Client(), bucketName),
});
const endpoint =
  endpointName === undefined
    ? undefined
    : // The caller waits no longer than API Gateway does, which is half a minute.
      new EndpointModel({ runtime: new SageMakerRuntimeClient({ maxAttempts: 2 }), endpointName });

/** Answers requests of the HTTP API that are about the model; with an endpoint, rows as well. */
export function handler(event: unknown): Promise<HttpAnswer> {
  return answerHttp(event, { pipelineName, security, champion, endpoint });
}
