import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  DescribeStream: 'StreamArn Limit ExclusiveStartShardId',
  GetRecords: 'ShardIterator Limit',
  GetShardIterator: 'StreamArn ShardId ShardIteratorType SequenceNumber',
  ListStreams: 'TableName Limit ExclusiveStartStreamArn',
};
