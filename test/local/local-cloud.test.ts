import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { advanceLocal, localStatusOf } from '../../bin/cli/local-process';
import { LocalCloud } from '../../local/local-cloud';
import { CloudProcess } from '../lifecycle/cloud-process';

describe('a data folder', () => {
  const cloud = new CloudProcess();
  const iam = () => new IAMClient(configOf(cloud));
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

describe('a disk that is full', () => {
  // A limit of the size of files stands for it: 1 MB, in blocks of 512 bytes.
  const cloud = new CloudProcess({ launcher: ['sh', '-c', 'ulimit -f 2048 && exec "$@"', 'sh'] });

  afterAll(async () => {
    await cloud.stop();
    cloud.remove();
  });

  test('refuses what does not fit, and keeps the rest', async () => {
    await cloud.start();
    const s3 = new S3Client({ ...configOf(cloud), forcePathStyle: true });
    const put = (Key: string, bytes: number) =>
      s3.send(new PutObjectCommand({ Bucket: 'full', Key, Body: Buffer.alloc(bytes) }));
    await s3.send(new CreateBucketCommand({ Bucket: 'full' }));
    await put('small', 1000);
    await expect(put('large', 2_000_000)).rejects.toThrow(/s3:PutObject: EFBIG/);
    await put('another', 1000);
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'full' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['another', 'small']);
    expect(readdirSync(join(cloud.dataFolder, 's3'))).toHaveLength(2);
  });
});

function configOf({ url, region }: CloudProcess) {
  return { endpoint: url, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
}
