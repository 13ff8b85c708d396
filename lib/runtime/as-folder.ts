/** A path as a prefix of keys: empty, or with one slash at the end. */
export function asFolder(path: string): string {
  return path === '' ? '' : path.replace(/\/*$/, '/');
}
