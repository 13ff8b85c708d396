import { once } from 'node:events';
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { type CliRun, runCli } from './cli';

describe('model-pipeline local', () => {
  const cache = mkdtempSync(join(tmpdir(), 'cli-local-'));
  const cli = (...args: string[]): Promise<CliRun> =>
    runCli(args, { MODEL_PIPELINE_CACHE: cache, AWS_CONFIG_FILE: '/dev/null', HOME: cache });

  afterAll(async () => {
    await cli('local', 'stop');
    rmSync(cache, { recursive: true });
  });

  test('starts a cloud that the printed environment leads to, moves its time, and stops it', async () => {
    const port = await freePort();
    const { stdout } = await cli(
      ...['local', 'start', '--port', port, '--clock', 'x0'],
      ...['--region', 'eu-west-1', '--account', '123456789012'],
    );
    const [link = ''] = /http:\S+sign-in\S+/.exec(stdout) ?? [];
    expect(link).toMatch(`http://127.0.0.1:${port}`);
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(303);
    const environment = JSON.parse((await cli('local', 'env', '--json')).stdout) as Record<string, string>;
    expect(environment).toMatchObject({
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: 'eu-west-1',
    });
    accessSync(environment.CDK_DOCKER as string, constants.X_OK);
    // GIVEN a Python that AWS's newest image does not have
    const bin = join(cache, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'python3'), '#!/bin/sh\necho 3.11.7\n', { mode: 0o755 });
    const PATH = `${bin}:${process.env.PATH}`;
    const doctor = await runCli(['doctor', '--json'], { ...environment, PATH });
    // docker/sklearn/1.9-0/pyproject.toml of aws/deep-learning-containers: Python 3.12, numpy 2.5.1, scipy
    // 1.18.0.
    expect(JSON.parse(doctor.stdout)).toContainEqual({
      check: 'Python (for training and serving on the local cloud)',
      ok: true,
      message:
        "the stand-in for AWS's image scikit-learn 1.9-0 has Python 3.11.7 (image: 3.12), numpy 2.4.6 (image: 2.5.1), scipy 1.17.1 (image: 1.18.0)",
    });
    expect(JSON.parse(doctor.stdout)).toContainEqual({
      check: 'AWS credentials',
      ok: true,
      message: expect.stringContaining('account 123456789012'),
    });

    await createRole(environment, 'reader', 'ssm:GetParameter');
    expect((await cli('local', 'grants', '--unused')).stdout).toMatch(
      /^calls .*\n0 +reader +ssm:GetParameter +\*\n$/,
    );

    const before = Date.parse(JSON.parse((await cli('local', 'status', '--json')).stdout).time);
    await cli('local', 'advance', '6h');
    const after = Date.parse(JSON.parse((await cli('local', 'status', '--json')).stdout).time);
    expect(after - before).toBe(6 * 3600 * 1000);

    expect((await cli('local', 'stop')).stdout).toContain('has stopped');
    expect(await cli('local', 'status')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('model-pipeline local start'),
    });
  });

  test('says what is wrong with a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await cli('local', 'start', '--port', String(port));
    server.close();
    expect(code).toBe(1);
    expect(stderr).toContain(String(port));
    expect(stderr).not.toContain('    at ');
  });

  test('explains a wrong duration, and exits with 2', async () => {
    expect(await cli('local', 'advance', '6x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('30s, 10m, 6h or 2d'),
    });
  });
});

describe('model-pipeline without credentials', () => {
  test('tells how to get some', async () => {
    const { code, stderr } = await runCli(['status'], {
      AWS_REGION: 'us-east-1',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      HOME: tmpdir(),
    });
    expect(code).toBe(1);
    expect(stderr).toContain('model-pipeline local env');
  });
});

/** Makes a role that may do one thing. */
async function createRole(environment: Record<string, string>, RoleName: string, Action: string) {
  const iam = new IAMClient({
    endpoint: environment.AWS_ENDPOINT_URL,
    region: environment.AWS_REGION,
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID as string,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY as string,
    },
  });
  const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document() }));
  const PolicyDocument = document({ Effect: 'Allow', Action, Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'policy', PolicyDocument }));
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return String(port);
}
