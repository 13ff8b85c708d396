import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { create } from 'tar';
import { UPLOADS } from '../../lambda/domain/records/bucket-layout';
import type { Aws } from './aws';
import { CliError } from './cli-error';
import type { Pipeline } from './pipeline';

/** `PutObject` takes no more: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
const MOST_BYTES = 5 * 1024 ** 3;
/** What tools leave in a folder, and no container needs. */
const LEFT_OUT = new Set(['.git', '.ipynb_checkpoints', '__pycache__', '.DS_Store']);

/**
 * Puts a model into a pipeline's bucket, if it is not in S3 already: an archive as it is, a folder packed.
 *
 * @param artifact path of an archive or a folder, or an `s3://` URI, which is returned as it is
 * @returns the archive's `s3://` URI
 * @throws CliError if it cannot be read, is an empty folder, or is too large
 */
export async function uploadArtifact(aws: Aws, pipeline: Pipeline, artifact: string): Promise<string> {
  if (artifact.startsWith('s3://') || !(await find(artifact)).isDirectory())
    return uploadFile(aws, pipeline, artifact);
  const folder = await mkdtemp(join(tmpdir(), 'model-'));
  try {
    const archive = join(folder, 'model.tar.gz');
    await pack(artifact, archive);
    return await uploadFile(aws, pipeline, archive);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Puts a file into a pipeline's bucket, if it is not in S3 already.
 *
 * @param file path, or an `s3://` URI, which is returned as it is
 * @returns its `s3://` URI
 * @throws CliError if the file cannot be read, or is too large
 */
export async function uploadFile(
  aws: Aws,
  { resources: { bucket } }: Pipeline,
  file: string,
): Promise<string> {
  if (file.startsWith('s3://')) return file;
  const found = await find(file);
  if (!found.isFile())
    throw new CliError(`${file} is not a file: name a file, or the s3:// URI of an object`);
  const Key = `${UPLOADS}${randomUUID()}/${basename(file)}`;
  if (found.size > MOST_BYTES) {
    throw new CliError(
      `${file} has ${found.size} bytes, more than S3 takes in one request: upload it with "aws s3 cp ${file} s3://${bucket}/${Key}", and register that`,
    );
  }
  await aws.s3.send(
    new PutObjectCommand({ Bucket: bucket, Key, Body: createReadStream(file), ContentLength: found.size }),
  );
  return `s3://${bucket}/${Key}`;
}

async function find(path: string) {
  return stat(path).catch((error: Error) => {
    throw new CliError(`${path} cannot be read: ${error.message}`);
  });
}

/** The same files make the same archive, whoever packs them, and when. */
async function pack(folder: string, file: string): Promise<void> {
  const entries = (await readdir(folder)).filter((name) => !LEFT_OUT.has(name)).sort();
  if (entries.length === 0)
    throw new CliError(`the folder ${folder} is empty: put the model's files into it`);
  await create(
    {
      file,
      cwd: folder,
      gzip: true,
      portable: true,
      mtime: new Date(0),
      filter: (path) => !LEFT_OUT.has(basename(path)),
    },
    entries,
  );
}
