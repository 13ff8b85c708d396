import { loadOnnxModel, type OnnxModel } from './onnx-model';

/** Where the models of versions are. */
export interface ModelFiles {
  /** The version's model in ONNX. @throws Error if it has none, or not the one that it should have */
  read(modelVersion: string): Promise<Uint8Array>;
}

/** Models of the versions that are live, each loaded once. */
export class LoadedModels {
  private readonly models = new Map<string, Promise<OnnxModel>>();
  private kept: readonly string[] = [];

  constructor(private readonly files: ModelFiles) {}

  /**
   * The model of a version. One that could not be loaded is tried again by the next call.
   *
   * @throws Error if the version has no model in ONNX, or not the one that it should have
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
    return loadOnnxModel(await this.files.read(modelVersion));
  }
}
