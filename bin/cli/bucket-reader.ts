import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ArtifactStore } from '../../lambda/aws/store';
import type { Aws } from './aws';

/** Reads the objects of a bucket. */
export class BucketReader {
  constructor(
    private readonly aws: Pick<Aws, 's3'>,
    readonly bucket: string,
  ) {}

  /** Text of an object. */
  async read(key: string): Promise<string> {
    const { Body } = await this.aws.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    return (await Body?.transformToString()) ?? '';
  }

  /** Keys of the objects below a prefix. */
  async keysBelow(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of new ArtifactStore(this.aws.s3, this.bucket).list(prefix)) keys.push(key);
    return keys;
  }

  /** Prefixes up to the next `/` below one: at most 1,000, which years, months and days are not. */
  async foldersBelow(Prefix: string): Promise<string[]> {
    const { CommonPrefixes = [] } = await this.aws.s3.send(
      new ListObjectsV2Command({ Bucket: this.bucket, Prefix, Delimiter: '/' }),
    );
    return CommonPrefixes.map((folder) => folder.Prefix ?? '');
  }
}
