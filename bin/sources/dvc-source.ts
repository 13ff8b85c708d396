import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { CliError } from '../cli/cli-error';
import { digestOf } from './files-below';
import type { ModelSource, ModelSourceProps } from './model-source';
import { runTool, type ToolOptions, tryTool } from './run-tool';

/** What of a `.dvc` file matters: https://dvc.org/doc/user-guide/project-structure/dvc-files */
const dvcFile = z.object({
  outs: z.tuple([z.object({ path: z.string(), md5: z.string() })]),
});

/**
 * A file or folder that DVC tracks, as its `.dvc` file names it. `dvc` fetches it from its cache or its
 * remote; nothing is changed in the working tree.
 *
 * @param path of the `.dvc` file, or of what it tracks
 * @throws CliError if it is not tracked, or there is no `dvc`
 */
export async function dvcSource(path: string, { environment: env }: ModelSourceProps): Promise<ModelSource> {
  const file = path.endsWith('.dvc') ? path : `${path}.dvc`;
  const tracked = await readDvcFile(file);
  const folder = dirname(file);
  const options = { cwd: folder, env };
  const root = await runTool('dvc', ['root'], options).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(
      error.code === 'ENOENT'
        ? `${file} is resolved by the command dvc, and there is none: install DVC (https://dvc.org/doc/install), or register the file that another machine has fetched`
        : `${file} is in no repository of DVC: ${error.message}`,
    );
  });
  const repository = resolve(folder, root);
  const name = relative(repository, resolve(folder, tracked.path));
  const [commit, remote] = await Promise.all([
    commitOf(basename(file), options),
    tryTool('git', ['remote', 'get-url', 'origin'], options),
  ]);
  return {
    origin: `dvc ${name} md5 ${tracked.md5}`,
    provenance: { originDigest: `md5:${tracked.md5}`, commit, repository: remote },
    fetch: async (target) => {
      const copy = join(target, basename(tracked.path));
      await runTool('dvc', ['get', '.', name, '--out', copy], { cwd: repository, env }).catch(
        (error: Error) => {
          throw new CliError(
            `dvc cannot fetch ${name}: ${error.message}; "dvc pull ${file}" shows whether its remote has it`,
          );
        },
      );
      await checkDigest(copy, tracked.md5, name);
      return copy;
    },
  };
}

async function readDvcFile(file: string) {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new CliError(`${file} cannot be read, which would tell what DVC tracks: ${error.message}`);
  });
  const { data, error } = dvcFile.safeParse(parse(text));
  if (data) return data.outs[0];
  throw new CliError(`${file} is no .dvc file that tracks one file or folder: ${z.prettifyError(error)}`);
}

/** The commit that last changed a file; undefined if its last change is not committed. */
async function commitOf(file: string, options: ToolOptions): Promise<string | undefined> {
  if ((await tryTool('git', ['status', '--porcelain', '--', file], options)) !== '') return undefined;
  return (await tryTool('git', ['log', '-1', '--format=%H', '--', file], options)) || undefined;
}

/** The digest of a folder is that of a list of its files, which DVC checks. */
async function checkDigest(copy: string, md5: string, name: string): Promise<void> {
  if (md5.endsWith('.dir') || (await digestOf(copy, 'md5')) === md5) return;
  throw new CliError(
    `what dvc fetches as ${name} has not the MD5 ${md5} of its .dvc file: run "dvc status" there`,
  );
}
