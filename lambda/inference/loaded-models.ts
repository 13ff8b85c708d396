import type { ModelSignature } from '../../contracts/model-signature';
import { type LoadedModel, loadOnnxModel, type ModelOptions, type OnnxModel } from './onnx-model';

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
  private readonly models = new Map<string, Promise<LoadedModel>>();
  private kept: readonly string[] = [];
  /** Those that were forgotten last: a request may still have one of them at hand. */
  private forgotten: Promise<LoadedModel>[] = [];

  constructor(
    private readonly files: ModelFiles,
    private readonly options: ModelOptions = {},
  ) {}

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

  /**
   * Begins to load versions that were not kept before, and forgets those that are not kept any more. The
   * memory of these is given back with the next change.
   */
  keep(modelVersions: readonly string[]): void {
    const wanted = new Set(modelVersions);
    // As with most requests.
    if (wanted.size === this.models.size && modelVersions.every((one) => this.models.has(one))) {
      this.kept = modelVersions;
      return;
    }
    const others = [...this.models].filter(([known]) => !wanted.has(known));
    if (others.length > 0 || modelVersions.some((one) => !this.models.has(one))) this.releaseForgotten();
    for (const [version, model] of others) {
      this.models.delete(version);
      this.forgotten.push(model);
    }
    for (const modelVersion of modelVersions) if (!this.kept.includes(modelVersion)) this.get(modelVersion);
    this.kept = modelVersions;
  }

  private releaseForgotten(): void {
    for (const model of this.forgotten) {
      // One that could not be loaded has nothing to give back.
      model.then((loaded) => loaded.release()).catch(() => {});
    }
    this.forgotten = [];
  }

  private async load(modelVersion: string): Promise<LoadedModel> {
    const { onnx, signature } = await this.files.read(modelVersion);
    return loadOnnxModel(onnx, signature, this.options);
  }
}
