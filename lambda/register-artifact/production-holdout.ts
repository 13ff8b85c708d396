import type { ModelRegistry } from '../aws/model-registry';
import type { RoutingStore } from '../aws/routing-store';
import type { ArtifactStore } from '../aws/store';
import { baselineSchema } from '../domain/data/baseline';
import { parseSplit } from '../domain/data/split-document';
import { holdoutKey, modelKey, splitKey } from '../domain/records/bucket-layout';
import { RegistrationRefusedError } from './registration-refused-error';
import type { RegisteredHoldout } from './take-holdout';

export interface ProductionHoldoutProps {
  readonly store: ArtifactStore;
  readonly registry: Pick<ModelRegistry, 'find'>;
  readonly routing: Pick<RoutingStore, 'read'>;
}

/**
 * The holdout that the version in production was judged on, and the rows that its traffic is compared with.
 *
 * @throws RegistrationRefusedError if nothing is in production, or it was judged on none
 */
export async function productionHoldout({
  store,
  registry,
  routing,
}: ProductionHoldoutProps): Promise<RegisteredHoldout> {
  const { production } = await routing.read();
  if (!production) {
    throw new RegistrationRefusedError(
      `the model comes without a holdout, and nothing is in production whose holdout could judge it: ${WAY_OUT}`,
    );
  }
  const { modelVersion } = production;
  const dataVersion = (await registry.find(modelVersion))?.properties.dataVersion;
  const split = dataVersion && (await store.tryReadText(splitKey(dataVersion)));
  if (!dataVersion || !split) {
    throw new RegistrationRefusedError(
      `the model comes without a holdout, and version ${modelVersion} in production was judged on none: ${WAY_OUT}`,
    );
  }
  const { columns } = parseSplit(split);
  const { features } = await store.readJson(modelKey(modelVersion, 'baseline.json'), baselineSchema);
  return { dataVersion, columns, features, holdoutUri: store.uriOf(holdoutKey(dataVersion, 'features')) };
}

const WAY_OUT = 'give labeled rows that it was not trained on';
