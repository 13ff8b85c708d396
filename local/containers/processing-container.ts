import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { type ContainerProcess, startContainerProcess } from './container-process';
import { sourceFile } from './package-root';

export interface ProcessingContainerOptions {
  /** Private directory of the job; `opt/ml` is made in it. Fill the inputs (see `processingPaths`) before the start. */
  readonly root: string;
  /** Entrypoint and arguments. Paths below `/opt/ml` become those of the job's directory, as in `environment`. */
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

/**
 * Runs the command of a processing job, whose exit code tells whether it succeeded.
 *
 * There is no file system of its own: a script finds its files by the paths that the command and the environment give it, not by
 * `/opt/ml` in its own text. Where one fails by that, its log says so.
 */
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
  const translated = (text: string) => text.replace(CONTAINER_PATH, `$1${root}$2`);
  let namesContainerPath = false;
  const container = startContainerProcess({
    python: options.python,
    arguments: [
      sourceFile('local', 'containers', 'sagemaker_toolkit', 'process.py'),
      ...options.command.map(translated),
    ],
    root,
    environment: {
      PATH: [dirname(options.python), process.env.PATH].join(delimiter),
      ...Object.fromEntries(
        Object.entries(options.environment).map(([name, value]) => [name, translated(value)]),
      ),
    },
    onLog: (line) => {
      namesContainerPath ||= line.search(CONTAINER_PATH) >= 0;
      options.onLog(line);
    },
  });
  const exited = container.exited.then((exit) => {
    if (exit.code !== 0 && namesContainerPath) options.onLog(HINT);
    return exit;
  });
  return { ...container, exited };
}

/** At the beginning of a text, or after what ends a word in arguments, lists and messages. */
const CONTAINER_PATH = /(^|[\s=:,"'[(<>])(\/opt\/ml(?:\/|$))/g;

const HINT =
  'local cloud: this process has no /opt/ml of its own. Let the script take its paths from its arguments or environment, where they are translated.';
