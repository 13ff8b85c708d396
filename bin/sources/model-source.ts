import type { S3Client } from '@aws-sdk/client-s3';
import type { RegisterArtifactRequest } from '../../contracts/functions/registering';
import { mlflowModel } from '../mlflow/mlflow-source';
import { dvcSource } from './dvc-source';
import { fileSource } from './file-source';
import { huggingFaceSource } from './hugging-face-source';
import { wandbSource } from './wandb-source';

/** A model that is known, and not yet here. */
export interface ModelSource {
  /** Where it comes from, for the registry: the same for the same version of a model, and for no other. */
  readonly origin: string;
  /** What else is known of that. */
  readonly provenance?: RegisterArtifactRequest['provenance'];
  /** Those that the source tells. */
  readonly metrics?: Readonly<Record<string, number>>;
  /**
   * Gets the model.
   *
   * @param folder empty
   * @returns path of an archive or a folder, or the `s3://` URI of an archive
   * @throws CliError if it is no longer what the source told, or cannot be had
   */
  fetch(folder: string): Promise<string>;
}

export interface ModelSourceProps {
  readonly s3: S3Client;
  /** Of the container that serves a model of MLflow, such as `3.12`. @default - that of the newest image */
  readonly python?: string | undefined;
  /** Names servers, and grants access to them. */
  readonly environment: NodeJS.ProcessEnv;
  readonly onProgress: (line: string) => void;
}

type Source = (uri: string, props: ModelSourceProps) => Promise<ModelSource>;

/** By what an artifact begins with. */
const SOURCES: Readonly<Record<string, Source>> = {
  mlflow: mlflowModel,
  dvc: dvcSource,
  wandb: wandbSource,
  hf: huggingFaceSource,
};

/**
 * The model that an artifact names: `mlflow:`, `dvc:`, `wandb:` or `hf:` and what the source calls it, an
 * `s3://` URI, or a path.
 *
 * @throws CliError if there is no such model
 */
export function modelSource(artifact: string, props: ModelSourceProps): Promise<ModelSource> {
  const [, scheme = '', uri = ''] = /^([a-z]+):(?!\/\/)(.+)$/.exec(artifact) ?? [];
  return SOURCES[scheme]?.(uri, props) ?? fileSource(artifact, props);
}
