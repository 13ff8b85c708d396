import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize, posix } from 'node:path';
import { DockerfileError } from './dockerfile';

/**
 * Carries out a COPY instruction, by https://docs.docker.com/reference/dockerfile/#copy. The CDK has left out
 * what `.dockerignore` names when it staged the context (`DockerImageAsset`).
 *
 * @param words sources and destination
 * @param context folder of the build
 * @param root folder of the image's files
 * @param directory the working directory in the image
 * @throws DockerfileError for a source that is not in the context, and for options
 */
export function copy(words: readonly string[], context: string, root: string, directory: string): void {
  const option = words.find((word) => word.startsWith('--'));
  if (option) {
    throw new DockerfileError(
      `COPY ${option}: the local cloud copies from the context of the build only, as the user who runs it; leave the option out, or try the image on AWS`,
    );
  }
  const destination = words.at(-1);
  if (destination === undefined || words.length === 1)
    throw new DockerfileError(`COPY ${words.join(' ')}: needs a source and a destination`);
  const sources = words.slice(0, -1).flatMap((pattern) => sourcesOf(pattern, context));
  const isFolder = destination.endsWith('/') || destination === '.' || sources.length > 1;
  const target = join(root, posix.resolve(directory, destination));
  for (const source of sources) {
    const from = join(context, source);
    // A folder's content is copied, not the folder.
    const isFile = statSync(from).isFile();
    const isInside = isFile && (isFolder || (existsSync(target) && statSync(target).isDirectory()));
    const to = isInside ? join(target, basename(source)) : target;
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  }
}

/** Paths below the context that a pattern matches, segment by segment. */
function sourcesOf(pattern: string, context: string): string[] {
  const path = normalize(join('/', pattern)).replace(/^\/|\/$/g, '');
  if (pattern.split('/').includes('..') || /^https?:/.test(pattern)) {
    throw new DockerfileError(`COPY ${pattern}: the source must be in the context of the build`);
  }
  const found = path
    .split('/')
    .reduce(
      (folders, segment) =>
        folders.flatMap((folder) =>
          matches(join(context, folder), segment).map((name) => join(folder, name)),
        ),
      [''],
    );
  if (found.length === 0)
    throw new DockerfileError(`COPY ${pattern}: no such file in the context of the build`);
  return found.sort();
}

function matches(folder: string, segment: string): string[] {
  if (!/[*?[]/.test(segment)) return existsSync(join(folder, segment)) ? [segment] : [];
  if (segment.includes('[')) throw new DockerfileError(`COPY ${segment}: only * and ? are implemented`);
  const escaped = segment
    .replace(/[.+^${}()|\\\]]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return readdirSync(folder).filter((name) => new RegExp(`^${escaped}$`).test(name));
}
