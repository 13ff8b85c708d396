import type { ModelSignature } from '../../contracts/model-signature';
import { modelSignature } from '../domain/model-signature/model-signature';
import { modelKey } from '../domain/records/bucket-layout';
import type { ArtifactStore } from './store';

/** The signature of a version; undefined of one that was registered before versions had them. */
export function readModelSignature(
  store: Pick<ArtifactStore, 'tryReadJson'>,
  modelVersion: string,
): Promise<ModelSignature | undefined> {
  return store.tryReadJson(modelKey(modelVersion, 'model-signature.json'), modelSignature);
}
