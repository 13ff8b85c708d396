import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import type { FunctionAnswers } from '../../contracts/functions';
import { endpointSettings } from '../aws/endpoint-settings';
import { readEnvironment } from '../aws/environment';
import { LedgerStore } from '../aws/ledger-store';
import { loggedHandler } from '../aws/logged-handler';
import { ModelRegistry } from '../aws/model-registry';
import { RoutingRecovery } from '../aws/routing-recovery';
import { RoutingStore } from '../aws/routing-store';
import { SignatureCheck } from '../aws/signature-check';
import { ArtifactStore } from '../aws/store';
import { repairChampion } from './repair-champion';

const environment = readEnvironment(
  'repair-champion',
  z.object({
    servingEnvironment: z.record(z.string(), z.string()),
    networkIsolation: z.boolean(),
    hosting: z.optional(endpointSettings),
    executionRoleArn: z.string(),
    // As the workflow gives it to SageMaker.
    dataCapture: z.optional(z.looseObject({})),
    asyncInference: z.optional(z.looseObject({})),
    volumeKey: z.optional(z.string()),
    signingKey: z.optional(z.string()),
    vpcConfig: z.optional(z.object({ SecurityGroupIds: z.array(z.string()), Subnets: z.array(z.string()) })),
    tags: z.array(z.object({ Key: z.string(), Value: z.string() })),
  }),
);
const { pipelineName, ownerId, bucketName, endpointName, modelPackageGroup, settings } = environment;
const sageMaker = new SageMakerClient();
const autoScaling = new ApplicationAutoScalingClient();
const registry = new ModelRegistry(sageMaker, modelPackageGroup);
const store = new ArtifactStore(new S3Client(), bucketName);
const recovery = RoutingRecovery.of(environment, { hasEndpoint: settings.hosting !== undefined });

const { signingKey } = settings;
const ledger = new LedgerStore(store, new RoutingStore(new SSMClient(), environment.routingParameter));
const signatures =
  signingKey === undefined
    ? undefined
    : new SignatureCheck({ pipelineName, signingKey, kms: new KMSClient(), store, ledger });

/** Recreates what somebody deleted of the version in production, and a lost routing document. */
export const handler = loggedHandler(async (): Promise<FunctionAnswers['repair-champion']> => {
  return repairChampion({
    pipelineName,
    ownerId,
    endpointName,
    recovery,
    registry,
    store,
    signatures,
    sageMaker,
    autoScaling,
    settings,
  });
});
