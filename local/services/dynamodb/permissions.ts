import type { SSESpecification } from '@aws-sdk/client-dynamodb';
import type { Permission } from '../../gateway/service';
import type { Item } from './attribute-value';
import { keyNames } from './table';
import type { TableEncryption } from './table-encryption';
import { type TableStore, tableName } from './table-store';

/** Operations that name their tables inside. */
const TRANSACTION_ACTIONS = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
} as const;

const OF_ITEMS = ['PutItem', 'GetItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan'];

/**
 * What a call of DynamoDB needs. A transaction needs the rights of its parts.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function dynamoDbPermissions(
  store: TableStore,
  encryption: TableEncryption,
  operation: string,
  input: Record<string, unknown>,
): Permission[] {
  const ofItems = (action: string, reference: string, keys: readonly (Item | undefined)[], index = '') => [
    {
      action: `dynamodb:${action}`,
      resource: store.arn(tableName(reference)) + index,
      context: leadingKeys(store, reference, keys),
    },
    ...encryption.usePermissions(store.tryFind(reference)),
  ];
  if (operation.startsWith('Transact')) {
    const parts = (input.TransactItems ?? []) as Record<
      string,
      { TableName: string; Key?: Item; Item?: Item }
    >[];
    return parts.flatMap((part) =>
      Object.entries(part).flatMap(([kind, { TableName, Key, Item }]) =>
        ofItems(TRANSACTION_ACTIONS[kind as keyof typeof TRANSACTION_ACTIONS], TableName, [Key ?? Item]),
      ),
    );
  }
  if (operation.startsWith('Batch')) {
    return Object.entries((input.RequestItems ?? {}) as Record<string, unknown>).flatMap(
      ([reference, requests]) => ofItems(operation, reference, batchKeys(requests)),
    );
  }
  const reference = (input.TableName ?? input.ResourceArn) as string;
  if (OF_ITEMS.includes(operation)) {
    const index = input.IndexName === undefined ? '' : `/index/${input.IndexName}`;
    return ofItems(operation, reference, [(input.Key ?? input.Item) as Item | undefined], index);
  }
  const resource = operation === 'ListTables' ? '*' : store.arn(tableName(reference));
  const needed: Permission[] = [{ action: `dynamodb:${operation}`, resource }];
  const tags = input.Tags as readonly unknown[] | undefined;
  if (operation === 'CreateTable' && tags?.length) needed.push({ action: 'dynamodb:TagResource', resource });
  if (operation === 'CreateTable' || operation === 'UpdateTable') {
    const specification = input.SSESpecification as SSESpecification | undefined;
    needed.push(...encryption.givePermissions(tableName(reference), specification));
  }
  return needed;
}

function batchKeys(requests: unknown): (Item | undefined)[] {
  if (!Array.isArray(requests)) return ((requests as { Keys?: Item[] }).Keys ?? []) as Item[];
  return (requests as { PutRequest?: { Item?: Item }; DeleteRequest?: { Key?: Item } }[]).map(
    ({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key,
  );
}

/** The condition key `dynamodb:LeadingKeys`: values of the partition key. */
function leadingKeys(
  store: TableStore,
  reference: string,
  keys: readonly (Item | undefined)[],
): Record<string, string[]> {
  const table = store.tryFind(reference);
  const name = table && keyNames(table.keySchema).partition;
  const values = keys.flatMap((key) => {
    const value = name === undefined ? undefined : key?.[name];
    const text = value?.S ?? value?.N;
    return text === undefined ? [] : [text];
  });
  return values.length > 0 ? { 'dynamodb:LeadingKeys': values } : {};
}
