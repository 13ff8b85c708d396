import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { minorOf } from 'cdk-local-cloud/containers';
import { parse } from 'yaml';
import * as z from 'zod';
import { CliError } from '../cli/cli-error';
import { packageRoot } from '../cli/package-root';
import { vendorPackages } from './vendor-packages';

/** Folder of the archive that holds the MLflow Model. */
export const MLFLOW_FOLDER = 'mlflow';

export interface MlflowArchiveProps {
  /** Folder to be packed: it has the MLflow Model in `mlflow/`, and gets its script and packages. */
  readonly folder: string;
  /** Python of the container that serves it, such as `3.12`. */
  readonly python: string;
  readonly onProgress: (line: string) => void;
}

/** What of `MLmodel` matters: https://mlflow.org/docs/latest/ml/model/#mlmodel-file */
const mlmodel = z.object({
  flavors: z.record(z.string(), z.looseObject({ python_version: z.optional(z.string()) })),
});

/**
 * Adds the script that serves an MLflow Model in a container of script mode, and the packages that the model
 * names, so that a container starts without a package index.
 *
 * @throws CliError if no container can serve it, or its packages cannot be had
 */
export async function addMlflowServing({ folder, python, onProgress }: MlflowArchiveProps): Promise<void> {
  const model = join(folder, MLFLOW_FOLDER);
  const { flavors } = await readMlmodel(model);
  const ofPython = flavors.python_function;
  if (!ofPython) {
    throw new CliError(
      `the MLflow Model has the flavors ${Object.keys(flavors).join(', ')}, and a container serves python_function: log it with a flavor of Python, such as mlflow.sklearn.log_model`,
    );
  }
  const logged = ofPython.python_version;
  if (logged && minorOf(logged) !== minorOf(python))
    onProgress(`the model was logged with Python ${logged}, and its container has Python ${python}`);

  const code = join(folder, 'code');
  const own = join(code, 'model_pipeline');
  await mkdir(own, { recursive: true });
  const serving = join(packageRoot(), 'dist', 'mlflow');
  await copyFile(join(serving, 'inference.py'), join(code, 'inference.py'));
  await copyFile(join(serving, 'serving_build.py'), join(own, 'serving_build.py'));
  await writeFile(join(code, 'pyproject.toml'), PYPROJECT);
  await vendorPackages({
    requirements: await requirementsOf(model),
    target: join(own, 'packages'),
    python,
    onProgress,
  });
}

/** The `pip install .` of a starting container needs nothing but this folder. */
const PYPROJECT = `[build-system]
requires = []
build-backend = "serving_build"
backend-path = ["model_pipeline"]
`;

async function readMlmodel(folder: string) {
  const text = await readFile(join(folder, 'MLmodel'), 'utf8').catch(() => {
    throw new CliError('the artifact has no file MLmodel: it is no MLflow Model');
  });
  const { data, error } = mlmodel.safeParse(parse(text));
  if (!data) throw new CliError(`the file MLmodel of the model cannot be read: ${error.message}`);
  return data;
}

/** Those of the model; MLflow itself in the package without its server, which serves as well. */
async function requirementsOf(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'requirements.txt'), 'utf8').catch(() => {
    throw new CliError('the MLflow Model has no requirements.txt: log it with a newer MLflow');
  });
  return text.replace(/^mlflow(?=[\s=<>~!;]|$)/gm, 'mlflow-skinny');
}
