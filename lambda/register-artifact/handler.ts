import { ECRClient } from '@aws-sdk/client-ecr';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import type { RegisteredArtifact, RegistrationOrder } from '../../contracts/functions/registering';
import { readEnvironment } from '../aws/environment';
import { ImageDigests } from '../aws/image-digests';
import { LedgerStore } from '../aws/ledger-store';
import { loggedHandler } from '../aws/logged-handler';
import { ModelRegistry } from '../aws/model-registry';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { VersionSigner } from '../aws/version-signer';
import { problemSettings } from '../domain/metrics/problem';
import { registerArtifact } from './register-artifact';

const text = z.string();

const { pipelineName, bucketName, modelPackageGroup, routingParameter, settings } = readEnvironment(
  'register-artifact',
  z.object({
    image: text,
    inferenceScript: z.optional(text),
    files: z.array(z.object({ pattern: text, description: text })),
    contentTypes: z.array(text),
    source: z.optional(
      z.object({
        location: z.object({ bucket: text, key: text }),
        codeVersion: text,
        commit: z.optional(text),
      }),
    ),
    servingEnvironment: z.record(text, text),
    instanceType: text,
    servesByFunction: z.boolean(),
    hasSmokeTestRequests: z.boolean(),
    signingKey: z.optional(text),
    label: z.optional(text),
    ignoredColumns: z.array(text),
    problem: problemSettings,
    judgedBy: z.array(text),
    registrationStateMachine: text,
  }),
);
const s3 = new S3Client();
const store = new ArtifactStore(s3, bucketName);
const bucketOf = (name: string) => new ArtifactStore(s3, name);
const registry = new ModelRegistry(new SageMakerClient(), modelPackageGroup);
const images = new ImageDigests(new ECRClient());
const ledger = new LedgerStore(store, new RoutingStore(new SSMClient(), routingParameter));
const signer =
  settings.signingKey === undefined ? undefined : new VersionSigner(new KMSClient(), settings.signingKey);
const stepFunctions = new SFNClient();
const compare = async (order: RegistrationOrder): Promise<string> => {
  const { executionArn } = await stepFunctions.send(
    new StartExecutionCommand({
      stateMachineArn: settings.registrationStateMachine,
      // A version is compared once: its number is claimed.
      name: `register-${order.modelVersion.replaceAll('.', '-')}`,
      input: JSON.stringify(order),
    }),
  );
  return executionArn as string;
};
const now = () => new Date();

/** Registers a model that was trained elsewhere as a version. */
export const handler = loggedHandler(async (event): Promise<RegisteredArtifact> => {
  return registerArtifact(event, {
    pipelineName,
    store,
    bucketOf,
    registry,
    images,
    ledger,
    settings,
    signer,
    compare,
    now,
  });
});
