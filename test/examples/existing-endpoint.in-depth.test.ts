import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DescribeEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { runCli } from '../bin/cli';
import { CdkCli } from '../lifecycle/cdk-cli';
import { CloudProcess } from '../lifecycle/cloud-process';
import { repositoryFile } from '../repository-file';

jest.setTimeout(1_800_000);

const FOLDER = repositoryFile('examples', 'existing-endpoint');
const ENDPOINT = 'churn-production';
const MINUTES_A_SECOND = 60;
/** Answers to `12,79.5,3`, by the coefficients of both models: 1 / (1 + exp(-score)). */
const ANSWERS = { first: 1 / (1 + Math.exp(-0.43)), next: 1 / (1 + Math.exp(-0.29)) };

describe('the example existing-endpoint', () => {
  const cloud = new CloudProcess({ clockRate: MINUTES_A_SECOND });
  const folder = mkdtempSync(join(tmpdir(), 'existing-endpoint-'));
  let cdk: CdkCli;

  const config = () => ({ endpoint: cloud.url, region: cloud.region, credentials: cloud.credentials });
  const cli = (...args: string[]) => runCli(args, cloud.environment());
  const answer = async () => {
    const runtime = new SageMakerRuntimeClient(config());
    const request = { EndpointName: ENDPOINT, ContentType: 'text/csv', Body: '12,79.5,3' };
    const { Body } = await runtime.send(new InvokeEndpointCommand(request));
    return Number(Buffer.from(Body ?? []).toString());
  };

  beforeAll(async () => {
    cpSync(join(FOLDER, 'model'), join(folder, 'model'), { recursive: true });
    await cloud.start();
    cdk = new CdkCli(cloud);
    const script = [repositoryFile('node_modules', '.bin', 'tsx'), join(FOLDER, 'create-endpoint.ts')];
    await promisify(execFile)(process.execPath, script, {
      cwd: folder,
      env: { ...process.env, ...cloud.environment() },
    });
    await cdk.bootstrap();
    const { code, output } = await cdk.runIn(FOLDER, ['deploy', '--require-approval', 'never']);
    expect({ code, output }).toMatchObject({ code: 0 });
  });

  afterAll(async () => {
    cdk?.remove();
    await cloud.stop();
    cloud.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('adopts the endpoint as version 1.0.0, and says that nothing monitors it yet', async () => {
    const { stdout } = await cli('status');
    expect(stdout).toContain('churn serves version 1.0.0 (AllTraffic)');
    expect(stdout).toContain('its requests are not recorded');
    expect(await answer()).toBeCloseTo(ANSWERS.first, 5);
  });

  test('releases the next model, and rolls back to the one that it had', async () => {
    const sample = ['--sample', join(FOLDER, 'rows.csv'), '--as', '2.0.0'];
    const run = await cli(
      'register',
      '--artifact',
      join(FOLDER, 'next-model'),
      ...sample,
      '--release',
      '--wait',
    );
    expect(run).toMatchObject({ code: 0, stdout: 'version 2.0.0 is in production\n' });
    expect(await answer()).toBeCloseTo(ANSWERS.next, 5);
    expect((await cli('status')).stdout).not.toContain('not recorded');
    expect(await cli('rollback', '--wait')).toMatchObject({ code: 0 });
    expect(await answer()).toBeCloseTo(ANSWERS.first, 5);
  });

  test('leaves the endpoint as it serves when the stack is destroyed', async () => {
    expect(await cdk.runIn(FOLDER, ['destroy', '--force'])).toMatchObject({ code: 0 });
    const sageMaker = new SageMakerClient(config());
    expect(await sageMaker.send(new DescribeEndpointCommand({ EndpointName: ENDPOINT }))).toMatchObject({
      EndpointStatus: 'InService',
    });
    expect(await answer()).toBeCloseTo(ANSWERS.first, 5);
  });
});
