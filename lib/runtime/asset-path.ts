import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where a function's code is. */
export interface CodeLocation {
  /** Folder below `dist/assets`. */
  readonly asset: string;
  /** Module below that folder, without its ending, and what it exports. */
  readonly handler: string;
}

/**
 * Where the code of a function of `lambda/` is. Functions share an asset, an entry each, which loads only its
 * own code. Those that run models have one of their own: it brings 47 MB of native code, and its content
 * decides when a version of the inference function is published.
 */
export function codeLocation(functionName: string): CodeLocation {
  if (functionName === 'serverless-inference') return { asset: 'inference', handler: 'start.handler' };
  const asset = RUN_MODELS.includes(functionName) ? 'inference' : 'functions';
  return { asset, handler: `${functionName}.handler` };
}

/** Ends the name of the asset with native code for Graviton processors, beside that for x86. */
export const ARM64_SUFFIX = '-arm64';

/** Functions that run models, besides the one that answers requests. */
const RUN_MODELS = ['score-batch', 'score-stream'];

/**
 * Folder of a prebuilt Lambda asset.
 *
 * @throws Error if the package was not built
 */
export function assetPath(asset: string): string {
  const path = join(packageRoot(__dirname), 'dist', 'assets', asset);
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
