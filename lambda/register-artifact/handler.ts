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
import { Notifier } from '../aws/notifier';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { VersionSigner } from '../aws/version-signer';
import { problemSettings } from '../domain/metrics/problem';
import { registerArtifact } from './register-artifact';
import { isPackageEvent, takePackage } from './take-package';

const text = z.string();

const environment = readEnvironment(
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
    onModelPackage: z.optional(z.enum(['register', 'release'])),
  }),
);
const { pipelineName, bucketName, modelPackageGroup, routingParameter, settings } = environment;
const s3 = new S3Client();
const store = new ArtifactStore(s3, bucketName);
const bucketOf = (name: string) => new ArtifactStore(s3, name);
const registry = new ModelRegistry(new SageMakerClient(), modelPackageGroup);
const images = new ImageDigests(new ECRClient());
const routing = new RoutingStore(new SSMClient(), routingParameter);
const ledger = new LedgerStore(store, routing);
const notifier = Notifier.of(environment);
const signer =
  settings.signingKey === undefined ? undefined : new VersionSigner(new KMSClient(), settings.signingKey);
const stepFunctions = new SFNClient();
const compare = async (order: RegistrationOrder, name: string): Promise<string> => {
  const { executionArn } = await stepFunctions.send(
    new StartExecutionCommand({
      stateMachineArn: settings.registrationStateMachine,
      name,
      input: JSON.stringify(order),
    }),
  );
  return executionArn as string;
};
const now = () => new Date();
const props = { pipelineName, store, bucketOf, registry, routing, images, ledger, settings, signer, now };

/**
 * Registers a model that was trained elsewhere as a version: one that somebody asks to register, or one that
 * somebody has put into the registry as a package.
 */
export const handler = loggedHandler(
  async (event, { awsRequestId }): Promise<RegisteredArtifact | undefined> => {
    if (isPackageEvent(event))
      return takePackage(event, { ...props, notifier, requestId: awsRequestId, compare });
    return registerArtifact(event, {
      ...props,
      // A version is compared once: its number is claimed.
      compare: (order) => compare(order, `register-${order.modelVersion.replaceAll('.', '-')}`),
    });
  },
);
