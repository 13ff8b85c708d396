import type { GivenModelSettings } from '../../contracts/functions/serving';
import type { ArtifactStore } from '../aws/store';
import type { ModelFiles } from './loaded-models';
import { readFromArchive } from './model-archive';

/** The one model that the function is deployed with. */
export class GivenModel implements ModelFiles {
  constructor(
    private readonly store: Pick<ArtifactStore, 'readBytes' | 'uriOf'>,
    private readonly model: Pick<GivenModelSettings, 'location' | 'objectVersion'>,
  ) {}

  /** @throws Error if the object is not there, or is an archive without `model.onnx` */
  async read(): Promise<Uint8Array> {
    const { location, objectVersion } = this.model;
    const uri = this.store.uriOf(location.key);
    const bytes = await this.store.readBytes(location.key, objectVersion).catch((cause: Error) => {
      throw new Error(`the model ${uri} cannot be read: ${cause.message}`, { cause });
    });
    if (!isGzip(bytes)) return bytes;
    return readFromArchive(bytes, 'model.onnx').catch((cause: Error) => {
      throw new Error(`${uri} cannot be served: ${cause.message}; add the model in ONNX to it`, { cause });
    });
  }
}

/** RFC 1952, 2.3.1; an ONNX file begins with the tag of its first field, 0x08 as a rule. */
function isGzip([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b;
}
