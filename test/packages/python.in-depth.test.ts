import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPackage } from '../../scripts/language-package';
import { repositoryFile } from '../repository-file';
import { lateFlights, lateFlightsFromNode } from './late-flights';

jest.setTimeout(1_800_000);

describe('the Python package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'python-package-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (command: string, args: string[], env: object = {}) =>
    execFileSync(command, args, {
      cwd: repositoryFile('examples', 'python-app'),
      stdio: 'pipe',
      encoding: 'utf8',
      env: { ...process.env, ...env } as NodeJS.ProcessEnv,
    });

  test('makes the same template of the same app as the package for Node.js does', () => {
    const packages = join(folder, 'packages');
    buildPackage(repositoryFile(), 'python', packages);
    const wheel = join(packages, readdirSync(packages).find((name) => name.endsWith('.whl')) ?? 'no wheel');
    const { devDependencies } = JSON.parse(readFileSync(repositoryFile('package.json'), 'utf8'));
    const python = join(folder, 'venv', 'bin', 'python');
    run('python3', ['-m', 'venv', join(folder, 'venv')]);
    // The Python Package Index gets the CDK later than npm does.
    const cdk = `aws-cdk-lib<=${devDependencies['aws-cdk-lib']}`;
    run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', wheel, cdk]);
    const version = run(python, [
      '-c',
      'import importlib.metadata as m; print(m.version("aws-cdk-lib"))',
    ]).trim();

    run(python, ['app.py'], { CDK_OUTDIR: join(folder, 'python') });

    const template = lateFlights(join(folder, 'python'));
    expect(Object.keys(template.Resources).length).toBeGreaterThan(50);
    expect(template).toEqual(lateFlightsFromNode(join(folder, 'node'), version));
  });
});
