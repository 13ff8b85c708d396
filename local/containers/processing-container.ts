import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { translatePaths, translateValues, withPathHint } from './container-paths';
import { type ContainerProcess, startContainerProcess } from './container-process';

export interface ProcessingContainerOptions {
  /**
   * Private directory of the job; `opt/ml` is made in it. Fill the inputs (see `processingPaths`) before the
   * start.
   */
  readonly root: string;
  /**
   * Entrypoint and arguments. Paths below `/opt/ml` become those of the job's directory, as in `environment`.
   */
  readonly command: readonly string[];
  /** The job's own `Environment`, credentials and endpoint. */
  readonly environment: Readonly<Record<string, string>>;
  /** What `/opt/ml/config/processingjobconfig.json` says. */
  readonly job: object;
  /** Directories of the outputs as the job names them, such as `/opt/ml/processing/output`. */
  readonly outputs: readonly string[];
  /** Python of `ensurePythonEnvironment`; `python3` on the container's path is this one. */
  readonly python: string;
  readonly onLog: (line: string) => void;
}

export interface ProcessingPaths {
  /** Where a path of the job is, such as `/opt/ml/processing/input/data`. */
  local(path: string): string;
  /** What becomes the `ExitMessage`, if the job wrote it. */
  readonly message: string;
}

/** Where a processing job under `root` reads and writes, by the `/opt/ml` contract. */
export function processingPaths(root: string): ProcessingPaths {
  return { local: (path) => join(root, path), message: join(root, 'opt', 'ml', 'output', 'message') };
}

/** Runs the command of a processing job, whose exit code tells whether it succeeded. */
export function startProcessingContainer(options: ProcessingContainerOptions): ContainerProcess {
  const { root } = options;
  const paths = processingPaths(root);
  const config = paths.local('/opt/ml/config');
  for (const directory of [config, dirname(paths.message), ...options.outputs.map(paths.local)])
    mkdirSync(directory, { recursive: true });
  writeFileSync(join(config, 'processingjobconfig.json'), JSON.stringify(options.job));
  writeFileSync(
    join(config, 'resourceconfig.json'),
    JSON.stringify({ current_host: 'algo-1', hosts: ['algo-1'], network_interface_name: 'lo' }),
  );
  return withPathHint(options.onLog, (onLog) =>
    startContainerProcess({
      python: options.python,
      arguments: [
        join(__dirname, 'sagemaker_toolkit', 'process.py'),
        ...options.command.map((part) => translatePaths(part, root)),
      ],
      root,
      environment: {
        PATH: [dirname(options.python), process.env.PATH].join(delimiter),
        ...translateValues(options.environment, root),
      },
      onLog,
    }),
  );
}
