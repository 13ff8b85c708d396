import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { advanceLocal, localStatusOf } from '../../bin/cli/local-process';
import { LocalCloud } from '../../local/local-cloud';
import { CloudProcess } from '../lifecycle/cloud-process';

describe('a data folder', () => {
  const cloud = new CloudProcess();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const iam = () => new IAMClient({ endpoint: cloud.url, region: cloud.region, credentials });
  const createRole = async (RoleName: string) => {
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    const { Role } = await iam().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    return Role?.RoleId;
  };

  beforeAll(() => cloud.start());

  afterAll(async () => {
    await cloud.stop();
    cloud.remove();
  });

  test('belongs to one local cloud at a time', async () => {
    const second = new LocalCloud({ dataFolder: cloud.dataFolder });
    await expect(second.start()).rejects.toThrow(
      /another local cloud \(process \d+\) uses this data folder; stop it/,
    );
  });

  test('keeps things and time; identifiers do not come twice', async () => {
    const first = await createRole('first');
    await advanceLocal(cloud.url, 6 * 3600);
    const before = await localStatusOf(cloud.url);
    await cloud.stop();
    await cloud.start();
    expect(Date.parse((await localStatusOf(cloud.url)).time)).toBeGreaterThanOrEqual(Date.parse(before.time));
    expect(await createRole('second')).not.toBe(first);
    const { Roles } = await iam().send(new ListRolesCommand({}));
    expect(Roles?.map(({ RoleName }) => RoleName)).toEqual(['first', 'second']);
  });

  test('that is damaged is left as it is, and said so', async () => {
    await cloud.stop();
    const file = join(cloud.dataFolder, 'state.bin');
    writeFileSync(file, readFileSync(file).subarray(0, 100));
    expect(() => new LocalCloud({ dataFolder: cloud.dataFolder })).toThrow(
      /state\.bin is not a state .* move it away/,
    );
    expect(readFileSync(file)).toHaveLength(100);
  });
});
