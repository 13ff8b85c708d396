import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Path of a file that is not compiled, such as a Python script, from the root of this package. */
export function sourceFile(...segments: string[]): string {
  return join(packageRoot(__dirname), ...segments);
}

// The code runs from the source tree and from dist/, at different depths.
function packageRoot(directory: string): string {
  if (existsSync(join(directory, 'package.json'))) return directory;
  const parent = dirname(directory);
  if (parent === directory)
    throw new Error(`no package.json above ${__dirname}: the package is incomplete, install it again`);
  return packageRoot(parent);
}
