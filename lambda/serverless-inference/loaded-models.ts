import { type PinnedStore, readPinned } from '../aws/pinned-reader';
import { readFromArchive } from './model-archive';
import { loadOnnxModel, type OnnxModel } from './onnx-model';

/** Models of the versions that are live, each loaded once. */
export class LoadedModels {
  private readonly models = new Map<string, Promise<OnnxModel>>();
  private kept: readonly string[] = [];

  constructor(private readonly store: PinnedStore) {}

  /**
   * The model of a version. One that could not be loaded is tried again by the next call.
   *
   * @throws Error if the version's archive has no `model.onnx`, or is not what it was registered with
   */
  get(modelVersion: string): Promise<OnnxModel> {
    const known = this.models.get(modelVersion);
    if (known) return known;
    const loading = this.load(modelVersion);
    this.models.set(modelVersion, loading);
    loading.catch(() => {
      if (this.models.get(modelVersion) === loading) this.models.delete(modelVersion);
    });
    return loading;
  }

  /** Begins to load versions that were not kept before, and forgets those that are not kept any more. */
  keep(modelVersions: readonly string[]): void {
    for (const known of this.models.keys()) if (!modelVersions.includes(known)) this.models.delete(known);
    for (const modelVersion of modelVersions) if (!this.kept.includes(modelVersion)) this.get(modelVersion);
    this.kept = modelVersions;
  }

  private async load(modelVersion: string): Promise<OnnxModel> {
    const archive = await readPinned(this.store, modelVersion, 'model');
    const bytes = await readFromArchive(archive, 'model.onnx').catch((cause: Error) => {
      throw new Error(
        `version ${modelVersion} cannot be served here: ${cause.message}; let the training script write model.onnx`,
        { cause },
      );
    });
    return loadOnnxModel(bytes);
  }
}
