import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  AbortMultipartUpload: 'Bucket Key UploadId (RequestPayer) ExpectedBucketOwner',
  CompleteMultipartUpload:
    'Bucket Key UploadId MultipartUpload (RequestPayer) ExpectedBucketOwner IfMatch IfNoneMatch',
  CopyObject:
    'Bucket CopySource Key ACL=private|bucket-owner-full-control CacheControl ' +
    'ChecksumAlgorithm=CRC32|SHA1|SHA256 ' +
    'ContentDisposition ContentEncoding ContentLanguage ContentType IfMatch IfNoneMatch Metadata ' +
    'MetadataDirective TaggingDirective ServerSideEncryption StorageClass=STANDARD SSEKMSKeyId ' +
    'BucketKeyEnabled (RequestPayer) Tagging ExpectedBucketOwner ExpectedSourceBucketOwner',
  CreateBucket:
    'Bucket ACL=private CreateBucketConfiguration ObjectLockEnabledForBucket=false ObjectOwnership',
  CreateMultipartUpload:
    'Bucket Key ACL=private|bucket-owner-full-control CacheControl ContentDisposition ContentEncoding ' +
    'ContentLanguage ContentType Metadata ServerSideEncryption StorageClass=STANDARD SSEKMSKeyId ' +
    'BucketKeyEnabled (RequestPayer) Tagging ExpectedBucketOwner ' +
    'ChecksumAlgorithm=CRC32|SHA1|SHA256 ChecksumType',
  DeleteBucket: 'Bucket ExpectedBucketOwner',
  DeleteBucketCors: 'Bucket ExpectedBucketOwner',
  DeleteBucketEncryption: 'Bucket ExpectedBucketOwner',
  DeleteBucketLifecycle: 'Bucket ExpectedBucketOwner',
  DeleteBucketPolicy: 'Bucket ExpectedBucketOwner',
  DeleteBucketTagging: 'Bucket ExpectedBucketOwner',
  DeleteObject: 'Bucket Key VersionId (RequestPayer) BypassGovernanceRetention=false ExpectedBucketOwner',
  DeleteObjectTagging: 'Bucket Key VersionId ExpectedBucketOwner',
  DeleteObjects:
    'Bucket Delete (RequestPayer) BypassGovernanceRetention=false ExpectedBucketOwner ' +
    '(ChecksumAlgorithm)',
  DeletePublicAccessBlock: 'Bucket ExpectedBucketOwner',
  GetBucketCors: 'Bucket ExpectedBucketOwner',
  GetBucketEncryption: 'Bucket ExpectedBucketOwner',
  GetBucketLifecycleConfiguration: 'Bucket ExpectedBucketOwner',
  GetBucketLocation: 'Bucket ExpectedBucketOwner',
  GetBucketNotificationConfiguration: 'Bucket ExpectedBucketOwner',
  GetBucketOwnershipControls: 'Bucket ExpectedBucketOwner',
  GetBucketPolicy: 'Bucket ExpectedBucketOwner',
  GetBucketTagging: 'Bucket ExpectedBucketOwner',
  GetBucketVersioning: 'Bucket ExpectedBucketOwner',
  GetObject:
    'Bucket Key IfMatch IfModifiedSince IfNoneMatch IfUnmodifiedSince Range ' +
    'ResponseContentDisposition ResponseContentType VersionId (RequestPayer) ExpectedBucketOwner ' +
    'ChecksumMode',
  GetObjectAttributes: 'Bucket Key ObjectAttributes VersionId (RequestPayer) ExpectedBucketOwner',
  GetObjectTagging: 'Bucket Key VersionId ExpectedBucketOwner (RequestPayer)',
  GetPublicAccessBlock: 'Bucket ExpectedBucketOwner',
  HeadBucket: 'Bucket ExpectedBucketOwner',
  HeadObject:
    'Bucket Key IfMatch IfModifiedSince IfNoneMatch IfUnmodifiedSince VersionId (RequestPayer) ' +
    'ExpectedBucketOwner ChecksumMode',
  ListBuckets: 'Prefix',
  ListMultipartUploads: 'Bucket Prefix ExpectedBucketOwner (RequestPayer)',
  ListObjectVersions:
    'Bucket Delimiter EncodingType KeyMarker MaxKeys Prefix VersionIdMarker ExpectedBucketOwner ' +
    '(RequestPayer)',
  ListObjects: 'Bucket Delimiter EncodingType Marker MaxKeys Prefix (RequestPayer) ExpectedBucketOwner',
  ListObjectsV2:
    'Bucket Delimiter EncodingType MaxKeys Prefix ContinuationToken StartAfter (RequestPayer) ' +
    'ExpectedBucketOwner',
  ListParts: 'Bucket Key UploadId (RequestPayer) ExpectedBucketOwner',
  PutBucketCors: 'Bucket CORSConfiguration (ContentMD5) (ChecksumAlgorithm) ExpectedBucketOwner',
  PutBucketEncryption:
    'Bucket ServerSideEncryptionConfiguration (ContentMD5) (ChecksumAlgorithm) ExpectedBucketOwner',
  PutBucketLifecycleConfiguration: 'Bucket (ChecksumAlgorithm) LifecycleConfiguration ExpectedBucketOwner',
  PutBucketNotificationConfiguration:
    'Bucket NotificationConfiguration ExpectedBucketOwner (SkipDestinationValidation)',
  PutBucketOwnershipControls: 'Bucket OwnershipControls (ContentMD5) ExpectedBucketOwner (ChecksumAlgorithm)',
  PutBucketPolicy: 'Bucket Policy (ContentMD5) (ChecksumAlgorithm) ExpectedBucketOwner',
  PutBucketTagging: 'Bucket Tagging (ContentMD5) (ChecksumAlgorithm) ExpectedBucketOwner',
  PutBucketVersioning: 'Bucket VersioningConfiguration (ContentMD5) (ChecksumAlgorithm) ExpectedBucketOwner',
  PutObject:
    'Bucket Key ACL=private|bucket-owner-full-control Body CacheControl ContentDisposition ' +
    'ContentEncoding ContentLanguage (ContentLength) ContentMD5 ContentType (ChecksumAlgorithm) ' +
    'ChecksumCRC32 ChecksumCRC32C ChecksumCRC64NVME ChecksumSHA1 ChecksumSHA256 IfMatch IfNoneMatch ' +
    'Metadata ServerSideEncryption StorageClass=STANDARD SSEKMSKeyId BucketKeyEnabled ' +
    '(RequestPayer) Tagging ObjectLockLegalHoldStatus=OFF ExpectedBucketOwner',
  PutObjectTagging:
    'Bucket Key Tagging VersionId (ContentMD5) (ChecksumAlgorithm) ExpectedBucketOwner (RequestPayer)',
  PutPublicAccessBlock:
    'Bucket PublicAccessBlockConfiguration (ContentMD5) (ChecksumAlgorithm) ExpectedBucketOwner',
  UploadPart:
    'Bucket Key PartNumber UploadId Body (ContentLength) ContentMD5 (ChecksumAlgorithm) ChecksumCRC32 ' +
    'ChecksumCRC32C ChecksumCRC64NVME ChecksumSHA1 ChecksumSHA256 (RequestPayer) ExpectedBucketOwner',
  UploadPartCopy:
    'Bucket CopySource CopySourceIfMatch CopySourceRange Key PartNumber UploadId (RequestPayer) ' +
    'ExpectedBucketOwner ExpectedSourceBucketOwner',

  AbortIncompleteMultipartUpload: 'DaysAfterInitiation',
  BucketLifecycleConfiguration: 'Rules',
  CORSConfiguration: 'CORSRules',
  CORSRule: '*',
  CompletedMultipartUpload: 'Parts',
  CompletedPart:
    'ETag ChecksumCRC32 (ChecksumCRC32C) (ChecksumCRC64NVME) ChecksumSHA1 ChecksumSHA256 PartNumber',
  CreateBucketConfiguration: 'LocationConstraint',
  Delete: 'Objects Quiet',
  EventBridgeConfiguration: '',
  LifecycleExpiration: 'Date Days ExpiredObjectDeleteMarker=false',
  LifecycleRule:
    'Status Expiration ID Prefix Filter NoncurrentVersionExpiration AbortIncompleteMultipartUpload',
  LifecycleRuleFilter: 'Prefix',
  NoncurrentVersionExpiration: 'NoncurrentDays',
  NotificationConfiguration: 'EventBridgeConfiguration',
  ObjectIdentifier: 'Key VersionId',
  OwnershipControls: 'Rules',
  OwnershipControlsRule: 'ObjectOwnership',
  PublicAccessBlockConfiguration: '*',
  ServerSideEncryptionByDefault: 'SSEAlgorithm KMSMasterKeyID',
  ServerSideEncryptionConfiguration: 'Rules',
  ServerSideEncryptionRule: 'ApplyServerSideEncryptionByDefault BucketKeyEnabled',
  Tag: 'Key Value',
  Tagging: 'TagSet',
  VersioningConfiguration: 'MFADelete=Disabled Status',
};
