import { AwsError, NotImplementedError, onlySupports } from '../../gateway/aws-error';
import type {
  ResourceContext,
  ResourceProvider,
  ResourceState,
  TemplateProperties,
} from '../../gateway/service';
import { tagChanges } from '../template-tags';

const SETTINGS = [
  'AttributeDefinitions',
  'BillingMode',
  'ProvisionedThroughput',
  'SSESpecification',
  'TableClass',
  'DeletionProtectionEnabled',
];

/** AWS::DynamoDB::Table */
export const tableResource: ResourceProvider = {
  properties: [
    'TableName',
    'KeySchema',
    'LocalSecondaryIndexes',
    'GlobalSecondaryIndexes',
    'TimeToLiveSpecification',
    'PointInTimeRecoverySpecification',
    'StreamSpecification',
    'Tags',
    ...SETTINGS,
  ],
  createOnly: ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],

  async create(properties, context) {
    const TableName = properties.TableName ?? context.generateName({ maxLength: 255 });
    await context.call('dynamodb', 'CreateTable', {
      TableName,
      KeySchema: properties.KeySchema,
      LocalSecondaryIndexes: properties.LocalSecondaryIndexes,
      GlobalSecondaryIndexes: indexes(properties),
      Tags: properties.Tags,
      ...stream(properties),
      ...settings(properties),
    });
    await applyLater(TableName, properties, {}, context);
    return state(TableName, context);
  },

  async update(TableName, properties, previous, context) {
    if (
      JSON.stringify(settings(properties)) !== JSON.stringify(settings(previous)) ||
      indexChanges(properties, previous).length > 0
    )
      await context.call('dynamodb', 'UpdateTable', {
        TableName,
        GlobalSecondaryIndexUpdates: indexChanges(properties, previous),
        ...settings(properties),
        SSESpecification: settings(properties).SSESpecification ?? { Enabled: false },
        DeletionProtectionEnabled: properties.DeletionProtectionEnabled ?? false,
      });
    await applyLater(TableName, properties, previous, context);
    return state(TableName, context);
  },

  async delete(TableName, _properties, context) {
    await context.call('dynamodb', 'DeleteTable', { TableName }).catch((error: Error) => {
      if (error.name !== 'ResourceNotFoundException') throw error;
    });
  },
};

/**
 * AWS::DynamoDB::GlobalTable with the one replica of this region, as CDK's TableV2 makes it, which is a table
 * with its settings in other places.
 */
export const globalTableResource: ResourceProvider = {
  properties: [
    'TableName',
    'KeySchema',
    'AttributeDefinitions',
    'BillingMode',
    'LocalSecondaryIndexes',
    'GlobalSecondaryIndexes',
    'TimeToLiveSpecification',
    'SSESpecification',
    'StreamSpecification',
    'Replicas',
  ],
  createOnly: ['TableName', 'KeySchema', 'LocalSecondaryIndexes'],

  create: (properties, context) => tableResource.create(tableProperties(properties), context),
  update: (id, properties, previous, context) =>
    tableResource.update(id, tableProperties(properties), tableProperties(previous), context),
  delete: (id, properties, context) => tableResource.delete(id, properties, context),
};

const REPLICA = [
  'Region',
  'SSESpecification',
  'PointInTimeRecoverySpecification',
  'DeletionProtectionEnabled',
  'TableClass',
  'Tags',
];

/** @throws NotImplementedError for several replicas, or provisioned capacity, which a global table scales */
function tableProperties(properties: TemplateProperties): TemplateProperties {
  const { Replicas, SSESpecification, ...rest } = properties;
  const [replica = {}, ...others] = (Replicas ?? []) as TemplateProperties[];
  if (others.length > 0) throw new NotImplementedError('global tables with several replicas');
  if (properties.BillingMode !== 'PAY_PER_REQUEST')
    throw new NotImplementedError('global tables with provisioned capacity');
  onlySupports('Replicas', replica, REPLICA);
  const { Region: _region, SSESpecification: replicaKey, ...ofReplica } = replica;
  const isKms = SSESpecification?.SSEEnabled && SSESpecification.SSEType === 'KMS';
  return {
    ...rest,
    ...ofReplica,
    ...(isKms && {
      SSESpecification: {
        SSEEnabled: true,
        SSEType: 'KMS',
        KMSMasterKeyId: replicaKey?.KMSMasterKeyId,
      },
    }),
  };
}

function settings(properties: TemplateProperties): TemplateProperties {
  const given = Object.fromEntries(
    SETTINGS.filter((name) => properties[name] !== undefined).map((name) => [name, properties[name]]),
  );
  const { SSESpecification: sse, ProvisionedThroughput: throughput } = given;
  return {
    BillingMode: 'PROVISIONED',
    ...given,
    ...(sse && {
      SSESpecification: {
        Enabled: sse.SSEEnabled === true || sse.SSEEnabled === 'true',
        SSEType: sse.SSEType,
        KMSMasterKeyId: sse.KMSMasterKeyId,
      },
    }),
    ...(throughput && { ProvisionedThroughput: capacity(throughput) }),
  };
}

