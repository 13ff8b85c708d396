import { cp } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { CliError } from '../cli/cli-error';
import { writeBelow } from '../sources/files-below';
import type { MlflowClient } from './mlflow-client';

/** A file of an MLflow Model: its path in the model's folder, and its content. */
interface ModelFile {
  readonly path: string;
  content(): Promise<Readable>;
}

/**
 * Copies the folder of an MLflow Model from wherever the server keeps it: behind itself, in S3, or on this
 * machine.
 *
 * @throws CliError if it is elsewhere, is empty, cannot be read, or has a file that leads out of the folder
 */
export async function fetchMlflowModel(
  { client, s3 }: { readonly client: MlflowClient; readonly s3: S3Client },
  artifactUri: string,
  folder: string,
): Promise<void> {
  if (/^(file:|\/)/.test(artifactUri)) {
    const path = artifactUri.startsWith('file:') ? fileURLToPath(artifactUri) : artifactUri;
    return cp(path, folder, { recursive: true }).catch((error: Error) => {
      throw new CliError(`the MLflow server keeps the model in ${path} of its own machine: ${error.message}`);
    });
  }
  const files = await filesOf({ client, s3 }, artifactUri);
  if (files.length === 0) throw new CliError(`there are no files in ${artifactUri}`);
  for (const { path, content } of files) {
    await writeBelow(folder, { path, origin: artifactUri }, content);
  }
}

function filesOf(
  { client, s3 }: { readonly client: MlflowClient; readonly s3: S3Client },
  artifactUri: string,
): Promise<ModelFile[]> {
  const { protocol, host, pathname } = new URL(artifactUri);
  const place = decodeURIComponent(pathname).replace(/^\/|\/$/g, '');
  if (protocol === 'mlflow-artifacts:') return proxiedFiles(client, place);
  if (protocol === 's3:') return objects(s3, host, `${place}/`);
  throw new CliError(
    `the MLflow server keeps the model in ${artifactUri}, which this command cannot read: download it with "mlflow artifacts download --artifact-uri ${artifactUri} -d model", and register that folder as mlflow:model`,
  );
}

async function proxiedFiles(client: MlflowClient, folder: string): Promise<ModelFile[]> {
  return (await client.files(folder)).map((file) => ({
    path: file.slice(folder.length + 1),
    content: async () =>
      Readable.fromWeb((await client.file(file)) as Parameters<typeof Readable.fromWeb>[0]),
  }));
}

async function objects(s3: S3Client, Bucket: string, Prefix: string): Promise<ModelFile[]> {
  const files: ModelFile[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    for (const { Key = '' } of Contents) {
      if (Key.endsWith('/')) continue;
      files.push({
        path: Key.slice(Prefix.length),
        content: async () => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body as Readable,
      });
    }
  }
  return files;
}
