import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  type DeleteMarkerEntry,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
  PutObjectCommand,
  type PutObjectCommandInput,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import type * as z from 'zod/mini';
import type { ObjectLocation } from '../../contracts/object-location';
import type { PinnedObject } from '../../contracts/pinned-artifacts';
import { parseDocument } from '../domain/records/document';
import { COPY_SIZES, type CopySizes, copyInParts } from './copy-in-parts';
import { SmallObjects } from './small-objects';

/** An object in the pipeline's bucket. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** When it was written: its creation, or the last time that it was replaced. @default - not told */
  readonly lastModified?: Date;
}

/** An object, pinned by its version. */
export interface StoredVersion extends StoredObject {
  readonly versionId: string;
  readonly etag: string;
  /** When it was written, ISO 8601 in UTC. */
  readonly modified: string;
}

/** One version of an object that is to be copied. */
export interface CopySource extends ObjectLocation {
  /** Undefined if its bucket is not versioned. */
  readonly versionId?: string | undefined;
  readonly etag: string;
  readonly bytes: number;
}

/** @throws Error if it is not the `s3://` URI of an object */
export function locationOf(uri: string): ObjectLocation {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (!bucket || !key) throw new Error(`'${uri}' is not the s3:// URI of an object`);
  return { bucket, key };
}

function replaced({ bucket, key }: ObjectLocation, cause?: Error): Error {
  return new Error(`s3://${bucket}/${key} was replaced while it was copied: copy it again`, { cause });
}

/** One of an object's versions. */
export interface ListedVersion {
  readonly key: string;
  /** Undefined if it says that the object was deleted. */
  readonly etag: string | undefined;
  readonly isLatest: boolean;
}

export interface TaggedText {
  readonly text: string;
  readonly etag: string;
}

/** The pipeline's bucket. */
export class ArtifactStore {
  private readonly smallObjects: SmallObjects;

  constructor(
    private readonly client: S3Client,
    readonly bucketName: string,
    private readonly copySizes: CopySizes = COPY_SIZES,
  ) {
    this.smallObjects = new SmallObjects(client);
  }

  /** `s3://<bucket>/<key>` */
  uriOf(key: string): string {
    return `s3://${this.bucketName}/${key}`;
  }

  /** @throws Error named `NoSuchKey` if there is no such object */
  async readText(key: string): Promise<string> {
    return (await this.get(key)).transformToString('utf-8');
  }

