import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { repositoryFile } from './repository-file';

/** Which rooms a room may import from; `docs/architecture.md` has the picture. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  lib: ['contracts'],
  lambda: ['contracts'],
  local: [],
  bin: ['contracts', 'lib', 'lambda', 'examples'],
  examples: ['lib'],
};

interface Import {
  readonly file: string;
  readonly name: string;
  /** First folder of what a relative path leads to. */
  readonly room?: string;
}

describe('rooms', () => {
  test.each(Object.entries(ALLOWED))('%s imports by path from %j only', (room, allowed) => {
    const others = importsOf(room).filter((one) => one.room && one.room !== room);
    expect(others.filter((one) => !allowed.includes(one.room as string))).toEqual([]);
  });

  test('constructs need the CDK and Node.js, and nothing else at run time', () => {
    const packages = importsOf('lib').filter(({ room }) => room === undefined);
    const others = packages.filter(({ name }) => !/^(node:|constructs$|aws-cdk-lib(\/|$))/.test(name));
    expect(others).toEqual([]);
  });

  test('the local cloud knows nothing of this product', () => {
    const others = importsOf('local').filter(({ name }) => /model-pipeline/.test(name));
    expect(others).toEqual([]);
    const mentions = filesOf('local').filter((file) => /model.?pipeline/i.test(readFileSync(file, 'utf8')));
    expect(mentions).toEqual([]);
  });
});

describe('docs/architecture.md', () => {
  const listing = readFileSync(repositoryFile('docs', 'architecture.md'), 'utf8').split('```')[3] as string;
  /** Folders by that which holds them, in the order of the listing. */
  const listed = new Map<string, string[]>();
  const path: string[] = [];
  for (const [, indent = '', name = ''] of listing.matchAll(/^( *)([\w-]+\/)/gm)) {
    path.length = indent.length / 2;
    const holder = path.join('');
    listed.set(holder, [...(listed.get(holder) ?? []), name.slice(0, -1)]);
    path.push(name);
  }

  test.each(['lib/', 'bin/', 'lambda/domain/'])('names each folder of %s, and no others', (holder) => {
    const folders = readdirSync(repositoryFile(holder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !['dist', 'node_modules'].includes(entry.name))
      .map(({ name }) => name);
    expect([...(listed.get(holder) ?? [])].sort()).toEqual(folders.sort());
  });

  test('lists the rooms of lambda/domain so that each depends only on those below it', () => {
    const rooms = listed.get('lambda/domain/') ?? [];
    const upwards = rooms.flatMap((room, height) =>
      importsOf(join('lambda', 'domain', room))
        .filter(({ file, name }) => {
          const target = relative(
            repositoryFile('lambda', 'domain'),
            resolve(repositoryFile(file), '..', name),
          );
          return name.startsWith('.') && rooms.slice(0, height).includes(target.split(sep)[0] as string);
        })
        .map(({ file, name }) => `${file}: ${name}`),
    );
    expect(upwards).toEqual([]);
  });
});

describe('packages', () => {
  const manifests = ['.', 'local', 'bin'].map((folder) => manifestOf(folder));
  const [constructs, local, cli] = manifests as [Manifest, Manifest, Manifest];

  test('have one version, and the CLI takes the local cloud of its own', () => {
    expect(new Set(manifests.map(({ version }) => version)).size).toBe(1);
    expect(cli.dependencies?.[local.name]).toBe(local.version);
  });

  test('of constructs brings nothing along but the CDK', () => {
    expect(constructs.dependencies).toBeUndefined();
    expect(Object.keys(constructs.peerDependencies ?? {})).toEqual(['aws-cdk-lib', 'constructs']);
  });

  test("of the CLI has a program before it is built, for npm links programs before that in a clone's npm ci", () => {
    const { bin = {} } = manifestOf('bin');
    expect(Object.values(bin)).toEqual(['run.js']);
    expect(readFileSync(repositoryFile('bin', 'run.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  test.each(['local', 'bin'])('below %s declares each package that its sources import', (folder) => {
    const { name, dependencies = {} } = manifestOf(folder);
    const external = importsOf(folder)
      .filter(({ room, name: imported }) => room === undefined && !imported.startsWith('node:'))
      .map(({ name: imported }) => /^(@[^/]+\/)?[^/]+/.exec(imported)?.[0] as string);
    const undeclared = external.filter((one) => one !== name && !(one in dependencies));
    // The example's app is no part of the CLI's package.
    expect([...new Set(undeclared)].filter((one) => one !== 'aws-cdk-lib')).toEqual([]);
  });
});

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(repositoryFile(folder, 'package.json'), 'utf8')) as Manifest;
}

function importsOf(room: string): Import[] {
  return filesOf(room).flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return [...text.matchAll(/^(?:(?:import|export) .*|\} )from '([^'\n]+)';$/gm)].map(([, name = '']) => ({
      file: relative(repositoryFile(), file),
      name,
      ...(name.startsWith('.') && { room: roomOf(resolve(file, '..', name)) }),
    }));
  });
}

function roomOf(path: string): string {
  return relative(repositoryFile(), path).split(sep)[0] as string;
}

/** The TypeScript sources of a room. */
function filesOf(room: string): string[] {
  return readdirSync(repositoryFile(room), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/^(dist|node_modules)\b/.test(path))
    .map((path) => join(repositoryFile(room), path));
}
