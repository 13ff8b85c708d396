import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { LocalCloud } from '../../../../local/local-cloud';

const BOOTSTRAP = join(__dirname, '../../../../local/services/lambda/runtime/bootstrap.mjs');

describe('the life of a function', () => {
  const folders: string[] = [];
  const newFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), 'lambda-lifetime-'));
    folders.push(folder);
    return folder;
  };
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  const config = (cloud: LocalCloud) => cloud.clientConfig;

  async function createFunction(cloud: LocalCloud, code: string): Promise<LambdaClient> {
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    };
    const iam = new IAMClient(config(cloud));
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'role',
        AssumeRolePolicyDocument: JSON.stringify({ Statement: [statement] }),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'role',
        PolicyName: 'logs',
        PolicyDocument: JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'logs:*', Resource: '*' }] }),
      }),
    );
    const lambda = new LambdaClient(config(cloud));
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'function',
        Role: `arn:aws:iam::${cloud.account}:role/role`,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Timeout: 60,
        Code: { ZipFile: zipSync({ 'index.js': strToU8(code) }) },
      }),
    );
    return lambda;
  }

  test('its processes and what they started end with the cloud', async () => {
    const cloud = new LocalCloud({ clock: { rate: 0 } });
    await cloud.start();
    const lambda = await createFunction(
      cloud,
      `exports.handler = async () => {
        const child = require('child_process').spawn('sleep', ['600']);
        await new Promise((started) => child.once('spawn', started));
        return [process.pid, child.pid];
      }`,
    );
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: 'function' }));
    const [own, started] = JSON.parse(Payload?.transformToString() ?? '[]') as [number, number];
    expect(process.kill(own, 0)).toBe(true);
    await cloud.stop();
    expect(() => process.kill(own, 0)).toThrow('ESRCH');
    await gone(started);
  });

  test('a process ends by itself when the cloud is gone without a word', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const child = spawn(process.execPath, [BOOTSTRAP], {
      detached: true,
      stdio: ['pipe', 'ignore', 'inherit'],
      env: {
        _LOCAL_CLOCK_OFFSET: '0',
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
        LAMBDA_TASK_ROOT: join(BOOTSTRAP, '..'),
        _HANDLER: 'error-body.errorBody',
      },
    });
    // It asks for its first invocation: the handler is loaded.
    await once(silent, 'request');
    expect(child.exitCode).toBeNull();
    child.stdin.end();
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');
    silent.closeAllConnections();
    silent.close();
  });

  test('it survives a restart with a data folder, and so do its events', async () => {
    const dataFolder = newFolder();
    const start = new Date('2031-05-01T00:00:00Z');
    const first = new LocalCloud({ clock: { rate: 0, start }, dataFolder });
    await first.start();
    const lambda = await createFunction(
      first,
      "exports.handler = async (event) => { console.log('got', event.n); throw new Error('no'); }",
    );
    await lambda.send(
      new InvokeCommand({ FunctionName: 'function', InvocationType: 'Event', Payload: '{"n":7}' }),
    );
    await first.clock.advance(1000);
    await first.stop();

    const second = new LocalCloud({ clock: { rate: 0, start }, dataFolder });
    await second.start();
    await second.clock.advance(200_000);
    const { events } = await new CloudWatchLogsClient(config(second)).send(
      new FilterLogEventsCommand({ logGroupName: '/aws/lambda/function', filterPattern: '"got 7"' }),
    );
    expect(events).toHaveLength(3);
    await second.stop();
  });
});

/** Resolves when a process that is nobody's child here has ended, whether or not somebody has noticed. */
async function gone(processId: number): Promise<void> {
  for (;;) {
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(processId)], { encoding: 'utf8' });
    if (/^Z?$/.test(stdout.trim().slice(0, 1))) return;
  }
}
