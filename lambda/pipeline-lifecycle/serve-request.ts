import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import type { CloudFormationRequest } from '../aws/cloudformation-request';
import type { Environment } from '../aws/environment';
import type { LiveAlias } from '../aws/live-alias';
import type { RoutingStore } from '../aws/routing-store';
import { emptyRouting } from '../domain/routing';
import { changeFunction } from './change-function';
import { releaseAgain } from './release-again';
import { removePipeline } from './remove-pipeline';
import type { Patience } from './wait-until';

/** What a deploy may change that a release takes over. */
export const lifecycleProperties = z.object({
  /** Hosting settings of the endpoint, as text. */
  Hosting: z.optional(z.string()),
  /** ARN of the published version of the function that serves. */
  FunctionVersion: z.optional(z.string()),
});

export type LifecycleRequest = CloudFormationRequest<z.infer<typeof lifecycleProperties>>;

export interface LifecycleSettings {
  readonly releaseStateMachineArn: string;
  readonly restoreStateMachineArn: string;
  readonly retrainingStateMachineArn: string;
}

export interface LifecycleProps {
  readonly environment: Environment<LifecycleSettings>;
  readonly routing: RoutingStore;
  /** Of the function that serves; undefined if none does. */
  readonly alias?: LiveAlias | undefined;
  readonly sageMaker: SageMakerClient;
  readonly stepFunctions: SFNClient;
  readonly patience: Patience;
}

/**
 * Does what CloudFormation asks: begins the pipeline's life, takes over what a deploy changes of what serves, or ends it.
 * Each may be asked again.
 */
export async function serveRequest(request: LifecycleRequest, props: LifecycleProps): Promise<void> {
  const { environment, routing, sageMaker, stepFunctions, patience } = props;
  const { pipelineName, ownerId, endpointName, modelPackageGroup, settings } = environment;
  const { releaseStateMachineArn, restoreStateMachineArn, retrainingStateMachineArn } = settings;
  switch (request.RequestType) {
    case 'Create':
      await routing.create(emptyRouting(endpointName));
      return;
    case 'Update': {
      await routing.create(emptyRouting(endpointName));
      const changes = await changesToRelease(request, props);
      if (changes.length === 0) return;
      await releaseAgain({
        routing: await routing.read(),
        stepFunctions,
        releaseStateMachineArn,
        requestId: request.RequestId,
        reason: changes.join(', '),
      });
      return;
    }
    case 'Delete':
      await removePipeline({
        pipelineName,
        ownerId,
        endpointName,
        modelPackageGroup,
        stateMachineArns: [retrainingStateMachineArn, releaseStateMachineArn, restoreStateMachineArn],
        sageMaker,
        stepFunctions,
        patience,
      });
      await routing.remove();
  }
}

async function changesToRelease(
  { ResourceProperties, OldResourceProperties }: LifecycleRequest,
  { routing, alias }: LifecycleProps,
): Promise<string[]> {
  const { Hosting, FunctionVersion: deployed } = ResourceProperties;
  const former = OldResourceProperties?.FunctionVersion;
  const changesFunction =
    alias !== undefined &&
    deployed !== undefined &&
    (await changeFunction({ deployed, former, routing, alias }));
  return [
    ...(Hosting === OldResourceProperties?.Hosting ? [] : ['hosting settings changed']),
    ...(changesFunction ? ['the function changed'] : []),
  ];
}
