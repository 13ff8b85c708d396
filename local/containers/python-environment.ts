import { differenceOf, NEWEST_STAND_IN, nameOf, requirementsOf, type StandIn } from './images';
import { ensureLibraries } from './library-environment';

export interface PythonEnvironmentOptions {
  /** The image whose libraries it has. @default - the newest */
  readonly standIn?: StandIn;
  /** Where environments are kept. @default - `$LOCAL_CLOUD_CACHE`, or `~/.cache/cdk-local-cloud` */
  readonly cacheDir?: string;
  /** Gets a line for each step that takes a while. */
  readonly onProgress?: (line: string) => void;
}

export interface PythonEnvironment {
  /** Path of the interpreter. */
  readonly python: string;
  /** How its libraries differ from those of the image, as a sentence; undefined if they don't. */
  readonly difference?: string;
}

/**
 * A virtual environment with the pinned libraries of one of AWS's images.
 *
 * @throws if Python 3.10 to 3.13 or its venv module is missing, or the libraries cannot be installed
 */
export async function ensurePythonEnvironment({
  standIn = NEWEST_STAND_IN,
  ...options
}: PythonEnvironmentOptions = {}): Promise<PythonEnvironment> {
  const { python, version } = await ensureLibraries({
    ...options,
    name: nameOf(standIn),
    requirements: (pythonVersion) => requirementsOf(standIn, pythonVersion),
    smallWheels: standIn.smallWheels,
  });
  const difference = differenceOf(standIn, version);
  return { python, ...(difference !== undefined && { difference }) };
}
