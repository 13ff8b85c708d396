import type { RoutingStore } from '../aws/routing-store';
import type { ArtifactStore } from '../aws/store';
import { modelKey } from '../domain/bucket-layout';
import { readFromArchive } from './model-archive';
import { loadOnnxModel, type OnnxModel } from './onnx-model';

export interface ProductionModelProps {
  readonly routing: Pick<RoutingStore, 'read'>;
  readonly store: Pick<ArtifactStore, 'readBytes'>;
  readonly now: () => Date;
}

/** A loaded version. */
export interface LoadedModel {
  readonly modelVersion: string;
  readonly model: OnnxModel;
}

/** The version in production, loaded once and looked for again after a minute: a release reaches every instance by then. */
export class ProductionModel {
  private loaded: LoadedModel | undefined;
  private askedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly props: ProductionModelProps) {}

  /**
   * @throws Error if nothing is in production, or the version's archive has no `model.onnx`
   */
  async current(): Promise<LoadedModel> {
    const now = this.props.now().getTime();
    if (this.loaded && now - this.askedAt < MAXIMUM_AGE) return this.loaded;
    const { production } = await this.props.routing.read();
    if (!production) {
      throw new Error('nothing is in production yet: release a version first, with "model-pipeline retrain"');
    }
    if (production.modelVersion !== this.loaded?.modelVersion) {
      this.loaded = await this.load(production.modelVersion);
    }
    this.askedAt = now;
    return this.loaded;
  }

  private async load(modelVersion: string): Promise<LoadedModel> {
    const archive = await this.props.store.readBytes(modelKey(modelVersion, 'model.tar.gz'));
    const bytes = await readFromArchive(archive, 'model.onnx').catch((cause: Error) => {
      throw new Error(
        `version ${modelVersion} cannot be served here: ${cause.message}; let the training script write model.onnx`,
        { cause },
      );
    });
    return { modelVersion, model: await loadOnnxModel(bytes) };
  }
}

const MAXIMUM_AGE = 60_000;
