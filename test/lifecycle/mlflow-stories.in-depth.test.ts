import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { type App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ModelPipeline, ReleaseStrategy } from '../../lib';
import { runCli } from '../bin/cli';
import { CdkCli } from './cdk-cli';
import { CloudProcess } from './cloud-process';

jest.setTimeout(1_800_000);

const run = promisify(execFile);

/** The registry's own client and server, and what the model is made of. */
const PACKAGES = ['mlflow==3.17.2', 'scikit-learn==1.7.2', 'pandas==2.3.3'];
const MINUTES_A_SECOND = 60;

/** Two versions, the better one with an alias, as a notebook logs them. */
const LOG = `
import json, sys
import mlflow, numpy as np, pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
random = np.random.default_rng(7)
rows = pd.DataFrame({
    'age': random.normal(40, 9, 400),
    'complaints': random.poisson(2, 400),
    'plan': random.choice(['basic', 'premium'], 400),
})
left = (random.random(400) < 1 / (1 + np.exp(2 - rows['complaints']))).astype(int)
rows.assign(left=left).to_csv(sys.argv[1], index=False)
answers = []
for c in (1e-4, 1.0):
    model = make_pipeline(
        make_column_transformer((OneHotEncoder(), ['plan']), (StandardScaler(), ['age', 'complaints'])),
        LogisticRegression(C=c),
    ).fit(rows, left)
    with mlflow.start_run():
        mlflow.log_metric('accuracy', model.score(rows, left))
        mlflow.sklearn.log_model(model, name='model', registered_model_name='churn', input_example=rows[:2])
    answers.append(model.predict_proba(rows[:1])[0, 1])
mlflow.MlflowClient().set_registered_model_alias('churn', 'challenger', '2')
print('answers: ' + json.dumps(answers))
`;

describe('a model of an MLflow registry', () => {
  const cloud = new CloudProcess({ clockRate: MINUTES_A_SECOND });
  const folder = mkdtempSync(join(tmpdir(), 'mlflow-stories-'));
  const rows = join(folder, 'rows.csv');
  let server: ChildProcess;
  let address: string;
  let answers: number[];
  let cdk: CdkCli;

  const stack = (app: App) => {
    new ModelPipeline(
      new Stack(app, 'Churn', { env: { account: cloud.account, region: cloud.region } }),
      'Pipeline',
      {
        pipelineName: 'churn',
        releaseStrategy: ReleaseStrategy.allAtOnce(),
        removalPolicy: RemovalPolicy.DESTROY,
      },
    );
  };

  /** Runs the CLI beside the MLflow server, with pip's settings of this machine. */
  const cli = (...args: string[]) => {
    const ofMachine = Object.entries(process.env).filter(
      ([name]) => name === 'HOME' || name.startsWith('PIP_'),
    );
    return runCli(args, {
      ...(Object.fromEntries(ofMachine) as Record<string, string>),
      MLFLOW_TRACKING_URI: address,
      ...cloud.environment(),
    });
  };

  /** What the endpoint says of the first row. */
  async function answer(): Promise<number> {
    const { url: endpoint, region, credentials } = cloud;
    const [, first = ''] = readFileSync(rows, 'utf8').split('\n');
    const { Body } = await new SageMakerRuntimeClient({ endpoint, region, credentials }).send(
      new InvokeEndpointCommand({
        EndpointName: 'churn',
        ContentType: 'text/csv',
        Accept: 'text/csv',
        Body: first.split(',').slice(0, 3).join(','),
      }),
    );
    return Number(Buffer.from(Body ?? []).toString());
  }

  /** Starts an MLflow server on a free port; resolves with its address. */
  async function startServer(python: string): Promise<string> {
    const storage = [
      ...['--backend-store-uri', `sqlite:///${join(folder, 'mlflow.db')}`],
      ...['--artifacts-destination', join(folder, 'artifacts')],
    ];
    server = spawn(python, ['-m', 'mlflow', 'server', '--port', '0', '--workers', '1', ...storage], {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    for await (const line of createInterface(server.stderr as NodeJS.ReadableStream)) {
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (found) {
        server.stderr?.resume();
        return found;
      }
    }
    throw new Error('the MLflow server ended');
  }

  beforeAll(async () => {
    const python = join(folder, 'venv', 'bin', 'python');
    await run('python3', ['-m', 'venv', join(folder, 'venv')]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES]);
    address = await startServer(python);
    const { stdout } = await run(python, ['-c', LOG, rows], {
      env: { ...process.env, MLFLOW_TRACKING_URI: address },
    });
    answers = JSON.parse(stdout.split('answers: ')[1] ?? stdout);
    await cloud.start();
    cdk = new CdkCli(cloud);
    await cdk.bootstrap();
    expect(await cdk.deploy(stack)).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    // With the processes that it started.
    if (server?.pid !== undefined) process.kill(-server.pid, 'SIGTERM');
    if (server?.exitCode === null) await once(server, 'exit');
    cdk?.remove();
    await cloud.stop();
    cloud.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a version that is not there is refused by name', async () => {
    expect(await cli('register', 'mlflow:models:/churn/7', '--sample', rows)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/the MLflow server .* refuses .*churn.*version=7/),
    });
    expect(await cli('register', 'mlflow:models:/churn', '--sample', rows)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('write models:/<name>/<version> or models:/<name>@<alias>'),
    });
  });

  test('is registered by its number with the metrics of its run, and answers as it does in MLflow', async () => {
    const run = await cli(
      ...['register', 'mlflow:models:/churn/1', '--sample', rows, '--label', 'left', '--release', '--wait'],
    );
    expect(run).toMatchObject({ code: 0, stdout: 'version 1.0.0 is in production\n' });
    expect(await answer()).toBeCloseTo(answers[0] as number, 9);
    expect((await cli('history')).stdout).toMatch(
      /registration +1\.0\.0 .*mlflow models:\/churn\/1 of http:\S+ run [0-9a-f]{32}/,
    );
  });

  test('that is in production has the alias of the champion in MLflow, and a tag', async () => {
    expect(await cli('mlflow-champion')).toMatchObject({
      code: 0,
      stdout: 'models:/churn@champion is version 1, which serves as 1.0.0\n',
    });
    const found = await fetch(
      `${address}/api/2.0/mlflow/registered-models/alias?name=churn&alias=champion`,
    ).then((response) => response.json());
    expect(found).toMatchObject({
      model_version: { version: '1', tags: [{ key: 'model-pipeline.version', value: '1.0.0' }] },
    });
  });

  test('is registered once if only new ones are to be', async () => {
    const again = ['register', 'mlflow:models:/churn@champion', '--sample', rows, '--if-new', '--release'];
    expect(await cli(...again)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^mlflow models:\/churn\/1 .* is registered already, as version 1\.0\.0\n$/,
      ),
    });
  });
});
