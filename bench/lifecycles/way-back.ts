import type { RehearsedPipeline } from './rehearsed-pipeline';
import { PIPELINE } from './rehearsed-stack';

const LONGEST_SECONDS = 120;
const SLICE_SECONDS = 5;

/**
 * Asks for a rollback. If the champion shares its traffic with a challenger at that moment, it must have all
 * of it within one update of the endpoint, whatever is lost.
 *
 * @returns what did not come to be
 */
export async function rollBack(pipeline: RehearsedPipeline): Promise<string[]> {
  const { production, candidate } = await pipeline.routing();
  const before = await trafficOf(pipeline);
  await pipeline.rollBack();
  const isShared =
    before && production && candidate && before.weights.size === 2 && candidate.trafficShare > 0;
  if (!isShared || pipeline.isDamaged || before.status !== 'InService') return [];
  const updates = new Set([before.updated]);
  for (let seconds = 0; seconds < LONGEST_SECONDS; seconds += SLICE_SECONDS) {
    const now = await trafficOf(pipeline);
    if (now) updates.add(now.updated);
    const others = [...(now?.weights ?? [])].filter(
      ([variant, weight]) => variant !== production.variant && weight > 0,
    );
    if (now?.weights.get(production.variant) && others.length === 0) {
      return updates.size <= MOST_STATES
        ? []
        : [`the champion had its traffic after ${updates.size - 1} updates`];
    }
    await pipeline.pass(SLICE_SECONDS);
  }
  return [`the champion does not have all traffic ${LONGEST_SECONDS} s after a rollback`];
}

/** Before the update, while it is in progress, and when it has ended. */
const MOST_STATES = 3;

interface Traffic {
  readonly status: string;
  readonly updated: string;
  readonly weights: ReadonlyMap<string, number>;
}

async function trafficOf(pipeline: RehearsedPipeline): Promise<Traffic | undefined> {
  const named = { EndpointName: PIPELINE };
  const endpoint = await pipeline.call('sagemaker', 'DescribeEndpoint', named).catch(() => undefined);
  if (!endpoint) return undefined;
  const variants: { VariantName: string; CurrentWeight: number }[] = endpoint.ProductionVariants ?? [];
  return {
    status: endpoint.EndpointStatus,
    updated: String(endpoint.LastModifiedTime),
    weights: new Map(variants.map(({ VariantName, CurrentWeight }) => [VariantName, CurrentWeight])),
  };
}
