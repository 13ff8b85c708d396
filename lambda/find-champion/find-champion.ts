import type { FoundChampion, ScoringContainer } from '../../contracts/functions/retraining';
import { checkRegistered } from '../aws/check-artifacts';
import type { ModelRegistry, RegisteredVersion } from '../aws/model-registry';
import type { RoutingStore } from '../aws/routing-store';
import type { ArtifactStore } from '../aws/store';

/**
 * Tells which version is in production now, and which one is on the way there. A champion that somebody
 * removed from the registry is compared with as it is.
 *
 * @throws ArtifactReplacedError if the champion would be scored with something else than what was registered
 */
export async function findChampion({
  routing,
  registry,
  store,
}: {
  readonly routing: RoutingStore;
  readonly registry: ModelRegistry;
  readonly store: ArtifactStore;
}): Promise<FoundChampion> {
  const { production, candidate } = await routing.read();
  const registered = production && (await registry.find(production.modelVersion));
  if (registered) await checkRegistered(registered, store);
  return {
    champion: production ? { modelVersion: production.modelVersion, modelName: production.modelName } : null,
    container: registered?.properties.ownEnvironment === 'true' ? containerOf(registered) : null,
    candidate: candidate?.modelVersion ?? null,
  };
}

/** The model of an adopted endpoint loads what only its owner's role may read: its copy scores. */
function containerOf({ container }: RegisteredVersion): ScoringContainer {
  const { image, modelDataUrl, environment } = container;
  return { Image: image, ModelDataUrl: modelDataUrl, Environment: environment };
}
