/** A file that only names another one, which is stored elsewhere. */
export interface FilePointer {
  /** What made it. */
  readonly tool: 'Git LFS' | 'DVC';
  /** Command that fetches the file itself. */
  readonly fetch: string;
}

/** Pointers are smaller: those of Git LFS have less than 1,024 bytes, by its specification. */
export const MOST_POINTER_BYTES = 4096;

/**
 * Whether a small file is a pointer; undefined if it is what it seems.
 *
 * @see https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
 * @see https://dvc.org/doc/user-guide/project-structure/dvc-files
 */
export function pointerIn(path: string, content: string): FilePointer | undefined {
  if (content.startsWith('version https://git-lfs.github.com/spec/'))
    return { tool: 'Git LFS', fetch: 'git lfs pull' };
  if (path.endsWith('.dvc') && /^(outs|deps):/m.test(content)) return { tool: 'DVC', fetch: 'dvc pull' };
  return undefined;
}
