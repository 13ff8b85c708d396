import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { assetPath, codeLocation } from '../../lib/runtime/asset-path';
import { repositoryRoot } from '../repository-root';

const root = repositoryRoot();
const light = new Map<string, string>();

/**
 * The code of a deployed function without the SDK that it brings, which takes longer to load than a release
 * takes: all functions of a rehearsal share the one of this process.
 *
 * @param codeFolder where the deployed code is
 * @param handler that the function was deployed with
 * @throws Error if it is not one of the functions as they were last built
 */
export function withoutSdk(codeFolder: string, handler: string): string {
  const key = join(codeFolder, handler);
  const known = light.get(key);
  if (known !== undefined) return known;
  const name = readdirSync(join(root, 'lambda')).find((each) => codeLocation(each).handler === handler);
  if (name === undefined || !isAsBuilt(codeFolder, name))
    throw new Error(`the code of ${handler} does not come from ${root}: run npm run build`);
  const code = bundle(name);
  light.set(key, code);
  return code;
}

/**
 * Whether the modules beside the handler are those of the build: what they import has its hash in its name.
 */
function isAsBuilt(codeFolder: string, name: string): boolean {
  const built = assetPath(codeLocation(name).asset);
  const files = readdirSync(built).filter((file) => /\.m?js$/.test(file));
  return files.every((file) => readFileSync(join(built, file)).equals(readFileSync(join(codeFolder, file))));
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
