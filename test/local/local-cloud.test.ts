import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { CreateRoleCommand, DeleteRoleCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { advanceLocal, localStatus } from '../../bin/cli/local-process';
import { LocalCloud } from '../../local/local-cloud';
import { CloudProcess } from '../lifecycle/cloud-process';

const location = { region: 'ap-south-1', account: '123456789012' };

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
    await advanceLocal(cloud.address, 6 * 3600);
    const before = await localStatus(cloud.address);
    await cloud.stop();
    await cloud.start();
    expect(Date.parse((await localStatus(cloud.address)).time)).toBeGreaterThanOrEqual(
      Date.parse(before.time),
    );
    expect(await createRole('second')).not.toBe(first);
    const { Roles } = await iam().send(new ListRolesCommand({}));
    expect(Roles?.map(({ RoleName }) => RoleName)).toEqual(['first', 'second']);
  });

  test('keeps what was acknowledged when the process is killed', async () => {
    const s3 = () => new S3Client({ ...configOf(cloud), forcePathStyle: true });
    const sqs = () => new SQSClient(configOf(cloud));
    await s3().send(new CreateBucketCommand({ Bucket: 'kept' }));
    const { QueueUrl = '' } = await sqs().send(new CreateQueueCommand({ QueueName: 'kept' }));
    const { pathname } = new URL(QueueUrl);
    await createRole('third');
    for (const round of ['1', '2']) {
      await s3().send(new PutObjectCommand({ Bucket: 'kept', Key: round, Body: round }));
      await sqs().send(new SendMessageCommand({ QueueUrl: `${cloud.url}${pathname}`, MessageBody: round }));
      await iam().send(new DeleteRoleCommand({ RoleName: round === '1' ? 'first' : 'third' }));
      await cloud.stop('SIGKILL');
      await cloud.start();
    }
    const { Contents } = await s3().send(new ListObjectsV2Command({ Bucket: 'kept' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['1', '2']);
    const { Messages } = await sqs().send(
      new ReceiveMessageCommand({ QueueUrl: `${cloud.url}${pathname}`, MaxNumberOfMessages: 10 }),
    );
    expect(Messages?.map(({ Body }) => Body).sort()).toEqual(['1', '2']);
    const { Roles } = await iam().send(new ListRolesCommand({}));
    expect(Roles?.map(({ RoleName }) => RoleName)).toEqual(['second']);
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

describe('the access to a data folder', () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'access-'));
  const file = join(dataFolder, 'access.json');
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
  afterAll(() => rmSync(dataFolder, { recursive: true }));

  test("is its owner's only, whatever it was before; its keys are made by chance, and stay", () => {
    chmodSync(dataFolder, 0o755);
    const { credentials } = new LocalCloud({ dataFolder });
    expect(mode(dataFolder)).toBe('700');
    expect(mode(file)).toBe('600');
    expect(credentials.accessKeyId).toMatch(/^LOCAL[A-Z2-7]{15}$/);
    expect(credentials.secretAccessKey).toMatch(/^\S{40}$/);
    const { token } = JSON.parse(readFileSync(file, 'utf8')) as { token: string };
    expect(token).toMatch(/^\S{40}$/);
    chmodSync(file, 0o644);
    expect(new LocalCloud({ dataFolder }).credentials).toEqual(credentials);
    expect(mode(file)).toBe('600');
    expect(new LocalCloud().credentials).not.toEqual(credentials);
  });

  test('with keys that were given does not keep them', () => {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    expect(new LocalCloud({ dataFolder, credentials }).environment()).toMatchObject({
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    expect(new LocalCloud({ dataFolder }).credentials.accessKeyId).toMatch(/^LOCAL/);
  });

  test('that is damaged is said so, with the way out', () => {
    writeFileSync(file, '{}');
    expect(() => new LocalCloud({ dataFolder })).toThrow(/access\.json is not what .* remove it/);
  });

  test.each([1e303, Number.NaN, -1])(
    'whose state has a time that no clock can show (%d) is said so',
    (time) => {
      rmSync(file);
      writeFileSync(
        join(dataFolder, 'state.bin'),
        serialize({ cloud: { ...location, time, randomness: 1 }, tables: new Map() }),
      );
      expect(() => new LocalCloud({ dataFolder })).toThrow(/state\.bin is not a state .* move it away/);
      writeFileSync(file, '{}');
    },
  );
});

describe('the region and the account of a local cloud', () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'location-'));
  afterAll(() => rmSync(dataFolder, { recursive: true }));

  test('are those of AWS examples by default, and lead SDKs and the CDK there', () => {
    expect(new LocalCloud().environment()).toMatchObject({
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      CDK_DEFAULT_REGION: 'us-east-1',
      CDK_DEFAULT_ACCOUNT: '000000000000',
    });
    expect(new LocalCloud(location).environment()).toMatchObject({
      AWS_REGION: 'ap-south-1',
      AWS_DEFAULT_REGION: 'ap-south-1',
      CDK_DEFAULT_REGION: 'ap-south-1',
      CDK_DEFAULT_ACCOUNT: '123456789012',
    });
  });

  test('stay with a data folder, which refuses others', async () => {
    const first = new LocalCloud({ dataFolder, ...location });
    await first.start();
    await first.stop();
    expect(new LocalCloud({ dataFolder })).toMatchObject(location);
    expect(() => new LocalCloud({ dataFolder, region: 'eu-west-1' })).toThrow(
      'the data folder holds account 123456789012 in ap-south-1, not account 123456789012 in eu-west-1',
    );
  });

  test.each([
    [{ region: 'Ireland' }, "the region must be one of the partition aws, such as eu-west-1, got 'Ireland'"],
    [{ region: 'cn-north-1' }, "got 'cn-north-1'"],
    [{ account: '1234' }, "the account must have 12 digits, got '1234'"],
  ])('are refused if AWS has none like them: %j', (options, message) => {
    expect(() => new LocalCloud(options)).toThrow(message);
  });
});

describe('the control routes', () => {
  const cloud = new LocalCloud({ clock: { rate: 0 } });
  beforeAll(() => cloud.start());
  afterAll(() => cloud.stop());

  test.each([undefined, 'Bearer guessed', 'Basic x'])('want the token, not %s', async (authorization) => {
    for (const [method, what] of [
      ['GET', 'status'],
      ['GET', 'environment'],
      ['POST', 'clock'],
      ['POST', 'faults'],
      ['POST', 'page-link'],
    ]) {
      const response = await fetch(`${cloud.url}/_local/control/${what}`, {
        method,
        headers: authorization ? { authorization } : {},
        body: method === 'POST' ? '{"advanceSeconds":1,"faults":null}' : undefined,
      });
      expect([what, response.status]).toEqual([what, 403]);
    }
  });

  test('refuse to move the clock beyond its range, and go on', async () => {
    const before = (await localStatus(cloud.address)).time;
    for (const seconds of [1e300, -1, Number.NaN]) {
      await expect(advanceLocal(cloud.address, seconds)).rejects.toThrow(/at most|must be a number/);
    }
    expect((await localStatus(cloud.address)).time).toBe(before);
    expect(Date.parse((await advanceLocal(cloud.address, 60)).time) - Date.parse(before)).toBe(60_000);
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

function configOf({ url, region, credentials }: CloudProcess) {
  return { endpoint: url, region, credentials };
}
