import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { RoutingDocument } from '../domain/routing';

export interface ReleaseAgainProps {
  readonly routing: RoutingDocument;
  readonly stepFunctions: SFNClient;
  readonly releaseStateMachineArn: string;
  /** Identifies the change, so that a request that comes twice releases once. */
  readonly requestId: string;
  /** What has changed. */
  readonly reason: string;
}

/**
 * Releases the version in production again, with the settings of now, by the same workflow as any release, once the release
 * that may be under way has ended. The deployment does not wait for it. Without a version in production, or
 * one on its way there, there is nothing to do.
 */
export async function releaseAgain(props: ReleaseAgainProps): Promise<void> {
  const { routing, stepFunctions, releaseStateMachineArn, requestId, reason } = props;
  if (!routing.production && !routing.candidate) return;
  await stepFunctions
    .send(
      new StartExecutionCommand({
        stateMachineArn: releaseStateMachineArn,
        name: `deploy-${requestId}`,
        input: JSON.stringify({ modelVersion: 'production', reason, waitForOthers: true }),
      }),
    )
    .catch((error: unknown) => {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
    });
}
