import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { LocalCloud } from '../../../local/local-cloud';

jest.setTimeout(1_800_000);

/** The last release of version 2 when this was written. */
const SDK = 'sagemaker==2.257.7';

const run = promisify(execFile);

describe('the SageMaker Python SDK, unmodified', () => {
  const cloud = new LocalCloud();
  const folder = mkdtempSync(join(tmpdir(), 'sagemaker-sdk-'));
  beforeAll(() => cloud.start());
  afterAll(async () => {
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('trains, deploys, predicts, transforms, registers and tunes with its defaults', async () => {
    const iam = new IAMClient(cloud.clientConfig);
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: 'Notebook',
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'sagemaker.amazonaws.com' },
              Action: 'sts:AssumeRole',
            },
          ],
        }),
      }),
    );
    await iam.send(
      new AttachRolePolicyCommand({
        RoleName: 'Notebook',
        PolicyArn: 'arn:aws:iam::aws:policy/AmazonSageMakerFullAccess',
      }),
    );
    const python = join(folder, 'venv', 'bin', 'python');
    await run('python3', ['-m', 'venv', join(folder, 'venv')]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', SDK]);

    const { stdout } = await run(
      python,
      [join(__dirname, 'life_of_a_model.py'), join(__dirname, 'source'), Role?.Arn as string],
      { env: { ...process.env, ...cloud.environment() }, cwd: folder, maxBuffer: 1 << 26 },
    );

    const result = JSON.parse(stdout.split('result: ')[1] ?? stdout);
    expect(result).toMatchObject({
      status: 'Completed',
      scored: 20,
      package: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/sdk/1',
      tuned: 'Completed',
      endpoints: 0,
      versions: 1,
    });
    // The classes can be told apart by a line.
    expect(result.right).toBeGreaterThan(90);
    // What the SDK asks for by default is said to have no effect.
    expect(stdout).toMatch(/local cloud: DebugHookConfig, ProfilerConfig.* without effect/);
  });
});
