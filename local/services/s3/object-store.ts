import { mkdirSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BucketVersioningStatus } from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';
import type { Bucket, ObjectVersion } from './bucket';
import { LARGEST_COPY_BYTES } from './copied-bytes';
import { expire } from './lifecycle';

/**
 * Buckets and the versions of their objects; bodies are files.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html for codes, statuses and texts of
 * errors, here and in the operations; where S3 answers otherwise, LocalStack's recordings
 * (`tests/aws/services/s3/*.snapshot.json`) are followed
 */
export class ObjectStore {
  readonly buckets: Map<string, Bucket>;
  private readonly folder: string;

  constructor(
    private readonly cloud: Cloud,
    /** What is copied in one call, in bytes. */
    readonly largestCopyBytes = LARGEST_COPY_BYTES,
  ) {
    this.buckets = cloud.table('s3/buckets');
    this.folder = join(cloud.directory, 's3');
    mkdirSync(this.folder, { recursive: true });
  }

  /** @throws AwsError NoSuchBucket */
  bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (!bucket) {
      throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', {
        status: 404,
        extra: { BucketName: name },
      });
    }
    expire(this, bucket, this.cloud.clock.date());
    return bucket;
  }

  /** Versions of each key, the newest last. */
  versions(bucketName: string): Map<string, ObjectVersion[]> {
    return this.cloud.table(`s3/objects/${bucketName}`);
  }

  /** Keys in the order of listings. */
  keys(bucketName: string): string[] {
    return [...this.versions(bucketName).keys()].sort();
  }

  /** What a read without version finds; undefined if there is nothing or it is deleted. */
  current(bucketName: string, key: string): ObjectVersion | undefined {
    const newest = this.versions(bucketName).get(key)?.at(-1);
    return newest?.isDeleteMarker ? undefined : newest;
  }

  /** @throws AwsError NoSuchKey, NoSuchVersion, or MethodNotAllowed for a delete marker */
  find(bucketName: string, key: string, versionId?: string): ObjectVersion {
    this.bucket(bucketName);
    if (versionId === undefined) {
      const current = this.current(bucketName, key);
      if (current) return current;
      throw new AwsError('NoSuchKey', 'The specified key does not exist.', {
        status: 404,
        extra: { Key: key },
      });
    }
    const version = this.version(bucketName, key, versionId);
    if (!version) {
      throw new AwsError('NoSuchVersion', 'The specified version does not exist.', {
        status: 404,
        extra: { Key: key, VersionId: versionId },
      });
    }
    if (version.isDeleteMarker) {
      throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
        status: 405,
      });
    }
    return version;
  }

  version(bucketName: string, key: string, versionId: string): ObjectVersion | undefined {
    return this.versions(bucketName)
      .get(key)
      ?.find((version) => version.versionId === versionId);
  }

  /** The id that the next version in this bucket gets. */
  newVersionId({ versioning }: { versioning?: BucketVersioningStatus }): string {
    return versioning === 'Enabled' ? this.cloud.id(32) : 'null';
  }

  /** Adds a version; one without id of its own takes the place of the last such one. */
  add(bucketName: string, version: ObjectVersion): void {
    const versions = this.versions(bucketName).get(version.key) ?? [];
    if (version.versionId === 'null') {
      const index = versions.findIndex(({ versionId }) => versionId === 'null');
      if (index >= 0) this.discard(versions.splice(index, 1));
    }
    this.versions(bucketName).set(version.key, [...versions, version]);
  }

  /** Forgets one version for good. */
  remove(bucketName: string, { key, versionId }: ObjectVersion): void {
    const all = this.versions(bucketName);
    const versions = all.get(key) ?? [];
    const left = versions.filter((version) => version.versionId !== versionId);
    this.discard(versions.filter((version) => version.versionId === versionId));
    if (left.length > 0) all.set(key, left);
    else all.delete(key);
  }

  async writeBody(body: Buffer): Promise<string> {
    const file = this.cloud.id(24);
    try {
      await writeFile(join(this.folder, file), body);
    } catch (error) {
      // A full disk gets back what was written.
      await this.removeBody(file);
      throw error;
    }
    return file;
  }

  readBody(file: string): Promise<Buffer> {
    return readFile(join(this.folder, file));
  }

  async removeBody(file: string): Promise<void> {
    await rm(join(this.folder, file), { force: true });
  }

  private discard(versions: readonly ObjectVersion[]): void {
    for (const { file } of versions) {
      if (file) this.cloud.clock.track(this.removeBody(file));
    }
  }
}
