import type { ModelSignature } from '../../contracts/model-signature';
import { loadOnnxModel, type OnnxModel } from './onnx-model';

/** A model in ONNX. */
export interface ModelFile {
  readonly onnx: Uint8Array;
  /** Undefined if nothing but the model tells what it takes. */
  readonly signature?: ModelSignature | undefined;
}

/** Where the models of versions are. */
export interface ModelFiles {
  /** @throws Error if the version has no model in ONNX, or not the one that it should have */
  read(modelVersion: string): Promise<ModelFile>;
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
    const { onnx, signature } = await this.files.read(modelVersion);
    return loadOnnxModel(onnx, signature);
  }
}
