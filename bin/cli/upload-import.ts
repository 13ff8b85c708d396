import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { IMPORTS } from '../../lambda/domain/records/bucket-layout';
import type { Aws } from './aws';
import { CliError } from './cli-error';
import type { Pipeline } from './pipeline';

/** `PutObject` takes no more: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
const MOST_BYTES = 5 * 1024 ** 3;

/**
 * Puts a file that is to be imported into a pipeline's bucket, if it is not in S3 already.
 *
 * @param file path, or an `s3://` URI, which is returned as it is
 * @returns its `s3://` URI
 * @throws CliError if the file cannot be read, or is too large
 */
export async function uploadImport(
  aws: Aws,
  { resources: { bucket } }: Pipeline,
  file: string,
): Promise<string> {
  if (file.startsWith('s3://')) return file;
  const found = await stat(file).catch((error: Error) => {
    throw new CliError(`the file to import cannot be read: ${error.message}`);
  });
  if (!found.isFile()) {
    throw new CliError(
      `${file} is a folder: pack what is in it with "tar -czf model.tar.gz -C ${file} .", and import that`,
    );
  }
  const Key = `${IMPORTS}${randomUUID()}/${basename(file)}`;
  if (found.size > MOST_BYTES) {
    throw new CliError(
      `${file} has ${found.size} bytes, more than S3 takes in one request: upload it with "aws s3 cp ${file} s3://${bucket}/${Key}", and import that`,
    );
  }
  await aws.s3.send(
    new PutObjectCommand({ Bucket: bucket, Key, Body: createReadStream(file), ContentLength: found.size }),
  );
  return `s3://${bucket}/${Key}`;
}
