import { tryReadBaseline } from '../aws/pinned-reader';
import type { RoutingStore } from '../aws/routing-store';
import type { ArtifactStore } from '../aws/store';
import { type DataSchema, inferSchema } from '../domain/data/data-schema';

export interface ChampionSchema {
  /** The version in production; null if there is none. */
  readonly modelVersion: string | null;
  /** What its data say about the next ones. */
  readonly schema: DataSchema;
}

/**
 * What the version in production lets expect of new data; nothing if there is none, or it has no baseline.
 */
export async function readChampionSchema(
  store: ArtifactStore,
  routing: RoutingStore,
): Promise<ChampionSchema> {
  const modelVersion = (await routing.read()).production?.modelVersion ?? null;
  const baseline = modelVersion === null ? undefined : await tryReadBaseline(store, modelVersion);
  return { modelVersion, schema: baseline ? inferSchema(baseline) : {} };
}
