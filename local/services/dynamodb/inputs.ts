import type { ImplementedInputs } from '../../gateway/implemented-inputs';

const EXPRESSIONS = 'ExpressionAttributeNames ExpressionAttributeValues';
const CONDITION = `ConditionExpression ReturnValuesOnConditionCheckFailure ${EXPRESSIONS}`;
const LEGACY = 'Expected ConditionalOperator';
const METRICS = 'ReturnConsumedCapacity=NONE ReturnItemCollectionMetrics=NONE';
const READ = 'ConsistentRead ProjectionExpression ExpressionAttributeNames ReturnConsumedCapacity=NONE';
const INDEX = 'IndexName KeySchema Projection ProvisionedThroughput';
const PAGE =
  `TableName IndexName Select Limit ConsistentRead ExclusiveStartKey FilterExpression ProjectionExpression ${EXPRESSIONS} ` +
  'ReturnConsumedCapacity=NONE';

export const implementedInputs: ImplementedInputs = {
  BatchGetItem: 'RequestItems ReturnConsumedCapacity=NONE',
  BatchWriteItem: `RequestItems ${METRICS}`,
  CreateTable:
    'AttributeDefinitions TableName KeySchema LocalSecondaryIndexes GlobalSecondaryIndexes BillingMode ' +
    'ProvisionedThroughput SSESpecification Tags TableClass DeletionProtectionEnabled StreamSpecification',
  DeleteItem: `TableName Key ReturnValues ${CONDITION} ${LEGACY} ${METRICS}`,
  DeleteTable: 'TableName',
  DescribeContinuousBackups: 'TableName',
  DescribeTable: 'TableName',
  DescribeTimeToLive: 'TableName',
  GetItem: `TableName Key ${READ}`,
  ListTables: 'ExclusiveStartTableName Limit',
  ListTagsOfResource: 'ResourceArn',
  PutItem: `TableName Item ReturnValues ${CONDITION} ${LEGACY} ${METRICS}`,
  Query: `${PAGE} KeyConditionExpression ScanIndexForward`,
  Scan: `${PAGE} Segment TotalSegments`,
  TagResource: 'ResourceArn Tags',
  TransactGetItems: 'TransactItems ReturnConsumedCapacity=NONE',
  TransactWriteItems: `TransactItems ClientRequestToken ${METRICS}`,
  UntagResource: 'ResourceArn TagKeys',
  UpdateContinuousBackups: 'TableName PointInTimeRecoverySpecification',
  UpdateItem: `TableName Key UpdateExpression AttributeUpdates ReturnValues ${CONDITION} ${LEGACY} ${METRICS}`,
  UpdateTable:
    'AttributeDefinitions TableName BillingMode ProvisionedThroughput GlobalSecondaryIndexUpdates ' +
    'SSESpecification TableClass DeletionProtectionEnabled StreamSpecification',
  UpdateTimeToLive: 'TableName TimeToLiveSpecification',

  AttributeDefinition: 'AttributeName AttributeType',
  AttributeValueUpdate: 'Value Action',
  ConditionCheck: `Key TableName ${CONDITION}`,
  CreateGlobalSecondaryIndexAction: INDEX,
  Delete: `Key TableName ${CONDITION}`,
  DeleteGlobalSecondaryIndexAction: 'IndexName',
  DeleteRequest: 'Key',
  ExpectedAttributeValue: 'Value Exists ComparisonOperator AttributeValueList',
  Get: 'Key TableName ProjectionExpression ExpressionAttributeNames',
  GlobalSecondaryIndex: INDEX,
  GlobalSecondaryIndexUpdate: 'Update Create Delete',
  KeySchemaElement: 'AttributeName KeyType',
  KeysAndAttributes: `Keys ConsistentRead ProjectionExpression ExpressionAttributeNames`,
  LocalSecondaryIndex: 'IndexName KeySchema Projection',
  PointInTimeRecoverySpecification: 'PointInTimeRecoveryEnabled',
  Projection: 'ProjectionType NonKeyAttributes',
  ProvisionedThroughput: 'ReadCapacityUnits WriteCapacityUnits',
  Put: `Item TableName ${CONDITION}`,
  PutRequest: 'Item',
  SSESpecification: 'Enabled SSEType KMSMasterKeyId',
  StreamSpecification: 'StreamEnabled StreamViewType',
  Tag: 'Key Value',
  TimeToLiveSpecification: 'Enabled AttributeName',
  TransactGetItem: 'Get',
  TransactWriteItem: 'ConditionCheck Put Delete Update',
  Update: `Key UpdateExpression TableName ${CONDITION}`,
  UpdateGlobalSecondaryIndexAction: 'IndexName ProvisionedThroughput',
  WriteRequest: 'PutRequest DeleteRequest',
  AttributeValue: '*',
};
