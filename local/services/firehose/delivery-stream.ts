import type * as sdk from '@aws-sdk/client-firehose';
import type { Log } from '../record-log';

/** The only destination of a stream: a stream has one, and nothing else names it. */
export const DESTINATION_ID = 'destinationId-000000000001';

export interface StoredDeliveryStream extends Log {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  changed: Date;
  /** From 1, one higher with each change of the destination. */
  version: number;
  isEncrypted: boolean;
  destination: S3Destination;
  tags: Record<string, string>;
  /** Of the records that are not in the bucket yet. */
  bufferedBytes: number;
}

/** A destination with its defaults. */
export type S3Destination = sdk.ExtendedS3DestinationConfiguration & {
  readonly RoleARN: string;
  readonly BucketARN: string;
  readonly BufferingHints: { readonly SizeInMBs: number; readonly IntervalInSeconds: number };
  readonly CompressionFormat: sdk.CompressionFormat;
};

export interface StoredRecord {
  readonly data: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly arrived: number;
}

/** With the defaults of the service model: `BufferingHints`, `ExtendedS3DestinationConfiguration`. */
export function withDefaults(destination: sdk.ExtendedS3DestinationConfiguration): S3Destination {
  return {
    ...destination,
    BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 300, ...destination.BufferingHints },
    CompressionFormat: destination.CompressionFormat ?? 'UNCOMPRESSED',
    // The gateway has checked that they are given.
    RoleARN: destination.RoleARN as string,
    BucketARN: destination.BucketARN as string,
  };
}

export function describe(stream: StoredDeliveryStream): sdk.DeliveryStreamDescription {
  const { RoleARN, BucketARN, Prefix, ErrorOutputPrefix, BufferingHints, CompressionFormat } =
    stream.destination;
  const { CloudWatchLoggingOptions, FileExtension, CustomTimeZone } = stream.destination;
  const S3DestinationDescription = {
    RoleARN,
    BucketARN,
    Prefix,
    ErrorOutputPrefix,
    BufferingHints,
    CompressionFormat,
    EncryptionConfiguration: { NoEncryptionConfig: 'NoEncryption' as const },
    CloudWatchLoggingOptions,
  };
  return {
    DeliveryStreamName: stream.name,
    DeliveryStreamARN: stream.arn,
    DeliveryStreamStatus: 'ACTIVE',
    DeliveryStreamEncryptionConfiguration: stream.isEncrypted
      ? { KeyType: 'AWS_OWNED_CMK', Status: 'ENABLED' }
      : { Status: 'DISABLED' },
    DeliveryStreamType: 'DirectPut',
    VersionId: String(stream.version),
    CreateTimestamp: stream.created,
    LastUpdateTimestamp: stream.changed,
    Destinations: [
      {
        DestinationId: DESTINATION_ID,
        S3DestinationDescription,
        ExtendedS3DestinationDescription: {
          ...S3DestinationDescription,
          FileExtension,
          CustomTimeZone,
          S3BackupMode: 'Disabled',
        },
      },
    ],
    HasMoreDestinations: false,
  };
}
