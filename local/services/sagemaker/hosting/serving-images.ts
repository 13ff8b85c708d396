import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startBuiltImageContainer } from '../../../containers/built-image/built-image-container';
import { minorOf } from '../../../containers/images';
import { ensureLibraries } from '../../../containers/library-environment';
import { type ServingContainer, startServingContainer } from '../../../containers/serving-container';
import { rolePrincipal } from '../../../gateway/principal';
import type { Cloud } from '../../../gateway/service';
import type { PythonRuntime } from '../python-runtime';
import { ownImage, pullImage } from './pulled-image';
import type { ServingDefinition } from './stored-model';

export interface ContainerStart {
  readonly environment: Readonly<Record<string, string>>;
  /** Directory of the unpacked `model.tar.gz`. */
  readonly modelDir: string;
  /** The local copy of the archive that `SAGEMAKER_SUBMIT_DIRECTORY` names; undefined if it names none. */
  readonly sourceArchive: string | undefined;
}

/** An image that is ready to be started. */
export type StartContainer = (options: ContainerStart) => ServingContainer;

/** The images that serve: AWS's, by what stands in for them, and those of one's own. */
export class ServingImages {
  constructor(
    private readonly cloud: Cloud,
    private readonly python: PythonRuntime,
  ) {}

  /**
   * Fetches what a container of an image needs.
   *
   * @param directory of the container
   * @throws Error if the image cannot be pulled, or its packages cannot be installed
   */
  async prepare(
    { image, roleArn, isIsolated = false }: ServingDefinition,
    directory: string,
    onLog: (line: string) => void,
  ): Promise<StartContainer> {
    const own = ownImage(this.cloud, image);
    if (!own) {
      const prepared = await this.python.prepare(image, onLog);
      return (options) =>
        startServingContainer({ ...options, ...prepared, root: directory, isIsolated, onLog });
    }
    const root = join(directory, 'root');
    await mkdir(root, { recursive: true });
    const pulled = await pullImage(this.cloud, own, rolePrincipal(roleArn, 'SageMaker'), root);
    const { requirements, version: preferred } = pulled.python;
    const { python, version } = await ensureLibraries({
      name: image,
      requirements: () => requirements,
      preferred,
      onProgress: (line) => this.cloud.log(`sagemaker: ${line}`),
    });
    if (minorOf(version) !== preferred)
      onLog(`local cloud: this container has Python ${version} (image: ${preferred})`);
    return (options) =>
      startBuiltImageContainer({ ...options, image: pulled, root, isIsolated, python, onLog });
  }
}
