import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CliError } from '../cli/cli-error';
import { lfsPointersIn, resolvePointers } from './git-lfs';
import type { ModelSource, ModelSourceProps } from './model-source';

/**
 * An archive of S3, or an archive or a folder of this machine, in which pointers of Git LFS are resolved if
 * `git lfs` is there.
 *
 * @throws CliError if it cannot be read
 */
export async function fileSource(artifact: string, { environment }: ModelSourceProps): Promise<ModelSource> {
  if (artifact.startsWith('s3://')) return { origin: artifact, fetch: async () => artifact };
  await stat(artifact).catch((error: Error) => {
    throw new CliError(`${artifact} cannot be read: ${error.message}`);
  });
  const origin = `file ${basename(artifact)}`;
  const pointers = await lfsPointersIn(artifact);
  const [pointer, ...others] = pointers;
  if (!pointer) return { origin, fetch: async () => artifact };
  return {
    origin,
    ...(others.length === 0 && { provenance: { originDigest: `sha256:${pointer.sha256}` } }),
    fetch: (folder) => resolvePointers(artifact, pointers, join(folder, basename(artifact)), environment),
  };
}
