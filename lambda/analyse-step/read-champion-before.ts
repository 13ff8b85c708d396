import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CanaryMinute } from '../domain/release/rules/rule';
import { type MinuteMetrics, type ReleaseVariants, readMinutes } from './read-minutes';

const HOURS_BEFORE = 3;

/**
 * The champion's minutes in the three hours before the challenger had traffic, in both roles: as the
 * challenger it is slow above the challenger's limits.
 */
export function readChampionBefore(
  client: CloudWatchClient,
  { championVariant, sources }: ReleaseVariants,
  since: Date,
  metrics: MinuteMetrics,
): Promise<CanaryMinute[]> {
  const before = {
    championVariant,
    challengerVariant: championVariant,
    sources: sources.map(({ namespace, dimensions }) => ({
      namespace,
      dimensions: withoutRelease(dimensions),
    })),
  };
  const window = { since: new Date(since.getTime() - HOURS_BEFORE * 3_600_000), until: since };
  return readMinutes(client, before, window, metrics);
}

/** Before the release, its champion's requests were counted under others. */
function withoutRelease({
  EndpointConfigName: _config,
  ReleaseId: _release,
  ...dimensions
}: Readonly<Record<string, string>>): Record<string, string> {
  return dimensions;
}
