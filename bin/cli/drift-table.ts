import { driftInWords } from '../../lambda/domain/pages/drift/drift-words';
import type { FeatureDrift } from '../../lambda/domain/traffic/drift';
import type { Finding } from '../../lambda/domain/traffic/findings/finding';
import { colored, minute, table } from './output';

interface TabledDrift {
  readonly features: readonly (FeatureDrift & { readonly since?: string | undefined })[];
  readonly findings?: readonly Finding[] | undefined;
}

/**
 * A line for each feature, the farthest first.
 *
 * @param reference what they are compared with, in words. @default - the training data
 */
export function driftTable({ features, findings }: TabledDrift, reference?: string): string {
  const hasSince = features.some(({ since }) => since !== undefined);
  return table(
    ['feature', 'distance', 'p (adjusted)', 'status', ...(hasSince ? ['since'] : []), 'what has changed'],
    [...features]
      .sort((a, b) => (b.distance ?? 0) - (a.distance ?? 0))
      .map(({ feature, distance, adjustedPValue, status, since, change }) => [
        feature,
        distance?.toFixed(4) ?? '',
        adjustedPValue?.toPrecision(3) ?? '',
        colored(status),
        ...(hasSince ? [since === undefined ? '' : minute(since)] : []),
        driftInWords({ feature, change }, { findings, reference }),
      ]),
  );
}
