import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { type App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { InconclusiveAction, ModelPipeline, ReleaseStrategy } from '../../lib';
import { ensurePythonEnvironment } from '../../local/containers';
import { type CliRun, runCli } from '../bin/cli';
import { recordGrants } from '../grants/grant-records';
import { modelArchive } from '../lambda/model-archive';
import { CdkCli } from './cdk-cli';
import { CloudProcess } from './cloud-process';

jest.setTimeout(900_000);

const PIPELINE = 'churn';
const MINUTES_A_SECOND = 60;

/** A model of a team that has never heard of this package. */
const TRAIN = `
import json, os, sys
import joblib, numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
out, c = sys.argv[1], float(sys.argv[2])
def customers(seed):
    random = np.random.default_rng(seed)
    rows = pd.DataFrame({'age': random.normal(40, 9, 400), 'complaints': random.poisson(2, 400)})
    return rows, (random.random(400) < 1 / (1 + np.exp(2 - rows['complaints']))).astype(int)
rows, left = customers(7)
# A model of c < 0 has learned the opposite.
model = LogisticRegression(C=abs(c)).fit(rows.values, left if c > 0 else 1 - left)
os.makedirs(out)
joblib.dump(model, os.path.join(out, 'model.joblib'))
rows.assign(left=left).to_csv(os.path.join(out, 'rows.csv'), index=False)
others, left_others = customers(8)
others.assign(left=left_others).to_csv(os.path.join(out, 'holdout.csv'), index=False)
print(json.dumps(model.predict_proba([[40.0, 3.0]])[0, 1]))
`;
const INFERENCE = `
import os
import joblib, numpy as np

def model_fn(model_dir):
    return joblib.load(os.path.join(model_dir, 'model.joblib'))

def input_fn(body, content_type):
    text = body.decode() if isinstance(body, bytes) else body
    return np.array([[float(cell) for cell in line.split(',')] for line in text.splitlines()])

def predict_fn(rows, model):
    return model.predict_proba(rows)[:, 1]

def output_fn(answers, accept):
    return ''.join('%r\\n' % float(answer) for answer in answers), 'text/csv'
`;

describe('a model that was trained elsewhere', () => {
  const cloud = new CloudProcess({ clockRate: MINUTES_A_SECOND });
  const folder = mkdtempSync(join(tmpdir(), 'registrations-'));
  const source = join(folder, 'source');
  let cdk: CdkCli;
  let runtime: SageMakerRuntimeClient;
  let weak: { archive: string; rows: string; holdout: string; answer: number };
  let strong: typeof weak;

  const cli = (...args: string[]): Promise<CliRun> => runCli(args, cloud.environment());
  const stack = (app: App) => {
    new ModelPipeline(
      new Stack(app, 'Churn', { env: { account: cloud.account, region: cloud.region } }),
      // As in other stories, so that its grants are theirs.
      'Pipeline',
      {
        pipelineName: PIPELINE,
        source,
        releaseStrategy: ReleaseStrategy.canary({
          share: 0.2,
          stepDuration: Duration.minutes(3),
          bakeTime: Duration.minutes(2),
          maximumStepDuration: Duration.minutes(5),
          onInconclusive: InconclusiveAction.PROMOTE,
        }),
        removalPolicy: RemovalPolicy.DESTROY,
      },
    );
  };

  /** Trains, and packs the model, with its scripts if they are given. */
  async function train(name: string, regularization: number, scripts: Record<string, string>) {
    const { python } = await ensurePythonEnvironment();
    const out = join(folder, name);
    const printed = execFileSync(python, ['-c', TRAIN, out, String(regularization)], { encoding: 'utf8' });
    const archive = join(folder, `${name}.tar.gz`);
    const model = execFileSync('cat', [join(out, 'model.joblib')]);
    writeFileSync(archive, await modelArchive({ 'model.joblib': model, ...scripts }));
    return {
      archive,
      rows: join(out, 'rows.csv'),
      holdout: join(out, 'holdout.csv'),
      answer: Number(printed),
    };
  }

  async function answer(): Promise<number> {
    const { Body } = await runtime.send(
      new InvokeEndpointCommand({
        EndpointName: PIPELINE,
        ContentType: 'text/csv',
        Accept: 'text/csv',
        Body: '40.0,3.0',
      }),
    );
    return Number(Buffer.from(Body ?? []).toString());
  }

  beforeAll(async () => {
    mkdirSync(source);
    writeFileSync(join(source, 'inference.py'), INFERENCE);
    weak = await train('weak', 1e-4, { 'code/inference.py': INFERENCE });
    strong = await train('strong', 1, {});
    await cloud.start();
    const { url: endpoint, region, credentials } = cloud;
    runtime = new SageMakerRuntimeClient({ endpoint, region, credentials });
    cdk = new CdkCli(cloud);
    await cdk.bootstrap();
    expect(await cdk.deploy(stack)).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    const ofRegistration = (await cloud.grants()).filter(({ role }) =>
      role.includes('-PipelineRegisterArtifact'),
    );
    const assets = `cdk-hnb659fds-assets-${cloud.account}-${cloud.region}`;
    recordGrants(ofRegistration, { stack: 'Churn', pipeline: PIPELINE, assets });
    cdk.remove();
    await cloud.stop();
    cloud.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('before the first registration, status says how to register a version', async () => {
    expect((await cli('status')).stdout).toContain(
      'churn serves nothing yet; register a version and release it',
    );
    expect(await cli('retrain')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the model of churn is trained elsewhere'),
    });
  });

  test('an archive that no container could serve is refused, and nothing is registered', async () => {
    const archive = join(folder, 'model');
    writeFileSync(archive, 'weights');
    expect(await cli('register', archive, '--sample', weak.rows)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/uploads\/.*\/model cannot be read as a .tar.gz/),
    });
    expect((await cli('history')).stdout).toContain('nothing has been released');
  });

  test('is registered and released from a file, with the scripts of its archive', async () => {
    const run = await cli(
      ...['register', weak.archive, '--sample', weak.rows, '--label', 'left', '--metric', 'auc=0.71'],
      ...['--origin', 'notebook 12', '--release', '--wait'],
    );
    expect(run).toMatchObject({ code: 0, stdout: 'version 1.0.0 is in production\n' });
    expect(await answer()).toBeCloseTo(weak.answer, 9);
  });

  test('is registered once more, with the scripts of the pipeline, and released by a canary', async () => {
    const registered = await cli(
      'register',
      strong.archive,
      '--sample',
      strong.rows,
      '--label',
      'left',
      '--as',
      '1.5.0',
    );
    expect(registered).toMatchObject({
      code: 0,
      stdout:
        'version 1.5.0 is registered, and was compared with nothing (--holdout); release it: model-pipeline release 1.5.0\n',
    });
    expect(await answer()).toBeCloseTo(weak.answer, 9);
    const released = await cli('release', '1.5.0', '--wait');
    expect(released).toMatchObject({ code: 0, stdout: 'version 1.5.0 is in production\n' });
    expect(released.stderr).toMatch(/ShiftTraffic/);
    expect(await answer()).toBeCloseTo(strong.answer, 9);
    expect((await cli('diff', '1.0.0', '1.5.0')).stdout).toContain('size');
  });

  test('whose script fails is rolled back by the smoke test, and the champion goes on', async () => {
    const model = await train('broken', 1, { 'code/inference.py': INFERENCE.replace('[:, 1]', '[:, 7]') });
    const run = await cli(
      'register',
      model.archive,
      '--sample',
      model.rows,
      '--label',
      'left',
      '--release',
      '--wait',
    );
    expect(run).toMatchObject({ code: 3 });
    expect(await answer()).toBeCloseTo(strong.answer, 9);
  });

  test('gives way to the version before at a rollback', async () => {
    expect(await cli('rollback', '--wait')).toMatchObject({ code: 0 });
    expect(await answer()).toBeCloseTo(weak.answer, 9);
  });

  test('that is worse than production on its holdout is registered as rejected, and production stays', async () => {
    const opposite = await train('opposite', -1, {});
    const run = await cli(
      ...['register', opposite.archive, '--holdout', opposite.holdout, '--label', 'left', '--as', '3.0.0'],
      ...['--release', '--wait'],
    );
    expect(run).toMatchObject({ code: 3, stderr: expect.stringMatching(/refused: .*AUC/) });
    expect(run.stderr).toMatch(/ScoreChallenger.*ScoreChampion.*EvaluateChallenger/s);
    expect(await answer()).toBeCloseTo(weak.answer, 9);
    expect(await cli('release', '3.0.0', '--wait')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('3.0.0'),
    });
    expect((await cli('evaluation', '3.0.0')).stdout).toMatch(/AUC/);
  });

  test('that beats production on its holdout is approved and released', async () => {
    const run = await cli(
      ...['register', strong.archive, '--holdout', strong.holdout, '--label', 'left', '--as', '3.1.0'],
      ...['--origin', 'run 9', '--release', '--wait'],
    );
    expect(run).toMatchObject({ code: 0, stdout: 'version 3.1.0 is in production\n' });
    expect(await answer()).toBeCloseTo(strong.answer, 9);
  });

  test('has a history that tells where each version comes from', async () => {
    const { stdout } = await cli('history');
    expect(stdout).toMatch(/registration +1\.0\.0 .*trained elsewhere: notebook 12/);
    expect(stdout).toMatch(/release +1\.0\.0/);
    expect(stdout).toMatch(/registration +1\.5\.0 .*trained elsewhere: file strong.tar.gz/);
    expect(stdout).toMatch(/release +1\.5\.0 +1\.0\.0/);
    expect(stdout).toMatch(/rejection +3\.0\.0/);
    expect(stdout).toMatch(/registration +3\.1\.0/);
    expect(await cli('reproduce', '1.0.0')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'version 1.0.0 was trained elsewhere (notebook 12): its training is not recorded',
      ),
    });
  });
});