  /** Content of an object, undefined if there is none. */
  async tryReadText(key: string): Promise<string | undefined> {
    try {
      return await this.readText(key);
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  /** @throws Error named `NoSuchKey` or `NoSuchVersion` if there is no such object */
  async readBytes(key: string, versionId?: string): Promise<Uint8Array> {
    return (await this.get(key, versionId)).transformToByteArray();
  }

  /** As {@link readBytes}, of one of many small objects: see {@link SmallObjects}. */
  async readSmall(key: string): Promise<Uint8Array> {
    return (await this.smallObjects.tryRead(this.bucketName, key)) ?? this.readBytes(key);
  }

  /**
   * Reads a JSON object against its schema.
   *
   * @throws Error named `NoSuchKey` if there is no such object, or one that names what is wrong with its
   * content
   */
  async readJson<T>(key: string, schema: z.ZodMiniType<T>): Promise<T> {
    return parseDocument(schema, await this.readText(key), this.uriOf(key));
  }

  /** As {@link readJson}, undefined if there is no such object. */
  async tryReadJson<T>(key: string, schema: z.ZodMiniType<T>): Promise<T | undefined> {
    const text = await this.tryReadText(key);
    return text === undefined ? undefined : parseDocument(schema, text, this.uriOf(key));
  }

  /**
   * Content of an object as it arrives.
   *
   * @param versionId the newest by default
   * @throws Error named `NoSuchKey` or `NoSuchVersion` if there is no such object
   */
  async readStream(key: string, versionId?: string): Promise<Readable> {
    return (await this.get(key, versionId)) as unknown as Readable;
  }

  /** Bytes of an object from one place up to, not including, another; errors as {@link readStream}. */
  async readRange(key: string, from: number, to: number, versionId?: string): Promise<Uint8Array> {
    return (await this.get(key, versionId, `bytes=${from}-${to - 1}`)).transformToByteArray();
  }

  /** Writes an object, in the place of what was there. @param abortSignal ends the attempts, with an error */
  async write(key: string, content: string | Uint8Array, abortSignal?: AbortSignal): Promise<void> {
    await this.client.send(this.put(key, content), abortSignal && { abortSignal });
  }

  /** Writes a value as JSON. */
  writeJson(key: string, value: unknown): Promise<void> {
    return this.write(key, JSON.stringify(value));
  }

  /** Writes an object only if no object has that key. @returns whether it was written */
  writeOnce(key: string, content: string | Uint8Array): Promise<boolean> {
    return this.writeIf(key, content, { IfNoneMatch: '*' });
  }

  /** Content of an object, and the tag by which {@link writeOver} knows whether it is still the same. */
  async readTagged(key: string): Promise<TaggedText> {
    const { Body, ETag } = await this.client.send(
      new GetObjectCommand({ Bucket: this.bucketName, Key: key }),
    );
    if (!Body || !ETag) throw new Error(`${this.uriOf(key)} was answered without a body`);
    return { text: await Body.transformToString('utf-8'), etag: ETag };
  }

  /** As {@link readTagged}, undefined if there is no such object. */
  async tryReadTagged(key: string): Promise<TaggedText | undefined> {
    try {
      return await this.readTagged(key);
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  /** Writes over an object only if it is still the one that was read. @returns whether it was written */
  writeOver(key: string, content: string, etag: string): Promise<boolean> {
    return this.writeIf(key, content, { IfMatch: etag });
  }

  /** Whether there is such an object. */
  async exists(key: string): Promise<boolean> {
    return (await this.describe(key)) !== undefined;
  }

  /** What an object is now, undefined if there is none. It has a checksum if it was written with one. */
  async describe(key: string): Promise<Partial<PinnedObject> | undefined> {
    try {
      const { VersionId, ChecksumSHA256 } = await this.client.send(
        new HeadObjectCommand({ Bucket: this.bucketName, Key: key, ChecksumMode: 'ENABLED' }),
      );
      return {
        ...(VersionId && { versionId: VersionId }),
        ...(ChecksumSHA256 && { sha256: ChecksumSHA256 }),
      };
    } catch (error) {
      // An answer to `HEAD` has no body, and so no other name.
      if ((error as Error).name === 'NotFound') return undefined;
      throw error;
    }
  }

  /** Writes an object in the place of what was there. @returns what it is */
  async writePinned(key: string, content: string): Promise<PinnedObject> {
    const sha256 = createHash('sha256').update(content).digest('base64');
    const { VersionId } = await this.client.send(this.put(key, content, { ChecksumSHA256: sha256 }));
    if (!VersionId) throw new Error(`${this.uriOf(key)} was written without a version`);
    return { versionId: VersionId, sha256 };
  }

  /** Writes an object only if no object has that key. @returns what is there now */
  async writePinnedOnce(key: string, content: string | Uint8Array): Promise<PinnedObject> {
    const sha256 = createHash('sha256').update(content).digest('base64');
    await this.writeIf(key, content, { IfNoneMatch: '*', ChecksumSHA256: sha256 });
    const found = await this.describe(key);
    if (found?.versionId && found.sha256) return { versionId: found.versionId, sha256: found.sha256 };
    throw new Error(`${this.uriOf(key)} was written without a version or checksum`);
  }

  /**
   * Copies an object of this or another bucket in the place of what was there; a large one in parts, which
   * needs the permission `s3:GetObjectVersion` for its source.
   *
   * @throws Error named `NoSuchKey` if there is no such object
   */
  async copy(source: ObjectLocation, key: string): Promise<PinnedObject> {
    return this.copyVersion(await this.find(source), key);
  }

  /**
   * Copies a version of an object that {@link find} has found, as {@link copy} does, in the place of what was
   * there. It needs the permission `s3:GetObjectVersion` for its source.
   *
   * @throws Error named `NoSuchVersion` if there is no such version any more
   */
  async copyFound(source: CopySource, key: string): Promise<PinnedObject> {
    const pinned = await this.copyVersion(source, key, true);
    if (source.versionId !== undefined) return pinned;
    const { etag } = await this.find(source);
    if (etag === source.etag) return pinned;
    throw replaced(source);
  }

  private async copyVersion(source: CopySource, key: string, isOfVersion = false): Promise<PinnedObject> {
    const { bytes, etag, versionId } = source;
    const path = `${source.bucket}/${source.key.split('/').map(encodeURIComponent).join('/')}`;
    if (bytes > this.copySizes.inOneCall) {
      return copyInParts(this.client, {
        source: versionId === undefined ? path : `${path}?versionId=${versionId}`,
        etag,
        bytes,
        partBytes: this.copySizes.part,
        bucket: this.bucketName,
        key,
        contentType: contentType(key),
      }).catch((cause: Error) => {
        throw cause.name === 'PreconditionFailed' ? replaced(source, cause) : cause;
      });
    }
    const { CopyObjectResult, VersionId } = await this.client.send(
      new CopyObjectCommand({
        Bucket: this.bucketName,
        Key: key,
        CopySource: isOfVersion && versionId !== undefined ? `${path}?versionId=${versionId}` : path,
        ChecksumAlgorithm: 'SHA256',
      }),
    );
    const sha256 = CopyObjectResult?.ChecksumSHA256;
    if (!VersionId || !sha256) throw new Error(`${this.uriOf(key)} was copied without version or checksum`);
    return { versionId: VersionId, sha256 };
  }

  /**
   * Objects below a prefix, in the order of their keys, from the one after a given key on, which need not
   * exist.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html for `StartAfter`
   */
  async *list(prefix: string, after = ''): AsyncGenerator<StoredObject> {
    const pages = paginateListObjectsV2(
      { client: this.client },
      { Bucket: this.bucketName, Prefix: prefix, ...(after && { StartAfter: after }) },
    );
    for await (const { Contents = [] } of pages) {
      for (const { Key, Size, LastModified } of Contents) {
        if (Key === undefined) continue;
        yield { key: Key, bytes: Size ?? 0, ...(LastModified && { lastModified: LastModified }) };
      }
    }
  }

  /**
   * The newest versions of the objects below a prefix, in the order of their keys; deleted ones are left out.
   */
  async *listLatestVersions(prefix: string): AsyncGenerator<StoredVersion> {
    for await (const { Versions = [] } of this.versionPages(prefix)) {
      for (const { Key, VersionId, ETag, Size, IsLatest, LastModified } of Versions) {
        if (!IsLatest || !Key || !VersionId || !ETag || !LastModified) continue;
        yield {
          key: Key,
          versionId: VersionId,
          etag: ETag.replaceAll('"', ''),
          bytes: Size ?? 0,
          modified: LastModified.toISOString(),
        };
      }
    }
  }

  /**
   * All versions of the objects below a prefix, the newest of an object first, and that they were deleted.
   *
   * @param after a key: objects by earlier keys are left out
   */
  async *listVersions(prefix: string, after?: string): AsyncGenerator<ListedVersion> {
    for await (const { Versions = [], DeleteMarkers = [] } of this.versionPages(prefix, after)) {
      for (const { Key, ETag, IsLatest } of [...Versions, ...DeleteMarkers.map(withoutTag)]) {
        if (Key !== undefined) yield { key: Key, etag: ETag, isLatest: IsLatest ?? false };
      }
    }
  }

  /**
   * The newest version of an object, of this or another bucket, that is to be copied.
   *
   * @throws Error named `NoSuchKey`, `AccessDenied` or `OtherRegion`
   */
  async find({ bucket, key }: ObjectLocation): Promise<CopySource> {
    try {
      const { ContentLength, VersionId, ETag } = await this.client.send(
        new HeadObjectCommand({ Bucket: bucket, Key: key }),
      );
      return {
        bucket,
        key,
        bytes: ContentLength ?? 0,
        etag: ETag ?? '',
        ...(VersionId && { versionId: VersionId }),
      };
    } catch (cause) {
      // An answer to `HEAD` has a status, and no text.
      const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      const uri = `s3://${bucket}/${key}`;
      // Of a bucket of another region: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
      if (status === 301) throw named('OtherRegion', `${uri} is in a bucket of another region`, cause);
      if (status === 404) throw named('NoSuchKey', `${uri} does not exist`, cause);
      if (status === 403)
        throw named('AccessDenied', `${uri} does not exist, or you are not allowed to read it`, cause);
      throw cause;
    }
  }

  private async *versionPages(
    prefix: string,
    after?: string,
  ): AsyncGenerator<ListObjectVersionsCommandOutput> {
    let marker: Pick<ListObjectVersionsCommandOutput, 'NextKeyMarker' | 'NextVersionIdMarker'> = {
      NextKeyMarker: after,
    };
    do {
      const page: ListObjectVersionsCommandOutput = await this.client.send(
        new ListObjectVersionsCommand({
          Bucket: this.bucketName,
          Prefix: prefix,
          KeyMarker: marker.NextKeyMarker,
          VersionIdMarker: marker.NextVersionIdMarker,
        }),
      );
      yield page;
      marker = page.IsTruncated ? page : {};
    } while (marker.NextKeyMarker !== undefined);
  }

  private async writeIf(
    key: string,
    content: string | Uint8Array,
    condition: WriteCondition,
  ): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.client.send(this.put(key, content, condition));
        return true;
      } catch (error) {
        const { name } = error as Error;
        if (name === 'PreconditionFailed') return false;
        // Another write of the same key was in progress: S3 asks to try again.
        if (name !== 'ConditionalRequestConflict' || attempt === ATTEMPTS) throw error;
      }
    }
  }

  private async get(
    Key: string,
    VersionId?: string,
    Range?: string,
  ): Promise<NonNullable<GetObjectCommandOutput['Body']>> {
    const { Body } = await this.client.send(
      new GetObjectCommand({ Bucket: this.bucketName, Key, VersionId, Range }),
    );
    if (!Body) throw new Error(`${this.uriOf(Key)} was answered without a body`);
    return Body;
  }

  private put(Key: string, content: string | Uint8Array, condition: WriteCondition = {}): PutObjectCommand {
    return new PutObjectCommand({
      Bucket: this.bucketName,
      Key,
      Body: typeof content === 'string' ? new TextEncoder().encode(content) : content,
      ContentType: contentType(Key),
      ...condition,
    });
  }
}

function withoutTag({ Key, IsLatest }: DeleteMarkerEntry): ObjectVersion {
  return { Key, IsLatest };
}

function named(name: string, message: string, cause: unknown): Error {
  return Object.assign(new Error(message, { cause }), { name });
}

type WriteCondition = Pick<PutObjectCommandInput, 'IfMatch' | 'IfNoneMatch' | 'ChecksumSHA256'>;

const ATTEMPTS = 5;

/** By the end of the key: a browser that opens a report shows it. */
function contentType(key: string): string {
  return CONTENT_TYPES[/\.[a-z]+$/.exec(key)?.[0] ?? ''] ?? 'application/json';
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.gz': 'application/gzip',
  '.html': 'text/html; charset=utf-8',
  '.jsonl': 'application/jsonlines',
  '.md': 'text/markdown; charset=utf-8',
  '.parquet': 'application/vnd.apache.parquet',
};
