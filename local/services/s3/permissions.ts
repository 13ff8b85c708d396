import type { Permission } from '../../gateway/service';
import { copySource } from './copy-source';
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

/** What S3 asks IAM for. */
export function permissionsOf(store: ObjectStore, operation: string, input: Input): Permission[] {
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
  if (READS.has(operation)) return read(store, bucket, key, input.VersionId as string | undefined);
  if (operation === 'CopyObject' || operation === 'UploadPartCopy') {
    const source = copySource(input.CopySource as string);
    return [
      ...read(store, source.bucket, source.key, source.versionId),
      ...write(store, bucket, resource, input),
    ];
  }
  const action = ACTIONS[operation] ?? operation;
  if (action === 'PutObject') return write(store, bucket, resource, input);
  const version = WITH_VERSION.has(operation) && input.VersionId !== undefined;
  return [{ action: `s3:${version ? action.replace('Object', 'ObjectVersion') : action}`, resource }];
}

function read(store: ObjectStore, bucket: string, key: string, versionId: string | undefined): Permission[] {
  const resource = `arn:aws:s3:::${bucket}/${key}`;
  const version = versionId ? store.version(bucket, key, versionId) : store.current(bucket, key);
  const keyArn = version?.encryption.SSEKMSKeyId;
  return [
    { action: `s3:${versionId ? 'GetObjectVersion' : 'GetObject'}`, resource },
    // Who may not list learns nothing about what is not there.
    ...(version ? [] : [{ action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}` }]),
    ...(keyArn ? [{ action: 'kms:Decrypt', resource: keyArn }] : []),
  ];
}

function write(store: ObjectStore, bucket: string, resource: string, input: Input): Permission[] {
  const rule = store.buckets.get(bucket)?.encryption?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
  const keyArn = (input.SSEKMSKeyId ?? (input.ServerSideEncryption ? undefined : rule?.KMSMasterKeyID)) as
    | string
    | undefined;
  return [
    { action: 's3:PutObject', resource },
    ...(input.Tagging ? [{ action: 's3:PutObjectTagging', resource }] : []),
    ...(keyArn ? [{ action: 'kms:GenerateDataKey', resource: keyArn }] : []),
  ];
}

function deletions(bucketArn: string, input: Input): Permission[] {
  const { Objects = [] } = (input.Delete ?? {}) as { Objects?: { Key?: string; VersionId?: string }[] };
  return Objects.map(({ Key, VersionId }) => ({
    action: VersionId ? 's3:DeleteObjectVersion' : 's3:DeleteObject',
    resource: `${bucketArn}/${Key}`,
  }));
}
