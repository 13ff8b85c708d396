import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { findPython, NEWEST_STAND_IN } from 'cdk-local-cloud/containers';
import { CliError } from '../cli/cli-error';
import { fetchMlflowModel } from './fetch-mlflow-model';
import { addMlflowServing, MLFLOW_FOLDER } from './mlflow-archive';
import { MlflowClient } from './mlflow-client';

/** A model of MLflow, ready to be packed. */
export interface MlflowSource {
  /** Folder to be packed; `remove` deletes it. */
  readonly folder: string;
  /** Where it comes from, for the registry. */
  readonly origin: string;
  /** Those of its run. */
  readonly metrics: Readonly<Record<string, number>>;
  remove(): Promise<void>;
}

export interface MlflowSourceProps {
  /** What follows `mlflow:`: a registered model's URI, or the path of an MLflow Model's folder. */
  readonly uri: string;
  /** Python of the container that serves it, such as `3.12`. */
  readonly python: string;
  readonly s3: S3Client;
  readonly onProgress: (line: string) => void;
}

/** The registry keeps no more: `lambda/register-artifact/check-registration.ts`. */
const MOST_METRICS = 20;

/** @throws CliError if there is no such model, or no container can serve it */
export async function mlflowSource(props: MlflowSourceProps): Promise<MlflowSource> {
  const folder = await mkdtemp(join(tmpdir(), 'mlflow-model-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const known = await fetchInto(join(folder, MLFLOW_FOLDER), props);
    await addMlflowServing({ folder, python: props.python, onProgress: props.onProgress });
    return { folder, ...known, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * The Python of the container that serves versions: on a local cloud that of this machine, on AWS that of the
 * newest scikit-learn image.
 */
export async function servingPython(endpoint: string | undefined): Promise<string> {
  const isLocal = endpoint !== undefined && /^(127\.|localhost$|\[::1\]$)/.test(new URL(endpoint).hostname);
  if (!isLocal) return NEWEST_STAND_IN.python;
  const { version } = await findPython();
  return version.split('.').slice(0, 2).join('.');
}

async function fetchInto(
  folder: string,
  { uri, s3, onProgress }: MlflowSourceProps,
): Promise<Pick<MlflowSource, 'origin' | 'metrics'>> {
  if (!uri.startsWith('models:')) {
    await cp(uri, folder, { recursive: true }).catch((error: Error) => {
      throw new CliError(`the MLflow Model ${uri} cannot be read: ${error.message}`);
    });
    return { origin: `MLflow Model ${resolve(uri)}`, metrics: {} };
  }
  const client = new MlflowClient(process.env);
  const { name, version, runId, artifactUri } = await client.version(uri);
  onProgress(`downloading version ${version} of ${name} from ${client.address}`);
  await fetchMlflowModel({ client, s3 }, artifactUri, folder);
  const metrics = runId === undefined ? {} : await client.metrics(runId);
  return {
    origin: `mlflow models:/${name}/${version} of ${client.address}${runId === undefined ? '' : `, run ${runId}`}`,
    metrics: Object.fromEntries(Object.entries(metrics).slice(0, MOST_METRICS)),
  };
}
