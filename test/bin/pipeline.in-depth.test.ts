import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { DataSchema } from '../../lib';
import { CloudProcess } from '../lifecycle/cloud-process';
import { customersCsv } from '../lifecycle/customers';
import { PIPELINE } from '../lifecycle/customers-stack';
import { DeployedPipeline } from '../lifecycle/deployed-pipeline';
import { type CliRun, runCli } from './cli';

jest.setTimeout(600_000);

const MINUTES_A_SECOND = 60;

describe('model-pipeline on a deployed pipeline', () => {
  const pipeline = new DeployedPipeline(
    (dataFolder) => new CloudProcess({ dataFolder, clockRate: MINUTES_A_SECOND }),
  );
  const cli = (...args: string[]): Promise<CliRun> => runCli(args, pipeline.environment());
  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await cli(...args, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  };

  beforeAll(() => pipeline.start());
  afterAll(() => pipeline.stop());

  test('before the first version: status says what to do, nothing has been released or can be rolled back', async () => {
    expect((await cli('status')).stdout).toMatch(/serves nothing yet; upload labeled data to s3:.*retrain/);
    expect((await cli('history')).stdout).toBe('nothing has been released or refused yet\n');
    expect((await cli('releases')).stdout).toBe('nothing has been released yet\n');
    for (const command of ['rollback', 'schema']) {
      expect(await cli(command)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('nothing is in production'),
      });
    }
  });

  test('retrain --wait fails with the reason', async () => {
    expect(await cli('retrain', '--wait')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /FAILED: NoTrainingData: .*training-data\/.*; it failed in the state SnapshotData, in the function \S*SnapshotData\S*; logs: \S*LogsFunctions/,
      ),
    });
  });

  test('with --json an error is JSON on standard output, and nothing else', async () => {
    const { code, stdout, stderr } = await cli('schema', '--json');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      error: { name: 'Error', message: expect.stringContaining('nothing is in production'), exitCode: 1 },
    });
    const usage = await cli('release', 'latest', '--json');
    expect({ code: usage.code, stderr: usage.stderr }).toEqual({ code: 2, stderr: '' });
    expect(JSON.parse(usage.stdout).error.message).toContain('must be a model version');
  });

  test('retrain --wait needs no --force after a failure, and reports states with their times', async () => {
    await pipeline.upload('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
    const { code, stdout, stderr } = await cli('retrain', '--wait', '--reason', 'first data');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'version 1.0.0 was promoted\n' });
    expect(stderr).toMatch(/^ {2}\d\d:\d\d:\d\d \+\w+ {2}Train$/m);
  });

  test('a retraining within the cool-down is refused', async () => {
    expect(await cli('retrain')).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/no retraining was started: .*--force/),
    });
  });

  test('status tells what serves', async () => {
    expect((await cli('status')).stdout).toMatch(/serves version 1\.0\.0 \(blue\) since .* UTC/);
    expect(await json('status')).toMatchObject({
      pipeline: PIPELINE,
      production: { modelVersion: '1.0.0' },
      endpoint: { status: 'InService', variants: [{ variant: 'blue', weight: 1, modelVersion: '1.0.0' }] },
      running: { retraining: [], releases: [] },
      waitsForPerson: [],
      retrainings: { startedInSevenDays: 2, waiting: [] },
    });
  });

  test('cost estimates the endpoint as it runs, and what the retraining has cost', async () => {
    const cost = await json('cost');
    expect(cost).toMatchObject({
      prices: { region: 'us-east-1' },
      instances: [{ variant: 'blue', instanceType: 'ml.m5.large', count: 1 }],
      endpointPerHour: 0.115,
      jobs: ['scoring', 'training'].map((kind) =>
        expect.objectContaining({ kind, instanceType: 'ml.m5.large', count: 1 }),
      ),
      unknown: [],
    });
    const seconds = cost.jobs[0].seconds + cost.jobs[1].seconds;
    expect(cost.perRetraining).toBeCloseTo((seconds / 3600) * 0.115);
    expect((await cli('cost')).stdout).toMatch(/^endpoint: 0\.12 USD an hour, 83\.95 USD a month$/m);
  });

  test('the dashboard draws versions and drift by a function', async () => {
    const { Parameter } = await pipeline.ssm.send(
      new GetParameterCommand({ Name: `/model-pipeline/${PIPELINE}/resources` }),
    );
    const { dashboard } = JSON.parse(Parameter?.Value ?? '') as { dashboard: string };
    const { DashboardBody = '' } = await pipeline.cloudwatch.send(
      new GetDashboardCommand({ DashboardName: dashboard }),
    );
    const { widgets } = JSON.parse(DashboardBody) as {
      widgets: { type: string; properties: { endpoint: string; params: object } }[];
    };
    const drawn = await Promise.all(
      widgets
        .filter(({ type }) => type === 'custom')
        .map(async ({ properties: { endpoint: FunctionName, params } }) => {
          const { Payload = [] } = await pipeline.lambda.send(
            new InvokeCommand({ FunctionName, Payload: JSON.stringify(params) }),
          );
          return JSON.parse(Buffer.from(Payload).toString()) as string;
        }),
    );
    expect(drawn).toEqual([
      expect.stringMatching(/1\.0\.0.*in production.*blue.*100 %/),
      expect.stringContaining('No comparison with a verdict in the last 24 hours.'),
    ]);
  });

  test('repair rebuilds a routing document that was emptied, says so, and does nothing where nothing is lost', async () => {
    const before = await pipeline.routing();
    const { version, endpointName } = before;
    await pipeline.ssm.send(
      new PutParameterCommand({
        Name: `/model-pipeline/${PIPELINE}/routing`,
        Value: JSON.stringify({ version, endpointName }),
        Overwrite: true,
      }),
    );
    expect(await json('repair')).toEqual({
      pipeline: PIPELINE,
      isUp: true,
      production: '1.0.0',
      candidate: null,
      done: ['rebuilt the routing document from the ledger and the endpoint: version 1.0.0 is in production'],
    });
    expect(await pipeline.routing()).toEqual(before);
    expect((await cli('repair')).stdout).toBe(
      `nothing was lost, and nothing was done\nversion 1.0.0 of ${PIPELINE} is in production\n`,
    );
  });

  test('schema prints what the data of a version let expect, as DataSchema reads it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'schema-'));
    try {
      const file = join(folder, 'schema.json');
      writeFileSync(file, (await cli('schema')).stdout);
      expect(DataSchema.fromFile(file).problems()).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
    const { columns, rows, labelRate } = await json('schema', '1.0.0');
    expect(Object.keys(columns)).toEqual(['complaints', 'price', 'shoe_size']);
    // Of 1,500 rows a fifth are held out.
    expect(rows).toEqual({ minimum: 600, severity: 'warn' });
    expect(labelRate).toMatchObject({ severity: 'warn' });
    expect(await cli('schema', '7.0.0')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('baseline.json'),
    });
  });

  test('a challenger that is refused ends retrain --wait with 3 and the reason', async () => {
    expect(
      await cli(
        'retrain',
        '--force',
        '--wait',
        ...['--hyperparameter', 'learn-from=shoe_size', '--hyperparameter', 'noise=0.0001'],
      ),
    ).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/refused: challenger's AUC .* is not significantly better/),
    });
  });

  test('evaluation tells how a version was judged', async () => {
    const { code, stdout } = await cli('evaluation', '2.0.0');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✗ Version 2\.0\.0 does not replace 1\.0\.0\n {2}because challenger's AUC/);
    expect(stdout).toMatch(/^AUC +0\.\d+ +0\.\d+ +-0\.\d+ \(-.* to -.*\)$/m);
    const refused = (await pipeline.ledger()).at(-1);
    expect(refused?.report).toMatch(/\/models\/2\.0\.0\/evaluations\/1\.0\.0\/evaluation-report\.html$/);
    expect(await cli('evaluation', '2.0.0', '--against', '1.0.0')).toMatchObject({ code: 0, stdout });
    expect(await cli('evaluation', '7.0.0')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no report exists at s3://'),
    });
  });

  test('diff tells what two versions are made of, part by part', async () => {
    const { parts } = await json('diff', '1.0.0', '2.0.0');
    const changes = Object.fromEntries(
      parts.map(({ part, changes }: { part: string; changes: string[] }) => [part, changes]),
    );
    expect(changes).toMatchObject({ data: [], code: [], image: [], schema: [] });
    expect(changes.hyperparameters).toEqual([
      '+ learn-from: not set -> shoe_size',
      '+ noise: not set -> 0.0001',
    ]);
    expect(changes.metrics[0]).toMatch(/^~ AUC: 0\.\d+ -> 0\.\d+$/);
    expect((await cli('diff', '1.0.0', '2.0.0')).stdout).toMatch(/^schema +the same$/m);
    expect(await cli('diff', '1.0.0', '7.0.0')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("model version '7.0.0' is not in the registry"),
    });
  });

  test('reproduce trains a version again, and finds it the same to the bit', async () => {
    const { code, stdout } = await cli('reproduce', '1.0.0');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^version 1\.0\.0 was reproduced, each file identical: s3:\/\/.*model\.tar\.gz$/m);
    expect((await pipeline.sageMakerResources()).models).toHaveLength(1);
  });

  test('reproduce finds a training that never comes out the same within noise', async () => {
    const { code, stdout } = await cli('reproduce', '2.0.0');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^version 2\.0\.0 was reproduced within noise: s3:/);
    expect(stdout).toMatch(/^not identical: model\.json, model\.onnx$/m);
    expect(stdout).toMatch(/^AUC +0\.\d+ +0\.\d+ +±0\.\d+$/m);
    expect((await pipeline.sageMakerResources()).models).toHaveLength(1);
  });

  test.each([
    ['that is unknown', ['7.0.0'], 'UnknownModelVersion'],
    ['that serves', ['1.0.0'], "AlreadyInProduction: .*release 'production'"],
    [
      'that was refused',
      ['2.0.0', '--wait'],
      'VersionNotApproved: version 2.0.0 is Rejected in the registry',
    ],
  ])('release of a version %s fails at once, by its name', async (_title, args, reason) => {
    const before = await pipeline.endpoint();
    const { code, stdout, stderr } = await cli('release', ...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect({ ...(await pipeline.endpoint()), $metadata: null }).toEqual({ ...before, $metadata: null });
    await pipeline.expectServing('1.0.0');
    expect(stderr).toMatch(new RegExp(reason));
    expect(stderr).not.toContain('    at ');
  });

  test('what is no version is wrong usage', async () => {
    for (const args of [
      ['release', 'newest'],
      ['rollback', '--to', '1.0'],
    ]) {
      expect(await cli(...args)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('must be a model version, as in 1.2.0'),
      });
    }
  });

  test('approve and reject say so when nothing asks a person', async () => {
    for (const decision of ['approve', 'reject']) {
      expect(await cli(decision)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('nothing in this pipeline waits for a decision'),
      });
    }
  });

  test('rollback needs a version before, or a name', async () => {
    expect(await cli('rollback')).toMatchObject({ code: 1, stderr: expect.stringContaining('--to') });
    await pipeline.retrain({ 'learn-from': 'complaints,price' });
    expect((await pipeline.routing()).production?.modelVersion).toBe('3.0.0');
    const { executionArn, modelVersion } = await json('rollback');
    expect(modelVersion).toBe('1.0.0');
    await pipeline.follow(executionArn);
    await pipeline.expectServing('1.0.0');
  });

  test('rollback undoes a release that is under way', async () => {
    const released = cli('release', '3.0.0', '--wait');
    while ((await pipeline.endpoint()).ProductionVariants?.length !== 2) await pipeline.pass(1_000);
    const { stdout, stderr } = await cli('rollback', '--wait', '--reason', 'looks odd');
    expect({ stdout, stderr }).toEqual({
      stdout: 'release of 3.0.0 was rolled back; version 1.0.0 is in production\n',
      stderr: '',
    });
    expect(await released).toMatchObject({ code: 3, stderr: expect.stringContaining('looks odd') });
    await pipeline.cloud.clock.advance(60_000);
    await pipeline.expectServing('1.0.0');
  });

  test('history and releases tell what happened', async () => {
    const entries = await json('history');
    expect(entries.map(({ kind, modelVersion }: Record<string, string>) => [kind, modelVersion])).toEqual([
      // There was nothing to roll back.
      ['refusal', undefined],
      ['failure', undefined],
      ['release', '1.0.0'],
      ['rejection', '2.0.0'],
      ['refusal', '7.0.0'],
      ['refusal', '1.0.0'],
      ['refusal', '2.0.0'],
      // There was none before.
      ['refusal', undefined],
      ['release', '3.0.0'],
      ['release', '1.0.0'],
      ['rollback', '3.0.0'],
    ]);
    expect((await cli('history')).stdout.split('\n')).toHaveLength(entries.length + 2);
    expect((await cli('history', '--at', entries[8].time)).stdout).toMatch(
      /^version 3\.0\.0 since .* beat 1\.0\.0/,
    );
    expect(await cli('history', '--at', 'yesterday')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ISO 8601'),
    });
    const releases = await json('releases');
    expect(releases[1]).toMatchObject({
      modelVersion: '1.0.0',
      reason: 'rolled back by a person',
      outcome: 'released',
    });
    expect(releases.map(({ status }: { status: string }) => status)).toContain('FAILED');
    expect((await cli('releases')).stdout).toContain('VersionNotApproved: version 2.0.0 is Rejected');
  });

  test('logs are those of the functions that are asked for', async () => {
    const lines = await json('logs', '--function', 'Lifecycle', '--all');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatchObject({ source: expect.stringContaining('Lifecycle') });
    expect(await cli('logs', '--function', 'Nothing')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no function of'),
    });
    expect(await cli('logs', '--limit', 'many')).toMatchObject({ code: 2 });
  });

  test('logs of an execution are those of the functions that it invoked', async () => {
    const [{ name }] = await json('releases');
    const lines: { source: string; message: string }[] = await json('logs', '--execution', name);
    expect(lines.map(({ source }) => source)).toContainEqual(expect.stringContaining('PlanRelease'));
    for (const { message } of lines) {
      const { executionId, releaseId } = JSON.parse(message);
      expect([executionId?.split(':').at(-1), releaseId]).toContain(name);
    }
    const text = await cli('logs', '--execution', name);
    expect(text.stdout).toMatch(/PlanRelease\S* INFO the function answered/);
    expect((await cli('logs', '--execution', 'nothing')).stdout).toBe('nothing was logged\n');
  });

  test('logs are also those of its training jobs and its endpoint', async () => {
    const sourcesOf = async (kind: string): Promise<string[]> => {
      const lines: { source: string }[] = await json('logs', '--source', kind, '--since', '30d');
      return lines.map(({ source }) => source);
    };
    const jobs = await sourcesOf('jobs');
    expect(jobs.length).toBeGreaterThan(0);
    for (const job of jobs) expect(job).toMatch(new RegExp(`^${PIPELINE.slice(0, 30)}-`));
    expect(new Set(await sourcesOf('endpoint'))).toEqual(new Set([PIPELINE]));
    expect(await cli('logs', '--source', 'clusters')).toMatchObject({ code: 2 });
  });

  test('drift and quality show the latest comparisons', async () => {
    // The hour of the traffic before may not have been monitored yet.
    const drift = await cli('drift');
    expect(drift.code === 0 ? drift.stdout : drift.stderr).toMatch(
      /^version \S+, until \S+ \S+ UTC: [\s\S]*\n\d+ rows since .*, compared with the training data: .*\nfeature +distance|no traffic of version \S+/,
    );
    const { code, stdout, stderr } = await cli('quality');
    expect(code === 0 ? stdout : stderr).toMatch(
      /^version \S+, .* labeled answers|no labels of version \S+/m,
    );
  });

  test('another pipeline is not found, and the ones that exist are named', async () => {
    expect(await cli('status', '--pipeline', 'prices')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        `pipeline prices does not exist; choose one with --pipeline: ${PIPELINE}`,
      ),
    });
  });
});
