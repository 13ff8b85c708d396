import type * as sdk from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud, Operations } from '../../gateway/service';
import type { ResourceTags } from '../resource-tags';
import { itemSize } from './attribute-value';
import { invalid } from './errors';
import { keyList, keyNames, type StoredIndex, type StoredTable } from './table';
import type { TableEncryption } from './table-encryption';
import { type TableStore, tableName } from './table-store';

const PAGE = 100;
/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const MOST_LOCAL_INDEXES = 5;
const MOST_GLOBAL_INDEXES = 20;

interface TableParts {
  readonly cloud: Cloud;
  readonly store: TableStore;
  readonly encryption: TableEncryption;
  readonly tags: ResourceTags;
}

/** What one may do with tables. */
export function tableOperations({ cloud, store, encryption, tags }: TableParts) {
  const describe = (table: StoredTable) => described(table, store, encryption);
  return {
    CreateTable: (input) => {
      const name = tableName(input.TableName);
      if (store.tables.has(name))
        throw new AwsError('ResourceInUseException', `Table already exists: ${name}`);
      const billingMode = input.BillingMode ?? 'PROVISIONED';
      checkThroughput(billingMode, input.ProvisionedThroughput, 'table');
      const table: StoredTable = {
        name,
        arn: store.arn(name),
        id: cloud.uuid(),
        created: cloud.clock.date(),
        keySchema: input.KeySchema ?? [],
        attributes: input.AttributeDefinitions ?? [],
        indexes: [
          ...(input.LocalSecondaryIndexes ?? []).map((index) => storedIndex(index, true)),
          ...(input.GlobalSecondaryIndexes ?? []).map((index) => storedIndex(index, false)),
        ],
        billingMode,
        throughput: input.ProvisionedThroughput,
        tableClass: input.TableClass,
        isDeletionProtected: input.DeletionProtectionEnabled ?? false,
        keyId: encryption.keyId(input.SSESpecification),
        hasPointInTimeRecovery: false,
      };
      checkTable(table);
      Object.assign(table, streamed(store, table, input.StreamSpecification));
      store.tables.set(name, table);
      tags.add(table.arn, input.Tags);
      return { TableDescription: describe(table) };
    },

    DescribeTable: (input) => ({ Table: describe(store.describedTable(input.TableName)) }),

    ListTables: (input) => {
      const names = [...store.tables.keys()].sort();
      const { ExclusiveStartTableName: after } = input;
      const left = after === undefined ? names : names.filter((name) => name > after);
      const page = left.slice(0, input.Limit ?? PAGE);
      return {
        TableNames: page,
        ...(page.length < left.length && { LastEvaluatedTableName: page.at(-1) }),
      };
    },

    UpdateTable: (input) => {
      const table = store.describedTable(input.TableName);
      const updated: StoredTable = {
        ...table,
        attributes: input.AttributeDefinitions ?? table.attributes,
        indexes: updatedIndexes(table.indexes, input.GlobalSecondaryIndexUpdates ?? []),
        billingMode: input.BillingMode ?? table.billingMode,
        throughput:
          input.BillingMode === 'PAY_PER_REQUEST'
            ? undefined
            : (input.ProvisionedThroughput ?? table.throughput),
        tableClass: input.TableClass ?? table.tableClass,
        isDeletionProtected: input.DeletionProtectionEnabled ?? table.isDeletionProtected,
        keyId: input.SSESpecification ? encryption.keyId(input.SSESpecification) : table.keyId,
      };
      checkThroughput(updated.billingMode, updated.throughput, 'table');
      checkTable(updated);
      Object.assign(updated, streamed(store, updated, input.StreamSpecification));
      store.tables.set(table.name, updated);
      return { TableDescription: describe(updated) };
    },

    DeleteTable: (input) => {
      const table = store.describedTable(input.TableName);
      if (table.isDeletionProtected)
        throw invalid(
          `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
        );
      const description = { ...describe(table), TableStatus: 'DELETING' as const };
      store.delete(table);
      tags.forget(table.arn);
      return { TableDescription: description };
    },

    UpdateTimeToLive: (input) => {
      const table = store.describedTable(input.TableName);
      const { Enabled, AttributeName } = input.TimeToLiveSpecification as sdk.TimeToLiveSpecification;
      if ((table.timeToLive !== undefined) === Enabled)
        throw invalid(`TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`);
      if (!Enabled && AttributeName !== table.timeToLive)
        throw invalid(
          `TimeToLive is active on a different AttributeName: current AttributeName is ${table.timeToLive}`,
        );
      table.timeToLive = Enabled ? AttributeName : undefined;
      return { TimeToLiveSpecification: input.TimeToLiveSpecification };
    },

    DescribeTimeToLive: (input) => {
      const { timeToLive } = store.describedTable(input.TableName);
      return {
        TimeToLiveDescription:
          timeToLive === undefined
            ? { TimeToLiveStatus: 'DISABLED' }
            : { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive },
      };
    },

    UpdateContinuousBackups: (input) => {
      const table = backedUp(store, input.TableName);
      table.hasPointInTimeRecovery =
        input.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled ?? false;
      return { ContinuousBackupsDescription: backups(table) };
    },

    DescribeContinuousBackups: (input) => ({
      ContinuousBackupsDescription: backups(backedUp(store, input.TableName)),
    }),

    TagResource: ({ ResourceArn, Tags }) => tags.operations.TagResource({ ResourceARN: ResourceArn, Tags }),
    UntagResource: ({ ResourceArn, TagKeys }) =>
      tags.operations.UntagResource({ ResourceARN: ResourceArn, TagKeys }),
    ListTagsOfResource: ({ ResourceArn }) =>
      tags.operations.ListTagsForResource({ ResourceARN: ResourceArn }),
  } satisfies Operations<typeof sdk>;
}

/**
 * What a table has of its stream from now on.
 *
 * @throws AwsError ValidationException; AWS's own texts are not recorded
 */
function streamed(
  store: TableStore,
  table: StoredTable,
  specification: sdk.StreamSpecification | undefined,
): Pick<StoredTable, 'streamArn' | 'latestStreamArn'> {
  const { streamArn, latestStreamArn } = table;
  if (!specification) return { streamArn, latestStreamArn };
  const { StreamEnabled, StreamViewType } = specification;
  if (StreamEnabled === (streamArn !== undefined)) {
    throw invalid(
      StreamEnabled
        ? `Table already has an enabled stream: TableName: ${table.name}`
        : `Table has no stream to disable: TableName: ${table.name}`,
    );
  }
  if (StreamEnabled !== (StreamViewType !== undefined)) {
    throw invalid(
      `One or more parameter values were invalid: StreamViewType ${StreamViewType} does not go with StreamEnabled ${StreamEnabled}`,
    );
  }
  if (streamArn !== undefined) store.streams.disable(streamArn);
  if (!StreamViewType) return { streamArn: undefined, latestStreamArn };
  const arn = store.streams.enable(table, StreamViewType);
  return { streamArn: arn, latestStreamArn: arn };
}

function describeStream(table: StoredTable, store: TableStore): Partial<sdk.TableDescription> {
  const { streamArn, latestStreamArn } = table;
  const stream = store.streams.tryFind(streamArn);
  return {
    ...(latestStreamArn && {
      LatestStreamArn: latestStreamArn,
      LatestStreamLabel: latestStreamArn.split('/stream/')[1],
    }),
    ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType } }),
  };
}

function backedUp(store: TableStore, reference: string | undefined): StoredTable {
  const table = store.tryFind(reference);
  if (!table) throw new AwsError('TableNotFoundException', `Table not found: ${tableName(reference)}`);
  return table;
}

function backups({ hasPointInTimeRecovery }: StoredTable): sdk.ContinuousBackupsDescription {
  const PointInTimeRecoveryStatus = hasPointInTimeRecovery ? 'ENABLED' : 'DISABLED';
  return {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus },
  };
}

function storedIndex(
  index: sdk.GlobalSecondaryIndex | sdk.LocalSecondaryIndex | sdk.CreateGlobalSecondaryIndexAction,
  isLocal: boolean,
): StoredIndex {
  return {
    name: index.IndexName as string,
    isLocal,
    keySchema: index.KeySchema ?? [],
    projection: index.Projection ?? {},
    ...('ProvisionedThroughput' in index && { throughput: index.ProvisionedThroughput }),
  };
}

/**
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html: one index at a
 * time
 */
function updatedIndexes(
  indexes: readonly StoredIndex[],
  updates: readonly sdk.GlobalSecondaryIndexUpdate[],
): StoredIndex[] {
  if (updates.filter(({ Create, Delete }) => Create ?? Delete).length > 1)
    throw new AwsError(
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    );
  let all = [...indexes];
  for (const { Create, Update, Delete } of updates) {
    const name = (Create ?? Update ?? Delete)?.IndexName as string;
    const isThere = all.some((index) => index.name === name);
    if (isThere === (Create !== undefined)) {
      throw isThere
        ? invalid(`Attempting to create an index which already exists`)
        : new AwsError('ResourceNotFoundException', `Requested resource not found: Index: ${name} not found`);
    }
    if (Create) all.push(storedIndex(Create, false));
    else if (Delete) all = all.filter((index) => index.name !== name);
    else
      all = all.map((index) =>
        index.name === name ? { ...index, throughput: Update?.ProvisionedThroughput } : index,
      );
  }
  return all;
}

/** @throws AwsError ValidationException if keys, attributes and indexes do not fit together */
function checkTable({ name, keySchema, attributes, indexes, billingMode }: StoredTable): void {
  if (!/^[a-zA-Z0-9_.-]{3,255}$/.test(name))
    throw invalid(
      'TableName must be at least 3 characters long and at most 255 characters long, out of a-z, A-Z, 0-9, _, - and .',
    );
  checkKeySchema(keySchema);
  const defined = attributes.map(({ AttributeName }) => AttributeName as string);
  if (new Set(defined).size < defined.length) throw invalid('Cannot have two attributes with the same name');
  const used = new Set(
    [keySchema, ...indexes.map((index) => index.keySchema)].flatMap((schema) => keyList(keyNames(schema))),
  );
  const undefinedKeys = [...used].filter((key) => !defined.includes(key));
  if (undefinedKeys.length > 0)
    throw invalid(
      `One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [${undefinedKeys.join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
    );
  if (used.size !== defined.length)
    throw invalid(
      'One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
    );
  checkIndexes(keySchema, indexes, billingMode);
}

function checkKeySchema(schema: readonly sdk.KeySchemaElement[]): void {
  const types = schema.map(({ KeyType }) => KeyType);
  if (types[0] !== 'HASH' || types.length > 2 || (types.length === 2 && types[1] !== 'RANGE'))
    throw invalid(
      'Invalid KeySchema: the first key element must be a HASH key type, and the second, if any, a RANGE key type',
    );
  const { partition, sort } = keyNames(schema);
  if (partition === sort)
    throw invalid('Both the Hash Key and the Range Key element in the KeySchema have the same name');
}

function checkIndexes(
  keySchema: readonly sdk.KeySchemaElement[],
  indexes: readonly StoredIndex[],
  billingMode: sdk.BillingMode,
): void {
  const names = indexes.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    throw invalid(`One or more parameter values were invalid: Duplicate index name: ${repeated}`);
  const local = indexes.filter(({ isLocal }) => isLocal);
  if (local.length > MOST_LOCAL_INDEXES)
    throw invalid(
      `One or more parameter values were invalid: Number of LocalSecondaryIndexes exceeds per-table limit of ${MOST_LOCAL_INDEXES}`,
    );
  if (indexes.length - local.length > MOST_GLOBAL_INDEXES)
    throw invalid(
      `One or more parameter values were invalid: GlobalSecondaryIndex count exceeds the per-table limit of ${MOST_GLOBAL_INDEXES}`,
    );
  for (const index of indexes) {
    checkKeySchema(index.keySchema);
    const { ProjectionType, NonKeyAttributes } = index.projection;
    if (ProjectionType === undefined)
      throw invalid('One or more parameter values were invalid: Unknown ProjectionType: null');
    if ((ProjectionType === 'INCLUDE') !== (NonKeyAttributes !== undefined))
      throw invalid(
        `One or more parameter values were invalid: ProjectionType is ${ProjectionType}, ${NonKeyAttributes ? 'but NonKeyAttributes is specified' : 'but NonKeyAttributes is not specified'}`,
      );
    if (!index.isLocal) checkThroughput(billingMode, index.throughput, index.name);
    else if (
      keyNames(index.keySchema).partition !== keyNames(keySchema).partition ||
      keyNames(keySchema).sort === undefined
    )
      throw invalid(
        `One or more parameter values were invalid: Index KeySchema of ${index.name} does not have the same hash key as the table, or the table has no range key`,
      );
  }
}

function checkThroughput(
  mode: sdk.BillingMode,
  throughput: sdk.ProvisionedThroughput | undefined,
  of: string,
): void {
  if ((mode === 'PROVISIONED') === (throughput !== undefined)) return;
  const where = of === 'table' ? '' : ` for index: ${of}`;
  throw invalid(
    mode === 'PROVISIONED'
      ? `One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED${where}`
      : `One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST${where}`,
  );
}

function described(table: StoredTable, store: TableStore, encryption: TableEncryption): sdk.TableDescription {
  const items = store.items(table);
  const sizes = {
    ItemCount: items.length,
    TableSizeBytes: items.reduce((sum, item) => sum + itemSize(item), 0),
  };
  const throughput = (given: sdk.ProvisionedThroughput | undefined) => ({
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: given?.ReadCapacityUnits ?? 0,
    WriteCapacityUnits: given?.WriteCapacityUnits ?? 0,
  });
  const index = ({ name, keySchema, projection }: StoredIndex) => ({
    IndexName: name,
    IndexArn: `${table.arn}/index/${name}`,
    KeySchema: [...keySchema],
    Projection: projection,
    ItemCount: items.filter((item) => keyList(keyNames(keySchema)).every((key) => item[key])).length,
  });
  const local = table.indexes.filter(({ isLocal }) => isLocal);
  const global = table.indexes.filter(({ isLocal }) => !isLocal);
  const isOnDemand = table.billingMode === 'PAY_PER_REQUEST';
  return {
    TableName: table.name,
    TableArn: table.arn,
    TableId: table.id,
    TableStatus: 'ACTIVE',
    CreationDateTime: table.created,
    KeySchema: [...table.keySchema],
    AttributeDefinitions: [...table.attributes],
    ProvisionedThroughput: throughput(table.throughput),
    ...(isOnDemand && { BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' } }),
    ...(table.tableClass && { TableClassSummary: { TableClass: table.tableClass } }),
    ...(local.length > 0 && { LocalSecondaryIndexes: local.map(index) }),
    ...(global.length > 0 && {
      GlobalSecondaryIndexes: global.map((one) => ({
        ...index(one),
        IndexStatus: 'ACTIVE' as const,
        ProvisionedThroughput: throughput(one.throughput),
      })),
    }),
    ...describeStream(table, store),
    SSEDescription: encryption.describe(table),
    DeletionProtectionEnabled: table.isDeletionProtected,
    ...sizes,
  };
}
