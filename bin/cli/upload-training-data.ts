import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { TRAINING_DATA } from '../../lambda/domain/records/bucket-layout';
import type { Aws } from './aws';
import { CliError } from './cli-error';
import type { Pipeline } from './pipeline';

/**
 * Puts a file of labeled data to those that a pipeline learns from. A file of the same name there gets a new
 * version.
 *
 * @returns where it is
 * @throws CliError if the file cannot be read
 */
export async function uploadTrainingData(
  aws: Aws,
  { resources: { bucket } }: Pipeline,
  file: string,
): Promise<string> {
  const Body = await readFile(file).catch((error: Error) => {
    throw new CliError(`the data cannot be read: ${error.message}`);
  });
  const Key = `${TRAINING_DATA}${basename(file)}`;
  await aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  return `s3://${bucket}/${Key}`;
}
