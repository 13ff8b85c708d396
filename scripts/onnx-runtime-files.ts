import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Processors of Lambda functions, as the package names them. It holds five platforms, 250 MB. */
export type Processor = 'x64' | 'arm64';

/**
 * The files of ONNX Runtime (MIT licence, Microsoft) that a function needs, by their path in its asset.
 *
 * @throws Error if the package is not installed
 */
export function onnxRuntimeFiles(root: string, processor: Processor): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const add = (folder: string, wanted: (name: string) => boolean) => {
    const path = `node_modules/${folder}`;
    if (!existsSync(join(root, path))) {
      throw new Error(`${path} is missing: run "npm ci" first`);
    }
    for (const name of readdirSync(join(root, path)).filter(wanted).sort()) {
      files.set(`${path}/${name}`, readFileSync(join(root, path, name)));
    }
  };
  const isPackageFile = (name: string) => name === 'package.json';
  const isScript = (name: string) => name.endsWith('.js');
  add('onnxruntime-node', isPackageFile);
  add('onnxruntime-node/dist', isScript);
  add(`onnxruntime-node/bin/napi-v6/linux/${processor}`, () => true);
  add('onnxruntime-common', isPackageFile);
  add('onnxruntime-common/dist/cjs', (name) => isScript(name) || isPackageFile(name));
  return files;
}
