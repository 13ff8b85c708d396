import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { answer, cloudFormationRequest, outcomeOf } from '../aws/cloudformation-request';
import { readEnvironment } from '../aws/environment';
import { LedgerStore } from '../aws/ledger-store';
import { loggedHandler } from '../aws/logged-handler';
import { ModelRegistry } from '../aws/model-registry';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { VersionSigner } from '../aws/version-signer';
import { checkDocument } from '../domain/records/document';
import { AdoptableEndpoint } from './adoptable-endpoint';
import { physicalIdOf, type StepProps, serveStep, stepProperties } from './serve-step';

/** Takes an endpoint over that somebody else made, step by step. */
export const handler = loggedHandler(
  async (event, context: { invokedFunctionArn: string }): Promise<void> => {
    const request = checkDocument(cloudFormationRequest(stepProperties), event, "CloudFormation's request");
    // Read in there, since an error outside would leave CloudFormation without an answer.
    const outcome = await outcomeOf(() => serveStep(request, stepProps(context.invokedFunctionArn)));
    const found = outcome.status === 'SUCCESS' ? outcome.data : undefined;
    await answer(request, physicalIdOf(found, request), outcome);
  },
);

function stepProps(functionArn: string): StepProps {
  const environment = readEnvironment('adopt-endpoint', settingsSchema);
  const { settings, bucketName, modelPackageGroup, routingParameter } = environment;
  const sageMaker = new SageMakerClient();
  const store = new ArtifactStore(new S3Client(), bucketName);
  const routing = new RoutingStore(new SSMClient(), routingParameter);
  return {
    ...environment,
    endpoint: new AdoptableEndpoint({
      ...environment,
      sageMaker,
      autoScaling: new ApplicationAutoScalingClient(),
    }),
    sageMaker,
    store,
    registry: new ModelRegistry(sageMaker, modelPackageGroup),
    routing,
    ledger: new LedgerStore(store, routing),
    signer:
      settings.signingKey === undefined ? undefined : new VersionSigner(new KMSClient(), settings.signingKey),
    now: () => new Date(),
    // arn:<partition>:lambda:...
    partition: functionArn.split(':')[1] ?? 'aws',
    pause: sleep,
  };
}

const settingsSchema = z.object({
  variantName: z.string(),
  hosting: z.object({ instanceType: z.string(), initialInstanceCount: z.int() }),
  contentTypes: z.array(z.string()),
  scales: z.boolean(),
  signingKey: z.optional(z.string()),
});
