import { ensurePythonEnvironment } from '../../containers/python-environment';

/** The Python of all containers, looked for when the first one starts. */
export class PythonRuntime {
  private found: Promise<string> | undefined;

  constructor(private readonly onProgress: (line: string) => void) {}

  /** @returns path of the interpreter */
  path(): Promise<string> {
    this.found ??= ensurePythonEnvironment({ onProgress: this.onProgress }).then(
      ({ python }) => python,
      (error) => {
        // The next container may find what has been installed meanwhile.
        this.found = undefined;
        throw error;
      },
    );
    return this.found;
  }
}