/** Templates may write numbers as text. */
function capacity({ ReadCapacityUnits, WriteCapacityUnits }: TemplateProperties): TemplateProperties {
  return {
    ReadCapacityUnits: Number(ReadCapacityUnits),
    WriteCapacityUnits: Number(WriteCapacityUnits),
  };
}

/** A template that names a view enables a stream. */
function stream({ StreamSpecification }: TemplateProperties): TemplateProperties {
  const StreamViewType = StreamSpecification?.StreamViewType;
  return StreamViewType ? { StreamSpecification: { StreamEnabled: true, StreamViewType } } : {};
}

function indexes({ GlobalSecondaryIndexes }: TemplateProperties): TemplateProperties[] | undefined {
  return (GlobalSecondaryIndexes as TemplateProperties[] | undefined)?.map((index) => {
    const known = ['IndexName', 'KeySchema', 'Projection', 'ProvisionedThroughput'];
    onlySupports('GlobalSecondaryIndexes', index, known);
    const { ProvisionedThroughput: throughput } = index;
    return { ...index, ...(throughput && { ProvisionedThroughput: capacity(throughput) }) };
  });
}

/**
 * @throws AwsError if an update creates or deletes several indexes, as on AWS:
 * https://github.com/aws/aws-cdk/issues/12246
 */
function indexChanges(properties: TemplateProperties, previous: TemplateProperties): object[] {
  const [now, before] = [indexes(properties) ?? [], indexes(previous) ?? []];
  const named = (list: TemplateProperties[], name: string) =>
    list.find(({ IndexName }) => IndexName === name);
  const removed = before.filter(({ IndexName }) => !named(now, IndexName));
  const added = now.filter(({ IndexName }) => !named(before, IndexName));
  if (removed.length + added.length > 1)
    throw new AwsError(
      'ValidationException',
      'Cannot perform more than one GSI creation or deletion in a single update',
    );
  const kept = now.filter(({ IndexName }) => named(before, IndexName));
  const resized = kept.filter(
    (index) =>
      index.ProvisionedThroughput &&
      JSON.stringify(index.ProvisionedThroughput) !==
        JSON.stringify(named(before, index.IndexName)?.ProvisionedThroughput),
  );
  return [
    ...removed.map(({ IndexName }) => ({ Delete: { IndexName } })),
    ...added.map((index) => ({ Create: index })),
    ...resized.map(({ IndexName, ProvisionedThroughput }) => ({
      Update: { IndexName, ProvisionedThroughput },
    })),
  ];
}

/** Settings that have operations of their own. */
async function applyLater(
  TableName: string,
  properties: TemplateProperties,
  previous: TemplateProperties,
  context: ResourceContext,
): Promise<void> {
  const changed = (name: string) => JSON.stringify(properties[name]) !== JSON.stringify(previous[name]);
  if (changed('TimeToLiveSpecification')) {
    const set = (given: TemplateProperties, Enabled: boolean) =>
      context.call('dynamodb', 'UpdateTimeToLive', {
        TableName,
        TimeToLiveSpecification: { AttributeName: given.AttributeName, Enabled },
      });
    const [now, before] = [properties.TimeToLiveSpecification, previous.TimeToLiveSpecification];
    if (isOn(before?.Enabled)) await set(before, false);
    if (isOn(now?.Enabled)) await set(now, true);
  }
  // Another view needs another stream.
  if (previous.KeySchema && changed('StreamSpecification')) {
    const set = (given: object) => context.call('dynamodb', 'UpdateTable', { TableName, ...given });
    if (previous.StreamSpecification) await set({ StreamSpecification: { StreamEnabled: false } });
    if (properties.StreamSpecification) await set(stream(properties));
  }
  if (changed('PointInTimeRecoverySpecification'))
    await context.call('dynamodb', 'UpdateContinuousBackups', {
      TableName,
      PointInTimeRecoverySpecification: {
        PointInTimeRecoveryEnabled: isOn(
          properties.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled,
        ),
      },
    });
  if (previous.KeySchema && changed('Tags')) await applyTags(TableName, properties, previous, context);
}

async function applyTags(
  TableName: string,
  properties: TemplateProperties,
  previous: TemplateProperties,
  context: ResourceContext,
): Promise<void> {
  const { Table } = await context.call<{ Table: { TableArn: string } }>('dynamodb', 'DescribeTable', {
    TableName,
  });
  const ResourceArn = Table.TableArn;
  const { removed: TagKeys } = tagChanges(properties, previous);
  if (TagKeys.length > 0) await context.call('dynamodb', 'UntagResource', { ResourceArn, TagKeys });
  if (properties.Tags?.length)
    await context.call('dynamodb', 'TagResource', { ResourceArn, Tags: properties.Tags });
}

/** Templates may write booleans as text. */
function isOn(value: unknown): boolean {
  return value === true || value === 'true';
}

async function state(TableName: string, context: ResourceContext): Promise<ResourceState> {
  const { Table } = await context.call<{
    Table: { TableArn: string; TableId: string; LatestStreamArn?: string };
  }>('dynamodb', 'DescribeTable', { TableName });
  const { TableArn: Arn, TableId, LatestStreamArn: StreamArn } = Table;
  return { physicalId: TableName, attributes: { Arn, TableId, ...(StreamArn && { StreamArn }) } };
}
