import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type BuildFailure, type BuildOptions, build, type Metafile } from 'esbuild';
import { ARM64_SUFFIX, codeLocation } from '../lib/runtime/asset-path';
import { onnxRuntimeFiles } from './onnx-runtime-files';
import { posix, syncFolder } from './sync-folder';
import { thirdPartyNotices } from './third-party-notices';

/** What a build did. */
export interface AssetReport {
  readonly functions: number;
  /** Size of all assets, not compressed. */
  readonly kilobytes: number;
  /** Files that were not as they should be. */
  readonly written: number;
}

/**
 * Bundles each `lambda/<name>/handler.ts`, so that a user's `cdk synth` needs no bundler: those that share an
 * asset to an entry each, `dist/assets/functions/<name>.mjs`, and modules that several of them need; those
 * that run models to `dist/assets/inference/<name>.js`, beside which ES modules of their folders (`*.mjs`)
 * are copied as they are, and once more with the native code of Graviton processors to
 * `dist/assets/inference-arm64/`. The same sources give the same bytes on every machine, for asset hashes are
 * made of them.
 *
 * @param root folder of the package
 * @throws Error that names each place that cannot be bundled
 */
export async function buildAssets(root: string): Promise<AssetReport> {
  const names = functionNames(root);
  const ofAsset = (asset: string) => names.filter((name) => codeLocation(name).asset === asset);
  const bundled = await Promise.all([
    bundleOf(root, ofAsset('functions'), bundleTogether),
    bundleOf(root, ofAsset('inference'), bundleWithRuntime),
  ]);
  const [shared, inference] = bundled;
  const files = new Map([...shared, ...inference, ...forArm64(root, inference)]);
  const written = syncFolder(assetsFolder(root), files);
  const bytes = [...files.values()].reduce((sum, content) => sum + content.length, 0);
  return { functions: names.length, kilobytes: Math.round(bytes / 1024), written };
}

function functionNames(root: string): string[] {
  const folder = join(root, 'lambda');
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'handler.ts')))
    .sort();
}

function assetsFolder(root: string): string {
  return join(root, 'dist', 'assets');
}

type Bundler = (root: string, names: readonly string[]) => Promise<Map<string, Uint8Array>>;

async function bundleOf(root: string, names: readonly string[], bundler: Bundler) {
  return names.length > 0 ? bundler(root, names) : new Map<string, Uint8Array>();
}

/** The files of the asset that most functions share, by their path below the assets' folder. */
function bundleTogether(root: string, names: readonly string[]): Promise<Map<string, Uint8Array>> {
  const { asset } = codeLocation(names[0] as string);
  return bundle(root, asset, {
    entryPoints: names.map((name) => ({ in: `lambda/${name}/handler.ts`, out: `${asset}/${name}` })),
    // The one format that esbuild splits.
    format: 'esm',
    splitting: true,
    chunkNames: `${asset}/shared/[hash]`,
    outExtension: { '.js': '.mjs' },
  });
}

/** The files of the asset of functions that run models, by their path below the assets' folder. */
async function bundleWithRuntime(root: string, names: readonly string[]): Promise<Map<string, Uint8Array>> {
  const { asset } = codeLocation(names[0] as string);
  const files = await bundle(root, asset, {
    entryPoints: names.map((name) => ({ in: `lambda/${name}/handler.ts`, out: `${asset}/${name}` })),
    // Native code cannot be bundled, and its package is a CommonJS one.
    external: ['onnxruntime-node'],
    format: 'cjs',
    supported: { 'dynamic-import': false },
    // Names are kept by a call for each closure that is made: a sixth of the time of a request with one row.
    keepNames: false,
  });
  for (const folder of names.map((name) => join(root, 'lambda', name))) {
    for (const file of readdirSync(folder).filter((each) => each.endsWith('.mjs'))) {
      files.set(`${asset}/${file}`, readFileSync(join(folder, file)));
    }
  }
  return files;
}

/** The files of an asset, with the native code of another processor. */
function forArm64(root: string, files: ReadonlyMap<string, Uint8Array>): Map<string, Uint8Array> {
  const isNative = (path: string) => /\/node_modules\/onnxruntime-(?:node|common)\//.test(path);
  const renamed = (path: string) => path.replace('/', `${ARM64_SUFFIX}/`);
  const [asset = ''] = [...files.keys()].map((path) => renamed(path).split('/')[0]);
  const native = [...files.keys()].some(isNative) ? onnxRuntimeFiles(root, 'arm64') : [];
  return new Map([
    ...[...files]
      .filter(([path]) => !isNative(path))
      .map(([path, content]) => [renamed(path), content] as const),
    ...[...native].map(([path, content]) => [`${asset}/${path}`, content] as const),
  ]);
}

async function bundle(root: string, asset: string, options: BuildOptions): Promise<Map<string, Uint8Array>> {
  const assets = assetsFolder(root);
  const { outputFiles = [], metafile } = await build({
    // Paths in the output, if any, are relative to it.
    absWorkingDir: root,
    outdir: assets,
    write: false,
    bundle: true,
    platform: 'node',
    // The local cloud runs functions with the Node.js at hand.
    target: 'node20',
    // Functions bring the SDK that was tested: AWS changes that of its runtimes at any time. Of its ES
    // modules the commands that nobody calls are left out: a quarter of the size.
    mainFields: ['module', 'main'],
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'silent',
    ...options,
    metafile: true,
  }).catch((error: BuildFailure) => {
    throw new Error(`the functions cannot be bundled:\n${describe(error)}`);
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [posix(relative(assets, path)), contents]));
  for (const [name, content] of companions(root, metafile)) files.set(`${asset}/${name}`, content);
  return files;
}

/** What an asset holds besides bundles: licences of what was bundled, and modules that cannot be. */
function companions(root: string, metafile: Metafile): Map<string, Uint8Array> {
  const outputs = Object.values(metafile.outputs);
  const imports = outputs.flatMap((output) => output.imports);
  const sources = outputs.flatMap(({ inputs }) => Object.keys(inputs));
  const isNative = imports.some(({ path }) => path === 'onnxruntime-node');
  const native = isNative ? onnxRuntimeFiles(root, 'x64') : new Map<string, Uint8Array>();
  const notices = thirdPartyNotices(root, [...sources, ...native.keys()]);
  return notices ? native.set('THIRD-PARTY-NOTICES.txt', Buffer.from(notices)) : native;
}

function describe({ errors, message }: BuildFailure): string {
  if (!errors) return message;
  return errors
    .map(({ text, location }) => (location ? `${location.file}:${location.line}: ${text}` : text))
    .join('\n');
}

async function main(): Promise<void> {
  const start = performance.now();
  const { functions, kilobytes, written } = await buildAssets(process.cwd());
  const milliseconds = Math.round(performance.now() - start);
  process.stdout.write(
    `${functions} functions, ${kilobytes.toLocaleString('en')} KB, ${written} files changed, ${milliseconds} ms\n`,
  );
}

if (require.main === module) {
  main().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
