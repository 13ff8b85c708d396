import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from '../cli/cli-error';
import { packageRoot } from '../cli/package-root';

export interface NewApp {
  /** Where the app goes; made if missing. */
  readonly folder: string;
  /** Name of the pipeline. */
  readonly name: string;
  /** Version of the packages. */
  readonly version: string;
}

/**
 * `examples/minimal` with the files that an app of its own needs, as `scripts/build-packages.ts` puts them
 * together.
 */
const TEMPLATE = join(packageRoot(), 'dist', 'template');

/** The names in the example, quoted as in its app, and the heading of the README. */
const NAMES = { stack: "'Churn'", pipeline: "'churn'", heading: '# churn' };

/** npm leaves files of this name out of packages, so the template has another one. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

/**
 * Writes an app that deploys and trains on the local cloud as it is.
 *
 * @returns the paths of its files, below the folder
 * @throws CliError if the name is no pipeline's, or the folder holds anything
 */
export function writeApp({ folder, name, version }: NewApp): string[] {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) {
    throw new CliError(
      `'${name}' is not a valid pipeline name: use at most 40 lowercase letters, digits and hyphens, a letter first, with --name`,
    );
  }
  if (existsSync(folder) && readdirSync(folder).some((entry) => entry !== '.git')) {
    throw new CliError(
      `the folder ${folder} is not empty: name a new one, as in "model-pipeline init churn"`,
    );
  }
  const files = new Map([...templateFiles(), ...manifests(name, version)]);
  for (const [path, text] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, named(text, name));
  }
  return [...files.keys()].sort();
}

function templateFiles(): [string, string][] {
  return readdirSync(TEMPLATE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(TEMPLATE.length + 1);
      return [RENAMED[name] ?? name, readFileSync(path, 'utf8')];
    });
}

function manifests(name: string, version: string): [string, string][] {
  const manifest = {
    name,
    private: true,
    scripts: { check: 'tsc --noEmit', synth: 'cdk synth --quiet' },
    dependencies: { 'aws-cdk-lib': '^2.276.0', 'cdk-model-pipeline': `^${version}`, constructs: '^10.8.1' },
    devDependencies: {
      '@types/node': '^20.19.43',
      'aws-cdk': '^2.1148.1',
      'model-pipeline': `^${version}`,
      tsx: '^4.23.15',
      typescript: '^7.0.2',
    },
  };
  const compiler = {
    compilerOptions: {
      target: 'es2022',
      module: 'nodenext',
      types: ['node'],
      strict: true,
      skipLibCheck: true,
      noEmit: true,
    },
    include: ['*.ts'],
  };
  const json = (value: object) => `${JSON.stringify(value, undefined, 2)}\n`;
  return [
    ['package.json', json(manifest)],
    ['tsconfig.json', json(compiler)],
  ];
}

function named(text: string, name: string): string {
  return text
    .replaceAll(NAMES.stack, `'${stackName(name)}'`)
    .replaceAll(NAMES.pipeline, `'${name}'`)
    .replaceAll(NAMES.heading, `# ${name}`);
}

/** `late-flights` as `LateFlights`. */
function stackName(name: string): string {
  return name.replaceAll(/(^|-)(\w?)/g, (_found, _hyphen, letter: string) => letter.toUpperCase());
}
