import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import type { PipelineLifecycleSettings } from '../../contracts/functions/lifecycle';
import type { CloudFormationRequest } from '../aws/cloudformation-request';
import type { Environment } from '../aws/environment';
import type { LiveAlias } from '../aws/live-alias';
import { logger } from '../aws/logger';
import type { RoutingRecovery } from '../aws/routing-recovery';
import type { RoutingStore } from '../aws/routing-store';
import type { ArtifactStore } from '../aws/store';
import type { RoutingDocument } from '../domain/release/routing';
import { changeFunction } from './change-function';
import { releaseAgain } from './release-again';
import { removePipeline } from './remove-pipeline';
import type { Patience } from './wait-until';
import { writeRunbook } from './write-runbook';

/** What a deploy may change that a release takes over. */
export const lifecycleProperties = z.object({
  /** Hosting settings of the endpoint, as text. */
  Hosting: z.optional(z.string()),
  /** ARN of the published version of the function that serves. */
  FunctionVersion: z.optional(z.string()),
  /** The alarms that the runbook explains, as text; older deployments had none. */
  Runbook: z.optional(z.string()),
});

export type LifecycleRequest = CloudFormationRequest<z.infer<typeof lifecycleProperties>>;

export interface LifecycleProps {
  readonly environment: Environment<Omit<PipelineLifecycleSettings, 'liveAlias'>>;
  readonly routing: RoutingStore;
  readonly recovery: Pick<RoutingRecovery, 'begin' | 'read'>;
  /** Of the function that serves; undefined if none does. */
  readonly alias?: LiveAlias | undefined;
  readonly sageMaker: SageMakerClient;
  readonly cloudWatch: CloudWatchClient;
  readonly lambda: LambdaClient;
  readonly autoScaling: ApplicationAutoScalingClient;
  readonly stepFunctions: SFNClient;
  readonly patience: Patience;
  /** Bucket of the pipeline. */
  readonly store: Pick<ArtifactStore, 'write'>;
}

/**
 * Does what CloudFormation asks: starts the pipeline's life, releases what a deployment changes of serving,
 * or ends it. Each may be requested again.
 */
export async function serveRequest(request: LifecycleRequest, props: LifecycleProps): Promise<void> {
  const { environment, routing, recovery, stepFunctions } = props;
  const { pipelineName, ownerId, endpointName, modelPackageGroup, settings } = environment;
  if (request.RequestType !== 'Delete') await writeRunbook(request.ResourceProperties.Runbook, props);
  const { releaseStateMachineArn, restoreStateMachineArn, challengerStateMachineArns } = settings;
  switch (request.RequestType) {
    case 'Create':
      await recovery.begin();
      return;
    case 'Update': {
      const live = await tryRecover(recovery);
      const changes = live ? await changesToRelease(request, props) : ['the routing document is lost'];
      if (changes.length === 0) return;
      if (live && !live.production && !live.candidate) return;
      await releaseAgain({
        stepFunctions,
        releaseStateMachineArn,
        requestId: request.RequestId,
        reason: changes.join(', '),
      });
      return;
    }
    case 'Delete':
      await removePipeline({
        ...props,
        pipelineName,
        ownerId,
        endpointName,
        modelPackageGroup,
        stateMachineArns: [...challengerStateMachineArns, releaseStateMachineArn, restoreStateMachineArn],
        wakingAlarm: settings.wakingAlarm,
        provisionedFunction: settings.provisionedFunction,
      });
      await routing.remove();
  }
}

/**
 * What cannot be recovered fails no deployment, which would fail again when it is rolled back. The release
 * that follows is refused for the same reason, and people are notified of that.
 */
async function tryRecover(recovery: Pick<RoutingRecovery, 'read'>): Promise<RoutingDocument | undefined> {
  try {
    return (await recovery.read()).document;
  } catch (error) {
    logger.error('the routing document could not be recovered', error as Error);
    return undefined;
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
