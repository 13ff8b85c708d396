import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { endpointSettings } from '../aws/endpoint-settings';
import { readEnvironment } from '../aws/environment';
import { EventBus } from '../aws/event-bus';
import { LedgerStore } from '../aws/ledger-store';
import { loggedHandler } from '../aws/logged-handler';
import { ModelRegistry } from '../aws/model-registry';
import { RoutingRecovery } from '../aws/routing-recovery';
import { RoutingStore } from '../aws/routing-store';
import { SignatureCheck } from '../aws/signature-check';
import { ArtifactStore } from '../aws/store';
import { plan } from './plan';
import { ReleaseClaim } from './release-claim';

const environment = readEnvironment(
  'plan-release',
  z.object({
    trafficShares: z.array(z.number()),
    shadowShare: z.optional(z.number()),
    keepsVariant: z.boolean(),
    functionVersion: z.optional(z.string()),
    servingEnvironment: z.record(z.string(), z.string()),
    networkIsolation: z.boolean(),
    hosting: z.optional(endpointSettings),
    signingKey: z.optional(z.string()),
    adoptedConfig: z.optional(z.string()),
    scaling: z.optional(z.object({ minCapacity: z.int(), maxCapacity: z.int() })),
  }),
);
const { pipelineName, ownerId, bucketName, modelPackageGroup, routingParameter, settings } = environment;
const sageMaker = new SageMakerClient();
const registry = new ModelRegistry(sageMaker, modelPackageGroup);
const routing = new RoutingStore(new SSMClient(), routingParameter);
const store = new ArtifactStore(new S3Client(), bucketName);
const recovery = RoutingRecovery.of(environment, { hasEndpoint: settings.hosting !== undefined });
const ledger = new LedgerStore(store, routing);
const { signingKey } = settings;
const signatures =
  signingKey === undefined
    ? undefined
    : new SignatureCheck({ pipelineName, signingKey, kms: new KMSClient(), store, ledger });
const claim = new ReleaseClaim(store, new SFNClient());
const eventBus = new EventBus(new EventBridgeClient(), pipelineName);

/** Plans a release: variant, names, traffic shares, and what to retire. */
export const handler = loggedHandler(async (event): Promise<FunctionAnswers['plan-release']> => {
  return plan(event, {
    pipelineName,
    ownerId,
    settings,
    registry,
    routing,
    recovery,
    claim,
    store,
    signatures,
    eventBus,
    sageMaker,
  });
});
