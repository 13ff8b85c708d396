import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  CreateTopic: 'Name Attributes Tags',
  DeleteTopic: 'TopicArn',
  GetSubscriptionAttributes: 'SubscriptionArn',
  GetTopicAttributes: 'TopicArn',
  ListSubscriptions: 'NextToken',
  ListSubscriptionsByTopic: 'TopicArn NextToken',
  ListTagsForResource: 'ResourceArn',
  ListTopics: 'NextToken',
  Publish: 'Message TopicArn TargetArn PhoneNumber Subject MessageStructure MessageAttributes',
  PublishBatch: 'TopicArn PublishBatchRequestEntries',
  SetSubscriptionAttributes: 'SubscriptionArn AttributeName AttributeValue',
  SetTopicAttributes: 'TopicArn AttributeName AttributeValue',
  Subscribe: 'TopicArn Protocol Endpoint Attributes ReturnSubscriptionArn',
  TagResource: 'ResourceArn Tags',
  Unsubscribe: 'SubscriptionArn',
  UntagResource: 'ResourceArn TagKeys',

  MessageAttributeValue: 'DataType StringValue BinaryValue',
  PublishBatchRequestEntry: 'Id Message Subject MessageStructure MessageAttributes',
  Tag: 'Key Value',
};
