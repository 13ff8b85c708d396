import { readFromArchive } from '../aws/model-archive';
import { readModelSignature } from '../aws/model-signatures';
import { type PinnedStore, readPinned } from '../aws/pinned-reader';
import type { ModelFile, ModelFiles } from './loaded-models';

/** Models of registered versions, in their archives. */
export class RegisteredModels implements ModelFiles {
  constructor(private readonly store: PinnedStore) {}

  /** @throws Error if the version's archive has no `model.onnx`, or is not what it was registered with */
  async read(modelVersion: string): Promise<ModelFile> {
    const [archive, signature] = await Promise.all([
      readPinned(this.store, modelVersion, 'model'),
      // Versions of earlier days have none.
      readModelSignature(this.store, modelVersion),
    ]);
    const onnx = await readFromArchive(archive, 'model.onnx').catch((cause: Error) => {
      throw new Error(
        `version ${modelVersion} cannot be served here: ${cause.message}; let the training script write model.onnx`,
        { cause },
      );
    });
    return { onnx, signature };
  }
}
