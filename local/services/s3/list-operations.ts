import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { Operations } from '../../gateway/service';
import type { ObjectVersion } from './bucket';
import type { ObjectStore } from './object-store';

const MOST_KEYS = 1000;

interface Page {
  /** Keys and common prefixes in their order. */
  readonly entries: readonly { readonly name: string; readonly isPrefix: boolean }[];
  readonly isTruncated: boolean;
}

/** Listings of a bucket's objects and versions. */
export function listOperations(store: ObjectStore) {
  const operations = {
    ListObjectsV2: (input) => {
      const bucket = store.bucket(input.Bucket as string).name;
      const { Prefix = '', Delimiter, EncodingType, ContinuationToken } = input;
      const encode = encoder(EncodingType);
      const after = ContinuationToken ? decodeToken(ContinuationToken) : (input.StartAfter ?? '');
      const limit = Math.min(input.MaxKeys ?? MOST_KEYS, MOST_KEYS);
      const { entries, isTruncated } = pageOf(currentKeys(store, bucket), Prefix, Delimiter, after, limit);
      const last = entries.at(-1);
      return {
        Name: bucket,
        Prefix: encode(Prefix),
        MaxKeys: limit,
        KeyCount: entries.length,
        IsTruncated: isTruncated,
        EncodingType,
        ...(Delimiter && { Delimiter: encode(Delimiter) }),
        ...(input.StartAfter && { StartAfter: encode(input.StartAfter) }),
        ...(ContinuationToken && { ContinuationToken }),
        ...(isTruncated && last && { NextContinuationToken: encodeToken(last.name) }),
        Contents: contents(store, bucket, entries, encode),
        CommonPrefixes: commonPrefixes(entries, encode),
      };
    },

    ListObjects: (input) => {
      const bucket = store.bucket(input.Bucket as string).name;
      const { Prefix = '', Delimiter, EncodingType, Marker = '' } = input;
      const encode = encoder(EncodingType);
      const limit = Math.min(input.MaxKeys ?? MOST_KEYS, MOST_KEYS);
      const { entries, isTruncated } = pageOf(currentKeys(store, bucket), Prefix, Delimiter, Marker, limit);
      const last = entries.at(-1);
      return {
        Name: bucket,
        Prefix: encode(Prefix),
        Marker: encode(Marker),
        MaxKeys: limit,
        IsTruncated: isTruncated,
        EncodingType,
        ...(Delimiter && { Delimiter: encode(Delimiter) }),
        ...(isTruncated && last && { NextMarker: encode(last.name) }),
        Contents: contents(store, bucket, entries, encode),
        CommonPrefixes: commonPrefixes(entries, encode),
      };
    },

    ListObjectVersions: (input) => {
      const bucket = store.bucket(input.Bucket as string).name;
      const { Prefix = '', Delimiter, EncodingType, KeyMarker = '', VersionIdMarker } = input;
      const encode = encoder(EncodingType);
      const limit = Math.min(input.MaxKeys ?? MOST_KEYS, MOST_KEYS);
      const all = store.versions(bucket);
      // A page may end between the versions of one key.
      const rest = VersionIdMarker ? versionsAfter(all.get(KeyMarker) ?? [], VersionIdMarker) : [];
      const listed = [...rest];
      const prefixes: string[] = [];
      const { entries } = pageOf(store.keys(bucket), Prefix, Delimiter, KeyMarker, Number.POSITIVE_INFINITY);
      for (const { name, isPrefix } of entries) {
        if (listed.length + prefixes.length > limit) break;
        if (isPrefix) prefixes.push(name);
        else listed.push(...[...(all.get(name) ?? [])].reverse());
      }
      const page = listed.slice(0, limit);
      const isTruncated = listed.length > limit;
      const last = page.at(-1);
      const describe = (version: ObjectVersion) => ({
        Key: encode(version.key),
        VersionId: version.versionId,
        IsLatest: all.get(version.key)?.at(-1) === version,
        LastModified: version.modified,
      });
      return {
        Name: bucket,
        Prefix: encode(Prefix),
        KeyMarker: encode(KeyMarker),
        MaxKeys: limit,
        IsTruncated: isTruncated,
        EncodingType,
        ...(isTruncated && last && { NextKeyMarker: encode(last.key), NextVersionIdMarker: last.versionId }),
        Versions: page
          .filter(({ isDeleteMarker }) => !isDeleteMarker)
          .map((version) => ({
            ...describe(version),
            ETag: version.etag,
            Size: version.size,
            StorageClass: 'STANDARD' as const,
          })),
        DeleteMarkers: page.filter(({ isDeleteMarker }) => isDeleteMarker).map(describe),
        CommonPrefixes: prefixes.map((name) => ({ Prefix: encode(name) })),
      };
    },
  } satisfies Operations<typeof sdk>;
  return operations;
}

function currentKeys(store: ObjectStore, bucket: string): string[] {
  return store.keys(bucket).filter((key) => store.current(bucket, key));
}

/** What comes after `after`: keys below the prefix, those with the delimiter rolled up. */
function pageOf(
  keys: readonly string[],
  prefix: string,
  delimiter: string | undefined,
  after: string,
  limit: number,
): Page {
  const entries: { name: string; isPrefix: boolean }[] = [];
  for (const key of keys) {
    if (!key.startsWith(prefix)) continue;
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const isPrefix = end >= 0;
    const name = isPrefix ? key.slice(0, end + (delimiter as string).length) : key;
    if (name <= after || entries.at(-1)?.name === name) continue;
    if (entries.length === limit) return { entries, isTruncated: true };
    entries.push({ name, isPrefix });
  }
  return { entries, isTruncated: false };
}

function contents(
  store: ObjectStore,
  bucket: string,
  entries: Page['entries'],
  encode: (text: string) => string,
): sdk._Object[] {
  return entries
    .filter(({ isPrefix }) => !isPrefix)
    .map(({ name }) => store.current(bucket, name) as ObjectVersion)
    .map(({ key, modified, etag, size }) => ({
      Key: encode(key),
      LastModified: modified,
      ETag: etag,
      Size: size,
      StorageClass: 'STANDARD',
    }));
}

function commonPrefixes(entries: Page['entries'], encode: (text: string) => string): sdk.CommonPrefix[] {
  return entries.filter(({ isPrefix }) => isPrefix).map(({ name }) => ({ Prefix: encode(name) }));
}

/** Newest first, after the one that the last page ended with. */
function versionsAfter(versions: readonly ObjectVersion[], marker: string): ObjectVersion[] {
  const newestFirst = [...versions].reverse();
  return newestFirst.slice(newestFirst.findIndex(({ versionId }) => versionId === marker) + 1);
}

function encoder(type: sdk.EncodingType | undefined): (text: string) => string {
  return type === 'url' ? (text) => encodeURIComponent(text).replaceAll('%2F', '/') : (text) => text;
}

/** Tells a token that was given out from any other text. */
const TOKEN_MARK = 'after:';

function encodeToken(key: string): string {
  return Buffer.from(`${TOKEN_MARK}${key}`).toString('base64');
}

/**
 * The text is of AWS's answer that LocalStack recorded
 * (`tests/aws/services/s3/test_s3_list_operations.snapshot.json`).
 */
function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (text.startsWith(TOKEN_MARK)) return text.slice(TOKEN_MARK.length);
  throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect', {
    extra: { ArgumentName: 'continuation-token' },
  });
}
