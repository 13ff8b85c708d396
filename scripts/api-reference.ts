import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Documentation, Language } from 'jsii-docgen';

type Versions = Record<string, string>;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly peerDependencies: Versions;
  readonly devDependencies: Versions;
}

/**
 * Compiles `lib/` with jsii, so that it stays usable from Python, Java, .NET and Go, and writes `docs/api.md` from it. In a
 * folder of its own: jsii writes its output beside the sources and wants a package.json of its own kind.
 */
async function apiReference(root: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'jsii-'));
  try {
    const status = compile(root, folder);
    if (status === 0) await writeReference(folder, join(root, 'docs', 'api.md'));
    return status;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compile(root: string, folder: string): number {
  const { name, version, license, peerDependencies, devDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Manifest;
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({
      name,
      version,
      license,
      description: 'constructs only',
      main: 'lib/index.js',
      types: 'lib/index.d.ts',
      repository: { type: 'git', url: 'https://example.com/cdk-model-pipeline.git' },
      author: { name: 'cdk-model-pipeline' },
      peerDependencies,
      devDependencies: pick(devDependencies, Object.keys(peerDependencies)),
      jsii: { outdir: 'jsii', targets: {}, tsc: { outDir: 'out' } },
    }),
  );
  cpSync(join(root, 'lib'), join(folder, 'lib'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'README.md'), '# cdk-model-pipeline\n');
  const jsii = join(root, 'node_modules', 'jsii', 'bin', 'jsii');
  const args = [jsii, '--generate-tsconfig', 'tsconfig.jsii.json', '--silence-warnings', 'reserved-word'];
  return spawnSync(process.execPath, args, { cwd: folder, stdio: 'inherit' }).status ?? 1;
}

async function writeReference(folder: string, file: string): Promise<void> {
  const documentation = await Documentation.forProject(folder, { assembliesDir: folder });
  try {
    const reference = await documentation.toMarkdown({ language: Language.TYPESCRIPT });
    writeFileSync(file, reference.render());
  } finally {
    await documentation.cleanup();
  }
}

function pick(versions: Versions, names: readonly string[]): Partial<Versions> {
  return Object.fromEntries(names.map((name) => [name, versions[name]]));
}

apiReference(process.cwd()).then((status) => {
  process.exitCode = status;
});
