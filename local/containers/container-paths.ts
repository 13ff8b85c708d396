import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerProcess } from './container-process';

/** At the beginning of a text, or after what ends a word in arguments, lists and messages. */
const CONTAINER_PATH = /(^|[\s=:,"'[(<>])(\/opt\/ml(?=[/"\s]|$))/g;
const ANY_PATH = /(^|[\s=:,"'[(<>])(\/[\w./-]+)/g;

/**
 * A text of a container, such as an argument, with paths below `/opt/ml` as they are in its directory: a
 * process here has no file system of its own.
 */
export function translatePaths(text: string, root: string): string {
  return text.replace(CONTAINER_PATH, (_found, before, path) => `${before}${root}${path}`);
}

/** As `translatePaths`, with every path that is in the directory. */
export function translatePathsWithin(text: string, root: string): string {
  return translatePaths(text, root).replace(ANY_PATH, (found, before, path) =>
    existsSync(join(root, path)) ? `${before}${join(root, path)}` : found,
  );
}

/** The values of a record translated. */
export function translateValues(
  values: Readonly<Record<string, string>>,
  root: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, translatePaths(value, root)]),
  );
}

/** Starts a container whose log tells, if it fails, that paths in a script's own text are not translated. */
export function withPathHint(
  onLog: (line: string) => void,
  start: (onLog: (line: string) => void) => ContainerProcess,
): ContainerProcess {
  let namesPath = false;
  const container = start((line) => {
    namesPath ||= line.search(CONTAINER_PATH) >= 0;
    onLog(line);
  });
  const exited = container.exited.then((exit) => {
    if (exit.code !== 0 && namesPath) onLog(HINT);
    return exit;
  });
  return { ...container, exited };
}

const HINT =
  'local cloud: this process has no /opt/ml of its own. Let the script take its paths from its arguments or environment, where they are translated.';
