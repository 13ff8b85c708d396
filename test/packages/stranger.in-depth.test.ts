import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryFile } from '../repository-file';
import { installInto, packedPackages } from './packed-packages';

jest.setTimeout(1_800_000);

/**
 * What a user installs beside the packages: what `cdk init` and `model-pipeline init` name, as it is here.
 */
const TOOLS = ['aws-cdk', 'aws-cdk-lib', 'constructs', 'typescript', '@types/node'];

describe('a stranger with an empty folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stranger-'));
  const app = join(folder, 'churn');
  const environment = { PATH: process.env.PATH, HOME: folder, LOCAL_CLOUD_CACHE: cache(), CI: 'true' };

  /** What a command prints; its output is the error if it fails. */
  const run = async (command: string, args: readonly string[], cwd = app, env: object = {}) => {
    const options = { cwd, env: { ...environment, ...env } as NodeJS.ProcessEnv, maxBuffer: 2 ** 26 };
    const { stdout } = await promisify(execFile)(command, args, options).catch((error) => {
      throw new Error(`${command} ${args.join(' ')}: ${error.stdout}${error.stderr}`);
    });
    return stdout;
  };
  const cli = (args: readonly string[], cwd = app, env: object = {}) =>
    run('npx', ['--no', '--', 'model-pipeline', ...args], cwd, env);

  beforeAll(() => {
    const { devDependencies } = readJson(repositoryFile('package.json')) as {
      devDependencies: Record<string, string>;
    };
    const tools = [...TOOLS.map((name) => `${name}@${devDependencies[name]}`), 'tsx@^4.23.15'];
    installInto(folder, [...packedPackages(join(folder, 'packed')), ...tools]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('gets constructs that bring nothing along', () => {
    const { packages } = readJson(join(folder, 'package-lock.json')) as {
      packages: Record<string, { dependencies?: object }>;
    };
    expect(packages['node_modules/cdk-model-pipeline']?.dependencies).toBeUndefined();
    expect(existsSync(join(folder, 'node_modules', 'cdk-model-pipeline', 'node_modules'))).toBe(false);
  });

  test('gets help of the CLI', async () => {
    expect(await cli(['--help'], folder)).toContain('Usage: model-pipeline');
  });

  test('lets the CLI write an app, which compiles and synthesizes', async () => {
    await cli(['init', 'churn'], folder);
    expect(await run('npx', ['--no', '--', 'tsc', '--noEmit', '-p', '.'])).toBe('');
    await run('npx', ['--no', '--', 'cdk', 'synth', '--quiet']);
    expect(readdirSync(join(app, 'cdk.out'))).toContain('Churn.template.json');
  });

  test.each([
    ['CommonJS', 'commonjs'],
    ['ES modules', 'module'],
  ])('compiles and runs the examples of README, word for word, as %s', async (_name, type) => {
    const examples = join(app, type);
    mkdirSync(examples);
    const blocks = ['README.md', 'local/README.md'].flatMap(typescriptBlocks);
    expect(blocks.length).toBeGreaterThan(1);
    blocks.forEach((text, index) => {
      writeFileSync(join(examples, `example-${index}.ts`), text);
    });
    writeFileSync(join(examples, 'package.json'), JSON.stringify({ type }));
    const compilerOptions = { module: 'nodenext', target: 'es2022', strict: true, types: ['node'] };
    writeFileSync(join(examples, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));

    await run('npx', ['--no', '--', 'tsc', '-p', type]);

    for (const index of blocks.keys()) await run(process.execPath, [join(type, `example-${index}.js`)]);
  });

  describe('deploys the app to the local cloud', () => {
    let cloud: Record<string, string>;
    beforeAll(async () => {
      await cli(['local', 'start', '--port', '0']);
      cloud = JSON.parse(await cli(['local', 'env', '--json']));
    });
    afterAll(() => cli(['local', 'stop']));

    test('and has its own model in production', async () => {
      const start = Date.now();
      await run('npx', ['--no', '--', 'cdk', 'bootstrap'], app, cloud);
      await run('npx', ['--no', '--', 'cdk', 'deploy', '--require-approval', 'never'], app, cloud);
      await cli(['retrain', '--data', 'data/customers.csv', '--wait'], app, cloud);
      const status = JSON.parse(await cli(['status', '--json'], app, cloud));
      expect(JSON.stringify(status)).toContain('"modelVersion":"1.0.0"');
      process.stdout.write(`from deploy to production: ${Math.round((Date.now() - start) / 1000)} s\n`);
    });
  });
});

function cache(): string {
  return process.env.LOCAL_CLOUD_CACHE ?? join(process.env.HOME ?? '', '.cache', 'cdk-local-cloud');
}

function typescriptBlocks(document: string): string[] {
  const text = readFileSync(repositoryFile(document), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

function readJson(path: string): object {
  return JSON.parse(readFileSync(path, 'utf8')) as object;
}
