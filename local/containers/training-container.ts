import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { translateValues, withPathHint } from './container-paths';
import { type ContainerProcess, startContainerProcess } from './container-process';
import { NEWEST_STAND_IN, type StandIn } from './images';

export interface TrainingContainerOptions {
  /** What runs in the place of the image. @default - the newest */
  readonly standIn?: StandIn;
  /**
   * Private directory of the job; `opt/ml` is made in it. Fill the channels (see `trainingPaths`) before the
   * start.
   */
  readonly root: string;
  /**
   * Image of the job, for `SM_TRAINING_ENV` only: which stand-in runs in its place is the caller's question
   * to `standInOf`.
   */
  readonly image: string;
  /** The job's own `Environment`, credentials and endpoint. Paths below `/opt/ml` become those of `root`. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * As in `CreateTrainingJob`, with the JSON-encoded values that the SageMaker SDK sends; paths as in
   * `environment`.
   */
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** The channels of `InputDataConfig` by name. */
  readonly channels: Readonly<Record<string, TrainingChannel>>;
  /**
   * The local copy of the archive that `sagemaker_submit_directory` names.
   * @default - that must be a local path
   */
  readonly sourceArchive?: string;
  /** Whether the job has no network. It holds for what runs in Python. @default false */
  readonly isIsolated?: boolean;
  /** Python of `ensurePythonEnvironment` for the stand-in. */
  readonly python: string;
  readonly onLog: (line: string) => void;
}

export interface TrainingChannel {
  /** @default - not given */
  readonly contentType?: string;
}

export interface TrainingPaths {
  /** Where a path of the job is, such as `/opt/ml/checkpoints`. */
  local(path: string): string;
  /** Directory of the files of one channel. */
  channel(name: string): string;
  /** What becomes `model.tar.gz`. */
  readonly model: string;
  /** What becomes `output.tar.gz`. */
  readonly outputData: string;
  /** Why the job failed, if it did: a text file. */
  readonly failure: string;
}

/** Where a training job under `root` reads and writes, by the `/opt/ml` contract. */
export function trainingPaths(root: string): TrainingPaths {
  const ml = join(root, 'opt', 'ml');
  return {
    local: (path) => join(root, path),
    channel: (name) => join(ml, 'input', 'data', name),
    model: join(ml, 'model'),
    outputData: join(ml, 'output', 'data'),
    failure: join(ml, 'output', 'failure'),
  };
}

/**
 * Runs a script-mode training job. It ends with code 0, or with 1 and the reason in
 * `trainingPaths(root).failure`. How long it may run is the caller's part, by `kill()`.
 *
 * @throws if the image does not train
 */
export function startTrainingContainer(options: TrainingContainerOptions): ContainerProcess {
  const { training, name } = (options.standIn ?? NEWEST_STAND_IN).family;
  if (training === undefined) throw new Error(`${name} images do not train`);
  const ml = join(options.root, 'opt', 'ml');
  const paths = trainingPaths(options.root);
  const config = join(ml, 'input', 'config');
  const names = Object.keys(options.channels);
  for (const directory of [config, paths.model, paths.outputData, ...names.map(paths.channel)]) {
    mkdirSync(directory, { recursive: true });
  }
  rmSync(paths.failure, { force: true });
  const writeConfig = (name: string, value: unknown) =>
    writeFileSync(join(config, name), JSON.stringify(value));
  writeConfig('hyperparameters.json', translateValues(options.hyperparameters, options.root));
  writeConfig('resourceconfig.json', {
    current_host: 'algo-1',
    hosts: ['algo-1'],
    network_interface_name: 'lo',
  });
  writeConfig(
    'inputdataconfig.json',
    Object.fromEntries(
      Object.entries(options.channels).map(([name, { contentType }]) => [
        name,
        {
          TrainingInputMode: 'File',
          S3DistributionType: 'FullyReplicated',
          RecordWrapperType: 'None',
          ...(contentType === undefined ? {} : { ContentType: contentType }),
        },
      ]),
    ),
  );
  return withPathHint(options.onLog, (onLog) =>
    startContainerProcess({
      python: options.python,
      arguments: [
        join(__dirname, 'sagemaker_toolkit', 'train.py'),
        ...['--root', options.root, '--image', options.image],
        ...['--toolkit', training],
        ...(options.sourceArchive === undefined ? [] : ['--source-archive', options.sourceArchive]),
        ...(options.isIsolated ? ['--network-isolation'] : []),
      ],
      root: options.root,
      environment: translateValues(options.environment, options.root),
      onLog,
    }),
  );
}
