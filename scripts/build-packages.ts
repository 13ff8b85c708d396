import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { filesBelow, syncFolder, writeIfChanged } from './sync-folder';
import { thirdPartyNotices } from './third-party-notices';

/** Which file of the CLI's package is made of which source. */
const CLI_ENTRIES = {
  'model-pipeline': 'bin/model-pipeline.ts',
  'local-page': 'bin/local-page/plugin.ts',
};

/** What the CDK CLI starts in the place of Docker. */
const DOCKER = join('docker', 'main.js');

/** What the CLI looks for and need not find: itself, and the tools of the demo. */
const OF_THE_REPOSITORY = ['model-pipeline', 'aws-cdk', 'vega-datasets'];

const EXECUTABLE = 0o755;

/**
 * Puts what was compiled into the packages below `local/` and `bin/`.
 *
 * @param root folder of the repository, where the sources are compiled to `dist/`
 * @throws Error if the CLI cannot be bundled
 */
export async function buildPackages(root: string): Promise<void> {
  buildLocalCloud(root);
  await buildCli(root);
}

/**
 * The compiled files, each with the files beside its source that are no TypeScript; `dist/local` is as
 * complete as the package.
 */
function buildLocalCloud(root: string): void {
  const sources = join(root, 'local');
  const compiled = join(root, 'dist', 'local');
  const isCompiled = (path: string) =>
    /\.(js|d\.ts)$/.test(path) && existsSync(join(sources, sourceOf(path)));
  const isBesides = (path: string) => !/^(dist|node_modules)\/|\.(ts|md)$|^package\.json$/.test(path);
  const others = readFiles(sources, isBesides);
  for (const [path, content] of others) writeIfChanged(join(compiled, path), content);
  syncFolder(join(sources, 'dist'), new Map([...readFiles(compiled, isCompiled), ...others]));
  for (const folder of [compiled, join(sources, 'dist')]) chmodSync(join(folder, DOCKER), EXECUTABLE);
}

function sourceOf(path: string): string {
  return path.replace(/(\.d)?\.(js|ts)$/, '.ts');
}

/**
 * One file a program. What its package does not depend on is in it: what the CLI needs of `lambda/`, and ES
 * modules.
 */
async function buildCli(root: string): Promise<void> {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'bin', 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const folder = join(root, 'bin', 'dist');
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: CLI_ENTRIES,
    outdir: folder,
    write: false,
    bundle: true,
    external: [...Object.keys(dependencies), ...OF_THE_REPOSITORY],
    // Modules that are programs of their own, too, must not start: the bundle is the main module.
    define: { 'require.main': 'undefined' },
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    keepNames: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'silent',
  });
  const files = new Map<string, Uint8Array>(
    outputFiles.map(({ path, text }) => [path.slice(folder.length + 1), Buffer.from(loadingLater(text))]),
  );
  for (const [path, content] of appTemplate(root)) files.set(`template/${path}`, content);
  for (const [path, content] of mlflowServing(root)) files.set(`mlflow/${path}`, content);
  const notices = thirdPartyNotices(root, Object.keys(metafile.inputs));
  if (notices) files.set('THIRD-PARTY-NOTICES.txt', Buffer.from(notices));
  syncFolder(folder, files);
  chmodSync(join(folder, 'model-pipeline.js'), EXECUTABLE);
}

/** The bundle with packages that are loaded when a command first uses them: all take .3 s to load. */
function loadingLater(bundle: string): string {
  const imported = /^var (import_\w+) = (require\("(?!node:)[^"]+"\));$/gm;
  const later = bundle.replace(imported, 'var $1 = __later(() => $2);');
  return later.replace('"use strict";', `"use strict";\n${LATER}`);
}

/** A module that stands for another one until a member of that is read. */
const LATER = 'var __later = (load) => new Proxy({}, { get: (_, name) => load()[name] });';

/** What `init` writes: the smallest example, with what an app outside this repository needs. */
function appTemplate(root: string): [string, Uint8Array][] {
  const isSource = (path: string) => !/(^|\/)(cdk\.out|__pycache__)\//.test(path);
  return [
    ...readFiles(join(root, 'examples', 'minimal'), isSource),
    ...readFiles(join(root, 'bin', 'init', 'template'), isSource),
  ];
}

/** What `register mlflow:` adds to an MLflow Model. */
function mlflowServing(root: string): [string, Uint8Array][] {
  return [
    ...readFiles(join(root, 'bin', 'mlflow', 'serving'), (path) => path.endsWith('.py')),
    ...readFiles(join(root, 'lib', 'artifacts', 'container'), (path) => path === 'serving_build.py'),
  ];
}

function readFiles(folder: string, wanted: (path: string) => boolean): [string, Uint8Array][] {
  return filesBelow(folder)
    .filter(wanted)
    .map((path) => [path, readFileSync(join(folder, path))]);
}

if (require.main === module) {
  buildPackages(process.cwd()).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
