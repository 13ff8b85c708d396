import type { LifecycleRule } from '@aws-sdk/client-s3';
import { NotImplementedError } from '../../gateway/aws-error';
import type { Bucket, ObjectVersion } from './bucket';
import type { ObjectStore } from './object-store';

const DAY = 24 * 60 * 60 * 1000;
const SUPPORTED = [
  'ID',
  'Prefix',
  'Filter',
  'Status',
  'Expiration',
  'NoncurrentVersionExpiration',
  'AbortIncompleteMultipartUpload',
];

/** @throws NotImplementedError for what a rule asks beyond expiration */
export function checkLifecycle(rules: readonly LifecycleRule[]): void {
  for (const rule of rules) {
    for (const [name, value] of Object.entries(rule)) {
      if (value !== undefined && !SUPPORTED.includes(name))
        throw new NotImplementedError(`${name} of lifecycle rules`);
    }
    const filter = Object.entries(rule.Filter ?? {}).filter(([, value]) => value !== undefined);
    const other = filter.find(([name]) => name !== 'Prefix');
    if (other) throw new NotImplementedError(`the filter ${other[0]} of lifecycle rules`);
  }
}

/** Does once a day what the lifecycle rules ask for, when the bucket is next used. */
export function expire(store: ObjectStore, bucket: Bucket, now: Date): void {
  const day = Math.floor(now.getTime() / DAY);
  if (!bucket.lifecycleRules || bucket.lifecycleDay === day) return;
  bucket.lifecycleDay = day;
  for (const rule of bucket.lifecycleRules) {
    if (rule.Status !== 'Enabled') continue;
    const prefix = rule.Filter?.Prefix ?? rule.Prefix ?? '';
    for (const [key, versions] of [...store.versions(bucket.name)]) {
      if (!key.startsWith(prefix)) continue;
      expireNoncurrent(store, bucket, rule, versions, now);
      expireCurrent(store, bucket, rule, versions, now);
    }
  }
}

/** Whether a rule ends an upload that was begun then and not completed. */
export function isAbandoned(bucket: Bucket, key: string, started: Date, now: Date): boolean {
  return (bucket.lifecycleRules ?? []).some((rule) => {
    const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
    const applies = rule.Status === 'Enabled' && key.startsWith(rule.Filter?.Prefix ?? rule.Prefix ?? '');
    return applies && days !== undefined && isOlder(started, days, now);
  });
}

function expireNoncurrent(
  store: ObjectStore,
  bucket: Bucket,
  rule: LifecycleRule,
  versions: ObjectVersion[],
  now: Date,
) {
  const days = rule.NoncurrentVersionExpiration?.NoncurrentDays;
  if (days === undefined) return;
  versions.slice(0, -1).forEach((version, index) => {
    const noncurrentSince = (versions[index + 1] as ObjectVersion).modified;
    if (isOlder(noncurrentSince, days, now)) store.remove(bucket.name, version);
  });
}

function expireCurrent(
  store: ObjectStore,
  bucket: Bucket,
  rule: LifecycleRule,
  versions: ObjectVersion[],
  now: Date,
) {
  const current = versions.at(-1) as ObjectVersion;
  const days = rule.Expiration?.Days;
  if (current.isDeleteMarker || days === undefined || !isOlder(current.modified, days, now)) return;
  if (!bucket.versioning) store.remove(bucket.name, current);
  else store.add(bucket.name, deleteMarker(current.key, store.newVersionId(bucket), now));
}

export function deleteMarker(key: string, versionId: string, modified: Date): ObjectVersion {
  return {
    key,
    versionId,
    isDeleteMarker: true,
    modified,
    etag: '""',
    size: 0,
    headers: {},
    metadata: {},
    checksums: {},
    encryption: { ServerSideEncryption: 'AES256' },
    tags: [],
  };
}

function isOlder(date: Date, days: number, now: Date): boolean {
  return now.getTime() - date.getTime() >= days * DAY;
}
