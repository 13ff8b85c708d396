import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { cp, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CliError } from '../cli/cli-error';
import { digestOf } from './files-below';
import { tryTool } from './run-tool';

/** A file that names another one, which Git LFS keeps. */
export interface LfsPointer {
  readonly path: string;
  readonly sha256: string;
}

/** By the specification, pointers have less: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const MOST_BYTES = 1024;

const POINTER = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n/;

/** Pointers at a path: the file itself, or files below a folder. */
export async function lfsPointersIn(path: string): Promise<LfsPointer[]> {
  const found = await stat(path);
  if (found.isDirectory()) {
    const names = (await readdir(path)).filter((name) => name !== '.git');
    return (await Promise.all(names.map((name) => lfsPointersIn(join(path, name))))).flat();
  }
  if (!found.isFile() || found.size >= MOST_BYTES) return [];
  const [, sha256] = POINTER.exec(await readFile(path, 'utf8')) ?? [];
  return sha256 === undefined ? [] : [{ path, sha256 }];
}

/**
 * Copies a file or a folder, with what its pointers point to. Nothing is changed in the working tree.
 *
 * @returns path of the copy; of the artifact itself if there is no Git LFS: its pointers are then refused by
 * name
 * @throws CliError if Git LFS does not have what a pointer points to
 */
export async function resolvePointers(
  artifact: string,
  pointers: readonly LfsPointer[],
  target: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  if ((await tryTool('git', ['lfs', 'version'], { cwd: '.', env })) === undefined) return artifact;
  await cp(artifact, target, { recursive: true });
  for (const pointer of pointers) {
    const copy = join(target, resolve(pointer.path).slice(resolve(artifact).length));
    await smudge(pointer, copy, env);
    if ((await digestOf(copy, 'sha256')) === pointer.sha256) continue;
    throw new CliError(
      `Git LFS does not have what ${pointer.path} points to: run "git lfs pull" where it comes from, and register the file`,
    );
  }
  return target;
}

/** `git lfs smudge` reads a pointer, and prints what it points to, which it downloads if need be. */
async function smudge({ path }: LfsPointer, copy: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn('git', ['lfs', 'smudge'], {
    cwd: dirname(path),
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = once(child, 'close');
  createReadStream(path).pipe(child.stdin);
  await pipeline(child.stdout, createWriteStream(copy));
  await ended;
}
