import { DescribeExecutionCommand, ExecutionDoesNotExist, type SFNClient } from '@aws-sdk/client-sfn';
import type { ArtifactStore } from '../aws/store';
import { RELEASE_CLAIM } from '../domain/records/bucket-layout';
import { parseDocument } from '../domain/records/document';
import { type Claimant, claimant } from '../domain/release/claimant';
import { ReleaseInProgressError } from '../domain/release/release-plan';

/** What makes a release the only one: an object in the bucket that S3 lets one of two take. */
export class ReleaseClaim {
  constructor(
    private readonly store: ArtifactStore,
    private readonly stepFunctions: SFNClient,
  ) {}

  /**
   * Takes the claim, unless the release that has it is still in progress. It need not be given back. Again by
   * the same release changes nothing.
   *
   * @returns the release that had it before; undefined if none had
   * @throws ReleaseInProgressError
   */
  async take(release: Claimant): Promise<string | undefined> {
    const claim = JSON.stringify(release);
    if (await this.store.writeOnce(RELEASE_CLAIM, claim)) return undefined;
    for (;;) {
      const { text, etag } = await this.store.readTagged(RELEASE_CLAIM);
      const holder = parseDocument(claimant, text, this.store.uriOf(RELEASE_CLAIM));
      if (holder.releaseId === release.releaseId) return undefined;
      if (await this.isUnderWay(holder)) {
        throw new ReleaseInProgressError(
          `release ${holder.releaseId} is in progress: wait for its end, or roll it back`,
        );
      }
      // If somebody else was quicker, this one reads what they wrote.
      if (await this.store.writeOver(RELEASE_CLAIM, claim, etag)) return holder.releaseId;
    }
  }

  private async isUnderWay({ execution }: Claimant): Promise<boolean> {
    try {
      const { status } = await this.stepFunctions.send(
        new DescribeExecutionCommand({ executionArn: execution }),
      );
      return status === 'RUNNING';
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return false;
      throw error;
    }
  }
}
