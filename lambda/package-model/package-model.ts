import * as z from 'zod/mini';
import type { PinnedObject } from '../../contracts/pinned-artifacts';
import { requestSchema } from '../aws/request-schema';
import { type ArtifactStore, locationOf } from '../aws/store';
import { modelKey, trainingOutputPrefix } from '../domain/records/bucket-layout';
import { checkDocument, modelVersionText } from '../domain/records/document';

/** A training ended with something that is not its version's model. */
export class ForeignArtifactError extends Error {
  override readonly name = 'ForeignArtifact';
}

/**
 * Takes over what the training of a version left: copies its archive from where scripts of the user may write
 * to where only this function may.
 *
 * @throws ForeignArtifactError if the archive is not of the version's training
 */
export async function packageModel(
  event: unknown,
  { store }: { readonly store: ArtifactStore },
): Promise<PinnedObject> {
  const { modelVersion, artifact } = checkDocument(request, event, 'request to package a model');
  const expected = store.uriOf(trainingOutputPrefix(modelVersion));
  if (!artifact.startsWith(expected) || !artifact.endsWith('/model.tar.gz')) {
    throw new ForeignArtifactError(
      `the training of version ${modelVersion} ended with the artifact ${artifact}, but its output belongs below ${expected}`,
    );
  }
  return store.copy(locationOf(artifact), modelKey(modelVersion, 'model.tar.gz'));
}

const request = requestSchema(
  'package-model',
  z.object({ modelVersion: modelVersionText, artifact: z.string() }),
);
