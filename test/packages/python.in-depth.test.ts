import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPackage } from '../../scripts/language-package';
import { repositoryFile } from '../repository-file';
import { installInto, packedPackages } from './packed-packages';

jest.setTimeout(1_800_000);

/** `examples/python-app/app.py`, line by line. */
const SAME_APP = `
const { App, Duration, Stack } = require('aws-cdk-lib');
const { ModelPipeline, PromotionRule, ReleaseStrategy } = require('cdk-model-pipeline');
const app = new App();
const stack = new Stack(app, 'LateFlights');
new ModelPipeline(stack, 'Model', {
  pipelineName: 'late-flights',
  training: { source: '../flights/source', hyperparameters: { 'max-iter': '200' } },
  data: { label: 'late' },
  promotion: { rules: [PromotionRule.superior(), PromotionRule.atLeast(0.7)] },
  releaseStrategy: ReleaseStrategy.blueGreen({
    canary: [0.05, 0.25],
    stepDuration: Duration.minutes(15),
    bakeTime: Duration.hours(1),
  }),
  retraining: { onDrift: true, onNewData: true },
});
app.synth();
`;

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
  const template = (language: string) =>
    JSON.parse(readFileSync(join(folder, language, 'LateFlights.template.json'), 'utf8'));

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

    const [constructs = ''] = packedPackages(join(folder, 'packed'));
    const node = join(folder, 'node');
    const peers = [`aws-cdk-lib@${version}`, `constructs@${devDependencies.constructs}`];
    installInto(node, [constructs, ...peers]);
    writeFileSync(join(node, 'app.js'), SAME_APP);
    run(process.execPath, [join(node, 'app.js')], { CDK_OUTDIR: join(folder, 'typescript') });

    expect(Object.keys(template('python').Resources).length).toBeGreaterThan(50);
    expect(template('python')).toEqual(template('typescript'));
  });
});
