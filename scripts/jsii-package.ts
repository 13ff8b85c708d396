import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withAbsoluteLinks } from './absolute-links';

type Versions = Record<string, string>;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly homepage: string;
  readonly repository: object;
  readonly peerDependencies: Versions;
  readonly devDependencies: Versions;
}

/** Sources that the public types are made of; not every one is there at all times. */
const SOURCES = ['lib', 'contracts'];

/**
 * Makes the constructs a jsii package in a folder of its own, since jsii wants a package.json and a layout of
 * its own kind. The compiled files are in `dist/`, as in the package for npm.
 *
 * @param root folder of the repository
 * @param folder an empty one
 * @returns exit code of jsii, which has printed what is wrong
 */
export function compileWithJsii(root: string, folder: string): number {
  const { name, version, description, license, homepage, repository, peerDependencies, devDependencies } =
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
  const manifest = {
    name,
    version,
    description,
    license,
    homepage,
    repository,
    author: { name: 'cdk-model-pipeline contributors' },
    main: 'dist/lib/index.js',
    types: 'dist/lib/index.d.ts',
    peerDependencies,
    devDependencies: Object.fromEntries(
      Object.keys(peerDependencies).map((peer) => [peer, devDependencies[peer]]),
    ),
    jsii: {
      outdir: 'jsii',
      targets: targetsOf(name),
      tsc: { outDir: 'dist', rootDir: '.' },
    },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  for (const source of SOURCES.filter((each) => existsSync(join(root, each)))) {
    cpSync(join(root, source), join(folder, source), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const address = homepage.replace(/#.*$/, '');
  writeFileSync(join(folder, 'README.md'), withAbsoluteLinks(readme, 'README.md', address, `v${version}`));
  const jsii = join(root, 'node_modules', 'jsii', 'bin', 'jsii');
  const args = [jsii, '--generate-tsconfig', 'tsconfig.jsii.json', '--silence-warnings', 'reserved-word'];
  return spawnSync(process.execPath, args, { cwd: folder, stdio: 'inherit' }).status ?? 1;
}

/**
 * Names of the packages in other languages.
 * https://aws.github.io/jsii/user-guides/lib-author/configuration/targets/
 */
function targetsOf(name: string): object {
  const pascalCase = name
    .split('-')
    .map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
    .join('');
  return {
    python: { distName: name, module: name.replaceAll('-', '_') },
    java: {
      package: `io.github.${name.replaceAll('-', '')}`,
      maven: { groupId: `io.github.${name}`, artifactId: name },
    },
    dotnet: { namespace: pascalCase, packageId: pascalCase },
    go: { moduleName: `github.com/${name}/${name}-go` },
  };
}
