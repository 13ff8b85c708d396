import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../bin/cli';
import { CdkCli } from '../lifecycle/cdk-cli';
import { CloudProcess } from '../lifecycle/cloud-process';
import { repositoryFile } from '../repository-file';

jest.setTimeout(1_200_000);

const FOLDER = repositoryFile('examples', 'http-api');
const MODEL = repositoryFile('examples', 'fastapi');
/** Of the first model of the example `fastapi` for the customer of the clients: 1 / (1 + exp(-score)). */
const ANSWER = 1 / (1 + Math.exp(0.11));

describe('the example http-api', () => {
  const cloud = new CloudProcess({ clockRate: 60 });
  const folder = mkdtempSync(join(tmpdir(), 'http-api-'));
  const cli = (...args: string[]) => runCli(args, cloud.environment());
  let cdk: CdkCli;
  let url: string;

  beforeAll(async () => {
    await cloud.start();
    cdk = new CdkCli(cloud);
    await cdk.bootstrap();
    const { code, output } = await cdk.runIn(FOLDER, ['deploy', '--require-approval', 'never']);
    expect({ code, output }).toMatchObject({ code: 0 });
    url = /Churn\.ApiUrl = (\S+)/.exec(output)?.[1] as string;
    const holdout = join(MODEL, 'rows.csv');
    const registered = await cli(
      ...['register', '--artifact', join(MODEL, 'model'), '--holdout', holdout, '--label', 'churned'],
      ...['--release', '--wait'],
    );
    expect(registered).toMatchObject({ code: 0, stdout: 'version 1.0.0 is in production\n' });
  });
  afterAll(async () => {
    cdk?.remove();
    await cloud.stop();
    cloud.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a program in the folder of the generated files, with the keys of the cloud. */
  const run = (program: string, args: readonly string[], more: Record<string, string> = {}) =>
    execFileSync(program, args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ...cloud.environment(), API_URL: url, ...more },
    });

  test('answers an operator, and describes itself as the CLI does', async () => {
    const predicted = await cli('predict', join(MODEL, 'rows.csv'), '--api', '--json');
    expect(predicted).toMatchObject({ code: 0 });
    const rows = readFileSync(join(MODEL, 'rows.csv'), 'utf8').trim().split('\n').length - 1;
    const { predictions, rowsByVersion } = JSON.parse(predicted.stdout) as Record<string, unknown>;
    expect(predictions).toHaveLength(rows);
    expect(rowsByVersion).toEqual({ '1.0.0': rows });
    expect((await cli('predict', join(MODEL, 'rows.csv'), '--json')).stdout).toBe(predicted.stdout);
    const document = await cli('signature', '--openapi', '--api');
    writeFileSync(join(folder, 'openapi.json'), document.stdout);
    expect(JSON.parse(document.stdout)).toMatchObject({
      info: { title: 'churn' },
      security: [{ sigv4: [] }],
      paths: { '/predictions': {}, '/version': {} },
    });
  });

  test('has a client in TypeScript, with the types that are generated from its document', () => {
    const generator = [
      'exec',
      '--yes',
      '--package=openapi-typescript@7.13.0',
      '--package=typescript@5',
      '--',
    ];
    run('npm', [...generator, 'openapi-typescript', 'openapi.json', '--output', 'churn-api.d.ts']);
    const generated = readFileSync(join(folder, 'churn-api.d.ts'), 'utf8');
    expect(generated).toBe(readFileSync(join(FOLDER, 'client', 'churn-api.d.ts'), 'utf8'));
    const tsx = repositoryFile('node_modules', '.bin', 'tsx');
    const answer = JSON.parse(run(tsx, [join(FOLDER, 'client', 'predict.ts')])) as Record<string, unknown>;
    expect(answer).toEqual({ predictions: [expect.closeTo(ANSWER, 9)], modelVersion: '1.0.0' });
  });

  test('has a client in Python that is generated from its document', () => {
    run('python3', ['-m', 'venv', 'python']);
    const program = (name: string) => join(folder, 'python', 'bin', name);
    run(program('pip'), ['install', '--quiet', 'openapi-python-client', 'botocore']);
    run(program('openapi-python-client'), ['generate', '--path', 'openapi.json']);
    const more = { PYTHONPATH: join(folder, 'churn-client') };
    const answer = JSON.parse(run(program('python'), [join(FOLDER, 'client', 'predict.py')], more));
    expect(answer).toEqual({ predictions: [expect.closeTo(ANSWER, 9)], modelVersion: '1.0.0' });
  });
});
