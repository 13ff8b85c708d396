import type * as sdk from '@aws-sdk/client-s3';

/** A bucket with its settings, as they were put. */
export interface Bucket {
  readonly name: string;
  readonly created: Date;
  versioning?: sdk.BucketVersioningStatus;
  policy?: string;
  encryption?: sdk.ServerSideEncryptionConfiguration;
  publicAccessBlock?: sdk.PublicAccessBlockConfiguration;
  lifecycleRules?: sdk.LifecycleRule[];
  ownershipControls?: sdk.OwnershipControls;
  corsRules?: sdk.CORSRule[];
  tags?: sdk.Tag[];
  sendsEvents: boolean;
  /** Day of the last lifecycle run, in days since 1970. */
  lifecycleDay?: number;
}

/** One version of an object, or a delete marker. */
export interface ObjectVersion {
  readonly key: string;
  /** `null` as text where the bucket was not versioned. */
  readonly versionId: string;
  readonly isDeleteMarker: boolean;
  readonly modified: Date;
  /** Quoted, as on the wire. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  /** Name of the file that holds the body. */
  readonly file?: string;
  /** Content type and other headers that come back with the body. */
  readonly headers: ObjectHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksums: Readonly<Record<string, string>>;
  readonly encryption: {
    readonly ServerSideEncryption: sdk.ServerSideEncryption;
    /** ARN. */
    readonly SSEKMSKeyId?: string;
    readonly BucketKeyEnabled?: boolean;
  };
  tags: sdk.Tag[];
}

export interface ObjectHeaders {
  readonly ContentType?: string;
  readonly ContentEncoding?: string;
  readonly ContentDisposition?: string;
  readonly ContentLanguage?: string;
  readonly CacheControl?: string;
}

export function headersOf(input: ObjectHeaders): ObjectHeaders {
  const { ContentType, ContentEncoding, ContentDisposition, ContentLanguage, CacheControl } = input;
  return { ContentType, ContentEncoding, ContentDisposition, ContentLanguage, CacheControl };
}

/** `a=1&b=2` of a tagging header. */
export function tagsOf(header: string | undefined): sdk.Tag[] {
  return [...new URLSearchParams(header ?? '')].map(([Key, Value]) => ({ Key, Value }));
}
