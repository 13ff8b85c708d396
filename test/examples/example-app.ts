import { readdirSync } from 'node:fs';
import type { App } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { repositoryFile } from '../repository-file';

export interface SynthesizedExample {
  readonly app: App;
  readonly assembly: CloudAssembly;
}

/** Apps in TypeScript by the name of their example: the file, and the folder in which the CDK CLI runs it. */
const APPS: ReadonlyMap<string, { readonly file: string; readonly folder: string }> = new Map([
  ['flights', { file: repositoryFile('bin', 'app.ts'), folder: repositoryFile() }],
  ...readdirSync(repositoryFile('examples'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /^[^/]+\/app\.ts$/.test(path))
    .map((path) => path.replace('/app.ts', ''))
    .map((name) => [name, { file: fileOf(name, 'app.ts'), folder: fileOf(name) }] as const),
]);

export const EXAMPLES: readonly string[] = [...APPS.keys()];

const newApps: App[] = [];
const cdk = jest.requireActual<typeof import('aws-cdk-lib')>('aws-cdk-lib');

class NotedApp extends cdk.App {
  constructor(...props: ConstructorParameters<typeof App>) {
    super(...props);
    newApps.push(this);
  }
}

jest.doMock('aws-cdk-lib', () => Object.create(cdk, { App: { value: NotedApp } }));

const synthesized = new Map<string, SynthesizedExample>();

/** The app of an example, run and synthesized once. */
export function synthesizedExample(name: string): SynthesizedExample {
  const known = synthesized.get(name);
  if (known) return known;
  const { file, folder } = APPS.get(name) ?? { file: fileOf(name, 'app.ts'), folder: fileOf(name) };
  const before = process.cwd();
  process.chdir(folder);
  try {
    const app = appOf(file);
    const example = { app, assembly: app.synth() };
    synthesized.set(name, example);
    return example;
  } finally {
    process.chdir(before);
  }
}

/** The app that a program makes; like any program of the CDK, it exports nothing. */
function appOf(file: string): App {
  const before = newApps.length;
  require(file);
  const [app, ...others] = newApps.slice(before);
  if (!app || others.length > 0) throw new Error(`${file} makes ${newApps.length - before} apps, not one`);
  return app;
}

function fileOf(...path: string[]): string {
  return repositoryFile('examples', ...path);
}
