import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  AssociateKmsKey: 'logGroupName kmsKeyId',
  CreateLogGroup: 'logGroupName kmsKeyId tags logGroupClass=STANDARD|INFREQUENT_ACCESS',
  CreateLogStream: 'logGroupName logStreamName',
  DeleteLogGroup: 'logGroupName',
  DeleteLogStream: 'logGroupName logStreamName',
  DeleteResourcePolicy: 'policyName',
  DeleteRetentionPolicy: 'logGroupName',
  DescribeLogGroups: 'logGroupNamePrefix logGroupNamePattern nextToken limit',
  DescribeLogStreams:
    'logGroupName logGroupIdentifier logStreamNamePrefix orderBy descending nextToken limit',
  DescribeResourcePolicies: 'nextToken limit',
  DisassociateKmsKey: 'logGroupName',
  FilterLogEvents:
    'logGroupName logGroupIdentifier logStreamNames logStreamNamePrefix startTime endTime ' +
    'filterPattern nextToken limit (interleaved) unmask=false',
  GetLogEvents:
    'logStreamName logGroupName logGroupIdentifier startTime endTime nextToken limit startFromHead ' +
    'unmask=false',
  ListTagsForResource: 'resourceArn',
  PutLogEvents: 'logGroupName logStreamName logEvents (sequenceToken)',
  PutResourcePolicy: 'policyName policyDocument',
  PutRetentionPolicy: 'logGroupName retentionInDays',
  TagResource: 'resourceArn tags',
  UntagResource: 'resourceArn tagKeys',

  InputLogEvent: 'timestamp message',
};
