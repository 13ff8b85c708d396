import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  ChangeMessageVisibility: 'QueueUrl ReceiptHandle VisibilityTimeout',
  ChangeMessageVisibilityBatch: 'QueueUrl Entries',
  CreateQueue: 'QueueName Attributes tags',
  DeleteMessage: 'QueueUrl ReceiptHandle',
  DeleteMessageBatch: 'QueueUrl Entries',
  DeleteQueue: 'QueueUrl',
  GetQueueAttributes: 'QueueUrl AttributeNames',
  GetQueueUrl: 'QueueName',
  ListDeadLetterSourceQueues: 'QueueUrl NextToken MaxResults',
  ListQueueTags: 'QueueUrl',
  ListQueues: 'QueueNamePrefix NextToken MaxResults',
  PurgeQueue: 'QueueUrl',
  ReceiveMessage:
    'QueueUrl AttributeNames MessageSystemAttributeNames MessageAttributeNames MaxNumberOfMessages ' +
    'VisibilityTimeout WaitTimeSeconds',
  SendMessage: 'QueueUrl MessageBody DelaySeconds MessageAttributes MessageDeduplicationId MessageGroupId',
  SendMessageBatch: 'QueueUrl Entries',
  SetQueueAttributes: 'QueueUrl Attributes',
  TagQueue: 'QueueUrl Tags',
  UntagQueue: 'QueueUrl TagKeys',

  ChangeMessageVisibilityBatchRequestEntry: 'Id ReceiptHandle VisibilityTimeout',
  DeleteMessageBatchRequestEntry: 'Id ReceiptHandle',
  MessageAttributeValue: 'DataType StringValue BinaryValue',
  SendMessageBatchRequestEntry:
    'Id MessageBody DelaySeconds MessageAttributes MessageDeduplicationId MessageGroupId',
};
