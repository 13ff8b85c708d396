import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  CreateDeliveryStream:
    'DeliveryStreamName DeliveryStreamType=DirectPut DeliveryStreamEncryptionConfigurationInput ExtendedS3DestinationConfiguration Tags',
  DeleteDeliveryStream: 'DeliveryStreamName',
  DescribeDeliveryStream: 'DeliveryStreamName',
  ListDeliveryStreams: 'Limit DeliveryStreamType ExclusiveStartDeliveryStreamName',
  ListTagsForDeliveryStream: 'DeliveryStreamName ExclusiveStartTagKey Limit',
  PutRecord: 'DeliveryStreamName Record',
  PutRecordBatch: 'DeliveryStreamName Records',
  StartDeliveryStreamEncryption: 'DeliveryStreamName DeliveryStreamEncryptionConfigurationInput',
  StopDeliveryStreamEncryption: 'DeliveryStreamName',
  TagDeliveryStream: 'DeliveryStreamName Tags',
  UntagDeliveryStream: 'DeliveryStreamName TagKeys',
  UpdateDestination:
    'DeliveryStreamName CurrentDeliveryStreamVersionId DestinationId ExtendedS3DestinationUpdate',

  BufferingHints: 'SizeInMBs IntervalInSeconds',
  CloudWatchLoggingOptions: 'Enabled LogGroupName LogStreamName',
  DeliveryStreamEncryptionConfigurationInput: 'KeyType=AWS_OWNED_CMK',
  ExtendedS3DestinationConfiguration:
    'RoleARN BucketARN Prefix ErrorOutputPrefix BufferingHints CompressionFormat=UNCOMPRESSED|GZIP FileExtension CustomTimeZone=UTC CloudWatchLoggingOptions S3BackupMode=Disabled',
  ExtendedS3DestinationUpdate:
    'RoleARN BucketARN Prefix ErrorOutputPrefix BufferingHints CompressionFormat=UNCOMPRESSED|GZIP FileExtension CustomTimeZone=UTC CloudWatchLoggingOptions S3BackupMode=Disabled',
  Record: 'Data',
  Tag: 'Key Value',
};
