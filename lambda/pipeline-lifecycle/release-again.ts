import type { SFNClient } from '@aws-sdk/client-sfn';
import { startOnce } from '../aws/start-once';

export interface ReleaseAgainProps {
  readonly stepFunctions: SFNClient;
  readonly releaseStateMachineArn: string;
  /** Identifies the change, so that a request that comes twice releases once. */
  readonly requestId: string;
  /** What has changed. */
  readonly reason: string;
}

/**
 * Releases the version in production again, with the current settings, by the same workflow as any release,
 * once a release in progress has ended. The deployment does not wait for it.
 */
export async function releaseAgain(props: ReleaseAgainProps): Promise<void> {
  const { stepFunctions, releaseStateMachineArn, requestId, reason } = props;
  await startOnce(stepFunctions, {
    stateMachineArn: releaseStateMachineArn,
    name: `deploy-${requestId}`,
    input: JSON.stringify({ modelVersion: 'production', reason, waitForOthers: true }),
  });
}
