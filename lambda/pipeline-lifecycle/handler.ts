import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { answer, cloudFormationRequest, outcomeOf } from '../aws/cloudformation-request';
import { readEnvironment } from '../aws/environment';
import { LiveAlias, liveAliasSettings } from '../aws/live-alias';
import { loggedHandler } from '../aws/logged-handler';
import { RoutingRecovery } from '../aws/routing-recovery';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { checkDocument } from '../domain/records/document';
import { type LifecycleRequest, lifecycleProperties, serveRequest } from './serve-request';

/**
 * Starts and ends the life of a pipeline with its stack. CloudFormation always gets an answer, within the
 * function's time.
 */
export const handler = loggedHandler(
  async (event, context: { getRemainingTimeInMillis(): number }): Promise<void> => {
    const request = checkDocument(
      cloudFormationRequest(lifecycleProperties),
      event,
      "CloudFormation's request",
    );
    const deadline = new Date(Date.now() + context.getRemainingTimeInMillis() - TIME_TO_ANSWER);
    const outcome = await outcomeOf(async () => {
      await serve(request, deadline);
      return undefined;
    });
    await answer(request, request.PhysicalResourceId ?? request.LogicalResourceId, outcome);
  },
);

const TIME_TO_ANSWER = 30_000;

async function serve(request: LifecycleRequest, deadline: Date): Promise<void> {
  // Read here, since an error outside would leave CloudFormation without an answer.
  const environment = readEnvironment('pipeline-lifecycle', settingsSchema);
  const { liveAlias } = environment.settings;
  const lambda = new LambdaClient();
  await serveRequest(request, {
    environment,
    recovery: RoutingRecovery.of(environment, { hasEndpoint: environment.settings.hasEndpoint }),
    routing: new RoutingStore(new SSMClient(), environment.routingParameter),
    alias: liveAlias && new LiveAlias(lambda, liveAlias),
    store: new ArtifactStore(new S3Client(), environment.bucketName),
    sageMaker: new SageMakerClient(),
    cloudWatch: new CloudWatchClient(),
    lambda,
    autoScaling: new ApplicationAutoScalingClient(),
    stepFunctions: new SFNClient(),
    patience: { now: () => new Date(), sleep: (milliseconds) => sleep(milliseconds), deadline },
  });
}

const settingsSchema = z.object({
  releaseStateMachineArn: z.string(),
  restoreStateMachineArn: z.string(),
  challengerStateMachineArns: z.array(z.string()),
  hasEndpoint: z.boolean(),
  wakingAlarm: z.optional(z.string()),
  provisionedFunction: z.optional(z.string()),
  liveAlias: z.optional(liveAliasSettings),
});
