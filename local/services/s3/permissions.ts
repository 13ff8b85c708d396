import type { Permission } from '../../gateway/service';
import { copySource } from './copy-source';
import type { ObjectEncryption } from './object-encryption';
import type { ObjectStore } from './object-store';

type Input = Record<string, unknown>;

/** Actions that are not named as their operations. */
const ACTIONS: Readonly<Record<string, string>> = {
  HeadBucket: 'ListBucket',
  ListBuckets: 'ListAllMyBuckets',
  ListObjects: 'ListBucket',
  ListObjectsV2: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  ListMultipartUploads: 'ListBucketMultipartUploads',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
  GetBucketCors: 'GetBucketCORS',
  PutBucketCors: 'PutBucketCORS',
  DeleteBucketCors: 'PutBucketCORS',
  DeleteBucketTagging: 'PutBucketTagging',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  ListParts: 'ListMultipartUploadParts',
};

const READS = new Set(['GetObject', 'HeadObject', 'GetObjectAttributes']);
const WITH_VERSION = new Set(['GetObjectTagging', 'PutObjectTagging', 'DeleteObjectTagging', 'DeleteObject']);

const IN_PARTS = new Set([
  'CreateMultipartUpload',
  'UploadPart',
  'UploadPartCopy',
  'CompleteMultipartUpload',
]);

/** What S3 asks IAM for, and KMS. */
export function permissionsOf(
  store: ObjectStore,
  encryption: ObjectEncryption,
  operation: string,
  input: Input,
): Permission[] {
  const bucket = input.Bucket as string | undefined;
  if (!bucket) return [{ action: 's3:ListAllMyBuckets', resource: '*' }];
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const key = input.Key as string | undefined;
  if (operation === 'DeleteObjects') return deletions(bucketArn, input);
  if (key === undefined) {
    const prefix = { 's3:prefix': String(input.Prefix ?? '') };
    const action = `s3:${ACTIONS[operation] ?? operation}`;
    return [{ action, resource: bucketArn, ...(action.startsWith('s3:List') && { context: prefix }) }];
  }
  const resource = `${bucketArn}/${key}`;
  const read = (of: ObjectReference): Permission[] => {
    const version = of.versionId
      ? store.version(of.bucket, of.key, of.versionId)
      : store.current(of.bucket, of.key);
    const ofBucket = `arn:aws:s3:::${of.bucket}`;
    return [
      { action: `s3:${of.versionId ? 'GetObjectVersion' : 'GetObject'}`, resource: `${ofBucket}/${of.key}` },
      ...(version
        ? encryption.readPermissions(version.encryption, of.bucket, of.key)
        : // Who may not list learns nothing about what is not there.
          [{ action: 's3:ListBucket', resource: ofBucket }]),
    ];
  };
  const write = (): Permission[] => [
    { action: 's3:PutObject', resource },
    ...(input.Tagging ? [{ action: 's3:PutObjectTagging', resource }] : []),
    ...encryption.writePermissions(store.buckets.get(bucket), key, input, IN_PARTS.has(operation)),
  ];
  if (READS.has(operation)) return read({ bucket, key, versionId: input.VersionId as string | undefined });
  if (operation === 'CopyObject' || operation === 'UploadPartCopy')
    return [...read(copySource(input.CopySource as string)), ...write()];
  const action = ACTIONS[operation] ?? operation;
  if (action === 'PutObject') return write();
  const version = WITH_VERSION.has(operation) && input.VersionId !== undefined;
  return [{ action: `s3:${version ? action.replace('Object', 'ObjectVersion') : action}`, resource }];
}

interface ObjectReference {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
}

function deletions(bucketArn: string, input: Input): Permission[] {
  const { Objects = [] } = (input.Delete ?? {}) as { Objects?: { Key?: string; VersionId?: string }[] };
  return Objects.map(({ Key, VersionId }) => ({
    action: VersionId ? 's3:DeleteObjectVersion' : 's3:DeleteObject',
    resource: `${bucketArn}/${Key}`,
  }));
}
