import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PutObjectCommand } from '@aws-sdk/client-s3';
import { archiveFiles } from '../../bin/cli/archive-files';
import { uploadArtifact, uploadFile } from '../../bin/cli/upload-for-registration';

describe('the upload of a model for registration', () => {
  const PIPELINE = { resources: { bucket: 'bucket' } } as never;
  let folder: string;
  let puts: { key: string; body: Buffer }[];
  const aws = {
    s3: {
      send: async ({ input: { Key, Body } }: PutObjectCommand) => {
        const chunks: Buffer[] = [];
        for await (const chunk of Body as AsyncIterable<Buffer>) chunks.push(chunk);
        puts.push({ key: Key as string, body: Buffer.concat(chunks) });
      },
    },
  } as never;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'upload-'));
    puts = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('packs the content of a folder, without what tools leave there', async () => {
    mkdirSync(join(folder, 'code/__pycache__'), { recursive: true });
    mkdirSync(join(folder, '.git'));
    for (const name of ['model.joblib', 'code/inference.py', 'code/__pycache__/inference.pyc', '.git/HEAD'])
      writeFileSync(join(folder, name), name);
    const uri = await uploadArtifact(aws, PIPELINE, folder);
    expect(uri).toMatch(/^s3:\/\/bucket\/uploads\/[^/]+\/model\.tar\.gz$/);
    expect(uri).toContain(puts[0]?.key);
    expect([...(await archiveFiles(puts[0]?.body as Buffer)).keys()].sort()).toEqual([
      'code/inference.py',
      'model.joblib',
    ]);
  });

  test('packs the same files to the same archive, whenever they were written', async () => {
    const file = join(folder, 'model.joblib');
    writeFileSync(file, 'weights');
    await uploadArtifact(aws, PIPELINE, folder);
    utimesSync(file, 1, 1);
    await uploadArtifact(aws, PIPELINE, folder);
    expect(puts[1]?.body).toEqual(puts[0]?.body);
  });

  test('sends an archive as it is, and nothing that is in S3 already', async () => {
    const file = join(folder, 'mine.tar.gz');
    writeFileSync(file, 'packed');
    expect(await uploadArtifact(aws, PIPELINE, file)).toMatch(/\/mine\.tar\.gz$/);
    expect(puts).toMatchObject([{ body: Buffer.from('packed') }]);
    expect(await uploadArtifact(aws, PIPELINE, 's3://other/model.tar.gz')).toBe('s3://other/model.tar.gz');
    expect(puts).toHaveLength(1);
  });

  test('refuses an empty folder, a path that does not exist, and a folder instead of a sample', async () => {
    await expect(uploadArtifact(aws, PIPELINE, folder)).rejects.toThrow(
      `the folder ${folder} is empty: put the model's files into it`,
    );
    await expect(uploadArtifact(aws, PIPELINE, join(folder, 'no'))).rejects.toThrow(
      /no cannot be read: ENOENT/,
    );
    await expect(uploadFile(aws, PIPELINE, folder)).rejects.toThrow(
      `${folder} is not a file: name a file, or the s3:// URI of an object`,
    );
    expect(puts).toEqual([]);
  });
});
