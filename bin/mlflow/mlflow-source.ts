import { cp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { findPython, minorOf, NEWEST_STAND_IN } from 'cdk-local-cloud/containers';
import { MOST_METRICS } from '../../lambda/domain/records/registry-properties';
import { CliError } from '../cli/cli-error';
import type { ModelSource, ModelSourceProps } from '../sources/model-source';
import { fetchMlflowModel } from './fetch-mlflow-model';
import { addMlflowServing, MLFLOW_FOLDER } from './mlflow-archive';
import { MlflowClient } from './mlflow-client';
import { mlflowOrigin } from './mlflow-origin';

/** A model of MLflow that is known, and not yet here. */
export interface MlflowSource {
  /** Where it comes from, for the registry. */
  readonly origin: string;
  /** Those of its run. */
  readonly metrics: Readonly<Record<string, number>>;
  /**
   * Makes the folder that is packed.
   *
   * @param python of the container that serves it, such as `3.12`
   * @throws CliError if no container can serve it
   */
  prepare(folder: string, python: string): Promise<void>;
}

export interface MlflowSourceProps {
  /** What follows `mlflow:`: a registered model's URI, or the path of an MLflow Model's folder. */
  readonly uri: string;
  readonly s3: S3Client;
  readonly onProgress: (line: string) => void;
}

/** @throws CliError if there is no such model */
export async function mlflowSource({ uri, s3, onProgress }: MlflowSourceProps): Promise<MlflowSource> {
  const prepared = (fetchInto: (folder: string) => Promise<void>): MlflowSource['prepare'] => {
    return async (folder, python) => {
      await fetchInto(join(folder, MLFLOW_FOLDER));
      await addMlflowServing({ folder, python, onProgress });
    };
  };
  if (!uri.startsWith('models:')) {
    const copy = (folder: string) =>
      cp(uri, folder, { recursive: true }).catch((error: Error) => {
        throw new CliError(`the MLflow Model ${uri} cannot be read: ${error.message}`);
      });
    return { origin: `MLflow Model ${resolve(uri)}`, metrics: {}, prepare: prepared(copy) };
  }
  const client = new MlflowClient(process.env);
  const found = await client.version(uri);
  const { name, version, runId, artifactUri } = found;
  const metrics = runId === undefined ? {} : await client.metrics(runId);
  return {
    origin: mlflowOrigin(found, client.address),
    metrics: Object.fromEntries(Object.entries(metrics).slice(0, MOST_METRICS)),
    prepare: prepared((folder) => {
      onProgress(`downloading version ${version} of ${name} from ${client.address}`);
      return fetchMlflowModel({ client, s3 }, artifactUri, folder);
    }),
  };
}

/**
 * A model of MLflow, to be served by the container of script mode.
 *
 * @throws CliError if there is no such model
 */
export async function mlflowModel(
  uri: string,
  { s3, python, environment, onProgress }: ModelSourceProps,
): Promise<ModelSource> {
  const { origin, metrics, prepare } = await mlflowSource({ uri, s3, onProgress });
  return {
    origin,
    metrics,
    fetch: async (folder) => {
      await prepare(folder, python ?? (await servingPython(environment.AWS_ENDPOINT_URL)));
      return folder;
    },
  };
}

/**
 * The Python of the container that serves versions: on a local cloud that of this machine, on AWS that of the
 * newest scikit-learn image.
 */
export async function servingPython(endpoint: string | undefined): Promise<string> {
  const isLocal = endpoint !== undefined && /^(127\.|localhost$|\[::1\]$)/.test(new URL(endpoint).hostname);
  if (!isLocal) return NEWEST_STAND_IN.python;
  return minorOf((await findPython()).version);
}
