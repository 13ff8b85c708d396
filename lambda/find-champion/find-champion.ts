import type { RoutingStore } from '../aws/routing-store';
import type { ProductionRoute } from '../domain/routing';

export interface FoundChampion {
  /** What a challenger has to beat, null if nothing is in production. */
  readonly champion: Pick<ProductionRoute, 'modelVersion' | 'modelName'> | null;
  /** A version that may be the champion soon, null if none is being released. */
  readonly candidate: string | null;
}

/** Tells which version is in production now, and which one is on the way there. */
export async function findChampion(routing: RoutingStore): Promise<FoundChampion> {
  const { production, candidate } = await routing.read();
  return {
    champion: production ? { modelVersion: production.modelVersion, modelName: production.modelName } : null,
    candidate: candidate?.modelVersion ?? null,
  };
}
