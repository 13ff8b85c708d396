import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ContainerProcess, startContainerProcess } from './container-process';
import { NEWEST_STAND_IN, type StandIn } from './images';

export interface ServingContainerOptions {
  /** What runs in the place of the image. @default - the newest */
  readonly standIn?: StandIn;
  /** Private directory of the container. */
  readonly root: string;
  /**
   * The model's `Environment` (`SAGEMAKER_PROGRAM`, `SAGEMAKER_SUBMIT_DIRECTORY`, ...), credentials and
   * endpoint.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** Directory of the unpacked `model.tar.gz`. */
  readonly modelDir: string;
  /**
   * The local copy of the archive that `SAGEMAKER_SUBMIT_DIRECTORY` names.
   * @default - the code is in the model, in `code/`
   */
  readonly sourceArchive?: string;
  /** Whether the container has no network. It holds for what runs in Python. @default false */
  readonly isIsolated?: boolean;
  /** Python of `ensurePythonEnvironment` for the stand-in. */
  readonly python: string;
  /** Port on 127.0.0.1. @default - a free one */
  readonly port?: number;
  readonly onLog: (line: string) => void;
}

export interface ServingContainer extends ContainerProcess {
  /**
   * The port on 127.0.0.1. It listens before the model is loaded: poll `GET /ping` until it answers 200 (503
   * before). Rejects if the container ends without listening.
   */
  readonly port: Promise<number>;
}

/**
 * Serves a model by the container contract: `GET /ping` and `POST /invocations`. A model that cannot be
 * loaded ends it with code 1.
 *
 * @throws if the image does not serve
 */
export function startServingContainer(options: ServingContainerOptions): ServingContainer {
  const { serving, name } = (options.standIn ?? NEWEST_STAND_IN).family;
  if (serving === undefined) throw new Error(`${name} images do not serve`);
  mkdirSync(options.root, { recursive: true });
  return whenListening(options.onLog, (onLog) =>
    startContainerProcess({
      python: options.python,
      arguments: [
        join(__dirname, 'sagemaker_toolkit', 'serve.py'),
        ...['--image', serving, '--root', options.root],
        ...['--model-dir', options.modelDir, '--port', String(options.port ?? 0)],
        ...(options.sourceArchive === undefined ? [] : ['--source-archive', options.sourceArchive]),
        ...(options.isIsolated ? ['--network-isolation'] : []),
      ],
      root: options.root,
      environment: options.environment,
      onLog,
    }),
  );
}

/** A process that says in its log where it listens. */
export function whenListening(
  onLog: (line: string) => void,
  start: (onLog: (line: string) => void) => ContainerProcess,
): ServingContainer {
  let listening: (port: number) => void = () => undefined;
  const listened = new Promise<number>((resolve) => {
    listening = resolve;
  });
  const container = start((line) => {
    const announced = LISTENING.exec(line);
    if (announced) listening(Number(announced[1]));
    onLog(line);
  });
  const ended = container.exited.then(({ code, signal }): never => {
    throw new Error(
      `the serving container ended (code ${code}, signal ${signal}) before it listened: see its log`,
    );
  });
  const port = Promise.race([listened, ended]);
  port.catch(() => undefined);
  return { ...container, port };
}

const LISTENING = /^\{"event": "listening", "port": (\d+)\}$/;
