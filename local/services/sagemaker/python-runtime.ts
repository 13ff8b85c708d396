import { NEWEST_STAND_IN, type StandIn } from '../../containers/images';
import { ensurePythonEnvironment, type PythonEnvironment } from '../../containers/python-environment';
import { standInOfUri } from '../ecr/stand-in-image';

/** What containers of an image start with. */
export interface PreparedImage {
  readonly standIn: StandIn;
  /** Path of the interpreter. */
  readonly python: string;
}

/** The Python of all containers, looked for when the first one of an image starts. */
export class PythonRuntime {
  private readonly found = new Map<StandIn, Promise<PythonEnvironment>>();

  constructor(private readonly onProgress: (line: string) => void) {}

  /** What runs a container of an image. How that differs from the image is reported to `onLog`. */
  async prepare(image: string, onLog: (line: string) => void): Promise<PreparedImage> {
    const standIn = standInOfUri(image) ?? NEWEST_STAND_IN;
    const { python, difference } = await this.environment(standIn);
    if (difference) onLog(`local cloud: ${difference}`);
    return { standIn, python };
  }

  private environment(standIn: StandIn): Promise<PythonEnvironment> {
    const known = this.found.get(standIn);
    if (known) return known;
    const found = ensurePythonEnvironment({ standIn, onProgress: this.onProgress }).then(
      (environment) => {
        if (environment.difference) this.onProgress(environment.difference);
        return environment;
      },
      (error) => {
        // The next container may find what has been installed meanwhile.
        this.found.delete(standIn);
        throw error;
      },
    );
    this.found.set(standIn, found);
    return found;
  }
}
