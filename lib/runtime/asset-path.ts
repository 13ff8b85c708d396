import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Folder of a prebuilt Lambda asset.
 *
 * @throws Error if the package was not built
 */
export function assetPath(name: string): string {
  const path = join(packageRoot(__dirname), 'dist', 'assets', name);
  if (!existsSync(path)) {
    throw new Error(`the Lambda asset ${path} is missing: run "npm run build" in the package's folder first`);
  }
  return path;
}

/** Path of a file of this package that is not compiled, from the package's folder. */
export function packageFile(...segments: string[]): string {
  return join(packageRoot(__dirname), ...segments);
}

function packageRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : packageRoot(dirname(folder));
}
