import { type PinnedStore, readPinned } from '../aws/pinned-reader';
import type { ModelFiles } from './loaded-models';
import { readFromArchive } from './model-archive';

/** Models of registered versions, in their archives. */
export class RegisteredModels implements ModelFiles {
  constructor(private readonly store: PinnedStore) {}

  /** @throws Error if the version's archive has no `model.onnx`, or is not what it was registered with */
  async read(modelVersion: string): Promise<Uint8Array> {
    const archive = await readPinned(this.store, modelVersion, 'model');
    return readFromArchive(archive, 'model.onnx').catch((cause: Error) => {
      throw new Error(
        `version ${modelVersion} cannot be served here: ${cause.message}; let the training script write model.onnx`,
        { cause },
      );
    });
  }
}
