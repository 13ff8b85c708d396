import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Environment } from '../aws/environment';
import type { RoutingStore } from '../aws/routing-store';
import { emptyRouting } from '../domain/routing';
import { changeHosting } from './change-hosting';
import type { CloudFormationRequest } from './cloudformation-request';
import { removePipeline } from './remove-pipeline';
import type { Patience } from './wait-until';

export interface LifecycleSettings {
  readonly releaseStateMachineArn: string;
  readonly restoreStateMachineArn: string;
  readonly retrainingStateMachineArn: string;
}

export interface LifecycleProps {
  readonly environment: Environment<LifecycleSettings>;
  readonly routing: RoutingStore;
  readonly sageMaker: SageMakerClient;
  readonly stepFunctions: SFNClient;
  readonly patience: Patience;
}

/**
 * Does what CloudFormation asks: begins the pipeline's life, takes a changed hosting setting over, or ends it.
 * Each may be asked again.
 */
export async function serveRequest(
  { RequestType, RequestId, ResourceProperties, OldResourceProperties }: CloudFormationRequest,
  { environment, routing, sageMaker, stepFunctions, patience }: LifecycleProps,
): Promise<void> {
  const { pipelineName, endpointName, modelPackageGroup, settings } = environment;
  const { releaseStateMachineArn, restoreStateMachineArn, retrainingStateMachineArn } = settings;
  switch (RequestType) {
    case 'Create':
      await routing.create(emptyRouting(endpointName));
      return;
    case 'Update':
      await routing.create(emptyRouting(endpointName));
      if (ResourceProperties.Hosting === OldResourceProperties?.Hosting) return;
      await changeHosting({
        routing: await routing.read(),
        stepFunctions,
        releaseStateMachineArn,
        requestId: RequestId,
      });
      return;
    case 'Delete':
      await removePipeline({
        pipelineName,
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
