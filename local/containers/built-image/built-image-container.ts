import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { translatePathsWithin, withPathHint } from '../container-paths';
import { startContainerProcess } from '../container-process';
import { type ServingContainer, whenListening } from '../serving-container';
import type { ImageConfig } from './image-config';

export interface BuiltImageContainerOptions {
  readonly image: Pick<ImageConfig, 'config'>;
  /** Private directory of the container, with the files of the image. */
  readonly root: string;
  /** The model's `Environment`, credentials and endpoint, which win over the image's. */
  readonly environment: Readonly<Record<string, string>>;
  /** Directory of the unpacked `model.tar.gz`. */
  readonly modelDir: string;
  /** Whether the container has no network. It holds for what runs in Python. */
  readonly isIsolated: boolean;
  /** Python with the packages of the image. */
  readonly python: string;
  readonly onLog: (line: string) => void;
}

/** Where Docker Hub's Python images have their Python. */
const PYTHON_OF_IMAGE = '/usr/local/bin';

/**
 * Serves a model by an image that was built of a Dockerfile, as SageMaker starts it: with the argument
 * `serve`, which stands for that of CMD, and the model in `/opt/ml/model`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
 */
export function startBuiltImageContainer(options: BuiltImageContainerOptions): ServingContainer {
  const { root, python } = options;
  const { Env, Entrypoint = [], WorkingDir } = options.image.config;
  const model = join(root, 'opt', 'ml', 'model');
  mkdirSync(dirname(model), { recursive: true });
  symlinkSync(options.modelDir, model);
  const translated = (text: string) => translatePathsWithin(text, root);
  const environment: Record<string, string> = {};
  const given = [...Env.map(nameAndValue), ...Object.entries(options.environment)];
  for (const [name, value] of given) environment[name] = translated(value);
  environment.PATH = withPython(environment.PATH ?? '', dirname(python));
  return whenListening(options.onLog, (onLog) =>
    withPathHint(onLog, (log) =>
      startContainerProcess({
        python,
        arguments: [
          join(__dirname, '..', 'sagemaker_toolkit', 'image_command.py'),
          ...(options.isIsolated ? ['--network-isolation'] : []),
          ...[...Entrypoint, 'serve'].map(translated),
        ],
        root,
        directory: join(root, WorkingDir),
        environment,
        onLog: log,
      }),
    ),
  );
}

function nameAndValue(assignment: string): [string, string] {
  const at = assignment.indexOf('=');
  return [assignment.slice(0, at), assignment.slice(at + 1)];
}

function withPython(path: string, folder: string): string {
  const folders = path.split(':');
  const index = folders.findIndex((candidate) => candidate.endsWith(PYTHON_OF_IMAGE));
  return folders.toSpliced(index < 0 ? folders.length : index, 0, folder).join(':');
}
