import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type BuildFailure, build, type Metafile } from 'esbuild';
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
 * Bundles each `lambda/<name>/handler.ts` to `dist/assets/<name>/index.js`, beside which ES modules of the
 * folder (`*.mjs`) are copied as they are, so that a user's `cdk synth` needs no bundler. The same sources
 * give the same bytes on every machine, for asset hashes are made of them.
 *
 * @param root folder of the package
 * @throws Error that names each place that cannot be bundled
 */
export async function buildAssets(root: string): Promise<AssetReport> {
  const assets = join(root, 'dist', 'assets');
  const names = functionNames(root);
  const files = await bundle(root, names);
  const written = syncFolder(assets, files);
  const bytes = [...files.values()].reduce((sum, content) => sum + content.length, 0);
  return { functions: names.length, kilobytes: Math.round(bytes / 1024), written };
}

function functionNames(root: string): string[] {
  const folder = join(root, 'lambda');
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'handler.ts')))
    .sort();
}

/** Every file of every asset, by its path below the assets' folder. */
async function bundle(root: string, names: readonly string[]): Promise<Map<string, Uint8Array>> {
  const assets = join(root, 'dist', 'assets');
  const { outputFiles, metafile } = await build({
    // Paths in the output, if any, are relative to it.
    absWorkingDir: root,
    entryPoints: names.map((name) => ({ in: `lambda/${name}/handler.ts`, out: `${name}/index` })),
    outdir: assets,
    write: false,
    bundle: true,
    platform: 'node',
    // The local cloud runs functions with the Node.js at hand.
    target: 'node20',
    format: 'cjs',
    // Functions bring the SDK that was tested: AWS changes that of its runtimes at any time. Native code
    // cannot be bundled.
    external: ['onnxruntime-node'],
    // As CommonJS throughout, so that code in a context of its own, such as a test's, loads it too.
    supported: { 'dynamic-import': false },
    // The ES modules of the SDK, of which the commands that nobody calls are left out: a quarter of the size.
    mainFields: ['module', 'main'],
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
  }).catch((error: BuildFailure) => {
    throw new Error(`the functions cannot be bundled:\n${describe(error)}`);
  });
  const files = new Map<string, Uint8Array>();
  for (const { path, contents } of outputFiles) {
    const bundlePath = posix(relative(assets, path));
    files.set(bundlePath, contents);
    for (const [name, content] of companions(root, bundlePath, metafile)) {
      files.set(`${dirname(bundlePath)}/${name}`, content);
    }
  }
  for (const name of names) {
    for (const file of readdirSync(join(root, 'lambda', name)).filter((each) => each.endsWith('.mjs'))) {
      files.set(`${name}/${file}`, readFileSync(join(root, 'lambda', name, file)));
    }
  }
  return files;
}

/** What an asset holds besides its bundle: licences of what was bundled, and modules that cannot be. */
function companions(root: string, bundlePath: string, { outputs }: Metafile): Map<string, Uint8Array> {
  const output = outputs[`dist/assets/${bundlePath}`];
  if (!output) throw new Error(`esbuild tells nothing of ${bundlePath}`);
  const isNative = output.imports.some(({ path }) => path === 'onnxruntime-node');
  const native = isNative ? onnxRuntimeFiles(root) : new Map<string, Uint8Array>();
  const notices = thirdPartyNotices(root, [...Object.keys(output.inputs), ...native.keys()]);
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
