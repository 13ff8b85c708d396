import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ratePairs, totals } from '../domain/canary-rules/rule';
import type { Rate } from '../domain/rate-evidence';
import { type ReleaseVariants, readMinutes } from './read-minutes';

const HOURS_BEFORE = 3;

/** The champion's requests in the three hours before the challenger had traffic, and those of them that failed. */
export async function readChampionBefore(
  client: CloudWatchClient,
  variants: ReleaseVariants,
  since: Date,
): Promise<Rate> {
  const before = {
    ...variants,
    sources: variants.sources.map(({ namespace, dimensions }) => ({
      namespace,
      dimensions: withoutRelease(dimensions),
    })),
  };
  const window = { since: new Date(since.getTime() - HOURS_BEFORE * 3_600_000), until: since };
  const minutes = await readMinutes(client, before, window, { latencyLimits: [], business: [] });
  return totals(ratePairs(minutes, ({ errors, invocations }) => ({ events: errors, requests: invocations })))
    .champion;
}

/** Before the release, its champion's requests were counted under others. */
function withoutRelease({
  EndpointConfigName: _config,
  ReleaseId: _release,
  ...dimensions
}: Readonly<Record<string, string>>): Record<string, string> {
  return dimensions;
}
