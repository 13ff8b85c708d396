import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { runCli } from '../bin/cli';
import { CdkCli } from '../lifecycle/cdk-cli';
import { CloudProcess } from '../lifecycle/cloud-process';
import { repositoryFile } from '../repository-file';

jest.setTimeout(600_000);

const FOLDER = repositoryFile('examples', 'fraud-stream');
const MINUTES_A_SECOND = 60;

describe('the example fraud-stream', () => {
  const cloud = new CloudProcess({ clockRate: MINUTES_A_SECOND });
  let cdk: CdkCli;

  beforeAll(async () => {
    await cloud.start();
    cdk = new CdkCli(cloud);
  });
  afterAll(async () => {
    cdk.remove();
    await cloud.stop();
    cloud.remove();
  });

  test('scores transactions as they occur, and has the suspicious ones reviewed', async () => {
    expect((await cdk.bootstrap()).output).toContain('bootstrapped');
    const { code, output } = await cdk.runIn(FOLDER, ['deploy', '--all', '--require-approval', 'never']);
    expect(code === 0 ? '' : output).toBe('');
    const [, stream = ''] = /Fraud\.TransactionsName = (\S+)/.exec(output) ?? [];
    const [, reviews = ''] = /Fraud\.ReviewsUrl = (\S+)/.exec(output) ?? [];
    const data = repositoryFile('examples', 'fraud-stream', 'data', 'transactions.csv');
    const trained = await runCli(['retrain', '--data', data, '--wait'], cloud.environment());
    expect(trained.code === 0 ? '' : `${trained.stdout}${trained.stderr}`).toBe('');
    const { stdout } = await promisify(execFile)(
      repositoryFile('node_modules', '.bin', 'tsx'),
      ['send-transactions.ts', '--stream', stream, '--reviews', reviews, '--count', '100'],
      { cwd: FOLDER, env: { ...process.env, ...cloud.environment() } },
    );
    const [first, ...found] = stdout.trim().split('\n');
    expect(first).toBe('100 transactions sent');
    expect(found.sort()).toEqual(
      [0, 20, 40, 60, 80].map((index) =>
        expect.stringMatching(
          new RegExp(`^review t-${index} of card-${index % 50}: 0\\.\\d+ by version 1\\.0\\.0$`),
        ),
      ),
    );
  });
});
