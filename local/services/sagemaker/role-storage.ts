import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { AwsError } from '../../gateway/aws-error';
import type { Principal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';

/** S3, read and written with the rights of a job's or model's role. */
export class RoleStorage {
  constructor(
    private readonly cloud: Cloud,
    private readonly principal: Principal,
    /** Of objects that it writes. @default the bucket's */
    private readonly keyId?: string,
  ) {}

  async exists(uri: string): Promise<void> {
    const { bucket, key } = parseS3Uri(uri);
    await this.call('HeadObject', { Bucket: bucket, Key: key });
  }

  async get(uri: string): Promise<Buffer> {
    const { bucket, key } = parseS3Uri(uri);
    const { Body } = await this.call<{ Body: Uint8Array }>('GetObject', { Bucket: bucket, Key: key });
    return Buffer.from(Body);
  }

  async put(uri: string, body: Buffer, contentType?: string): Promise<void> {
    const { bucket, key } = parseS3Uri(uri);
    await this.call('PutObject', {
      Bucket: bucket,
      Key: key,
      Body: body,
      ContentType: contentType,
      ...(this.keyId && { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: this.keyId }),
    });
  }

  /**
   * The objects below a prefix, with their path from there. Empty objects that stand for folders are left
   * out.
   */
  async list(prefixUri: string): Promise<{ readonly uri: string; readonly path: string }[]> {
    const { bucket, key: prefix } = parseS3Uri(prefixUri);
    const keys: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await this.call<{ Contents?: { Key: string }[]; NextContinuationToken?: string }>(
        'ListObjectsV2',
        { Bucket: bucket, Prefix: prefix, ContinuationToken },
      );
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    return keys
      .filter((key) => !key.endsWith('/'))
      .map((key) => ({ uri: `s3://${bucket}/${key}`, path: pathBelow(prefix, key) }));
  }

  /**
   * Writes the objects below a prefix as files.
   *
   * @returns how many
   */
  async download(prefixUri: string, directory: string): Promise<number> {
    const objects = await this.list(prefixUri);
    for (const { uri, path } of objects) {
      const file = join(directory, path);
      if (!file.startsWith(directory + sep)) throw new Error(`the key of ${uri} leaves its folder`);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, await this.get(uri));
    }
    return objects.length;
  }

  /** Writes all files of a directory as objects below a prefix. */
  async upload(directory: string, prefixUri: string): Promise<void> {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((found) => found.isFile())) {
      const file = join(entry.parentPath, entry.name);
      const path = relative(directory, file).split(sep).join('/');
      await this.put(`${prefixUri.replace(/\/$/, '')}/${path}`, await readFile(file));
    }
  }

  private call<Output>(operation: string, input: object): Promise<Output> {
    return this.cloud.call<Output>('s3', operation, input, this.principal);
  }
}

/**
 * @throws AwsError ValidationException if it is not `s3://bucket/...`
 */
export function parseS3Uri(uri: string): { readonly bucket: string; readonly key: string } {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
  if (!bucket) throw new AwsError('ValidationException', `Invalid S3 URI "${uri}".`);
  return { bucket, key };
}

/**
 * A prefix without its slash means the folder if there is one; else the part after its last slash belongs to
 * the name.
 */
function pathBelow(prefix: string, key: string): string {
  if (prefix === '' || prefix.endsWith('/')) return key.slice(prefix.length);
  if (key.startsWith(`${prefix}/`)) return key.slice(prefix.length + 1);
  return key.slice(prefix.lastIndexOf('/') + 1);
}
