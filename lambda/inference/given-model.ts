import type { GivenModelSettings } from '../../contracts/functions/serving';
import { readFromArchive } from '../aws/model-archive';
import type { ArtifactStore } from '../aws/store';
import type { ModelFile, ModelFiles } from './loaded-models';

/** The one model that the function is deployed with. */
export class GivenModel implements ModelFiles {
  constructor(
    private readonly store: Pick<ArtifactStore, 'readBytes' | 'uriOf'>,
    private readonly model: Pick<GivenModelSettings, 'location' | 'objectVersion'>,
  ) {}

  /** @throws Error if the object is not there, or is an archive without `model.onnx` */
  async read(): Promise<ModelFile> {
    const { location, objectVersion } = this.model;
    const uri = this.store.uriOf(location.key);
    const bytes = await this.store.readBytes(location.key, objectVersion).catch((cause: Error) => {
      throw new Error(`the model ${uri} cannot be read: ${cause.message}`, { cause });
    });
    if (!isGzip(bytes)) return { onnx: bytes };
    const onnx = await readFromArchive(bytes, 'model.onnx').catch((cause: Error) => {
      throw new Error(`${uri} cannot be served: ${cause.message}; add the model in ONNX to it`, { cause });
    });
    return { onnx };
  }
}

/** RFC 1952, 2.3.1; an ONNX file begins with the tag of its first field, 0x08 as a rule. */
function isGzip([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b;
}
