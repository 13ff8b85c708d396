import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { repositoryRoot } from '../repository-root';

const root = repositoryRoot();
const assets = join(root, 'dist', 'assets');
const light = new Map<string, string>();
let nameOf: Map<string, string> | undefined;

/**
 * The code of a deployed function without the SDK that it brings, which takes longer to load than a release
 * takes: all functions of a rehearsal share the one of this process.
 *
 * @param deployed content of the function's bundle
 * @throws Error if it is not one of the functions as they were last built
 */
export function withoutSdk(deployed: string): string {
  nameOf ??= new Map(readdirSync(assets).map((name) => [readFileSync(bundleOf(name), 'utf8'), name]));
  const name = nameOf.get(deployed);
  if (name === undefined)
    throw new Error(`a deployed function does not come from ${assets}: run npm run build`);
  const known = light.get(name) ?? bundle(name);
  light.set(name, known);
  return known;
}

function bundleOf(name: string): string {
  return join(assets, name, 'index.js');
}

function bundle(name: string): string {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: [`lambda/${name}/handler.ts`],
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['@aws-sdk/*', '@smithy/*', 'onnxruntime-node'],
    supported: { 'dynamic-import': false },
    logLevel: 'silent',
  });
  return outputFiles[0]?.text as string;
}
