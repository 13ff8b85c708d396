import type {
  AttributeDefinition,
  BillingMode,
  KeySchemaElement,
  Projection,
  ProvisionedThroughput,
  ScalarAttributeType,
  TableClass,
} from '@aws-sdk/client-dynamodb';
import { type AttributeValue, type Item, typeOf } from './attribute-value';
import { invalid } from './errors';

/** The names of the key attributes of a table or an index. */
export interface KeyNames {
  readonly partition: string;
  readonly sort?: string | undefined;
}

export interface StoredIndex {
  readonly name: string;
  readonly isLocal: boolean;
  readonly keySchema: readonly KeySchemaElement[];
  readonly projection: Projection;
  readonly throughput?: ProvisionedThroughput | undefined;
}

export interface StoredTable {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly created: Date;
  readonly keySchema: readonly KeySchemaElement[];
  attributes: readonly AttributeDefinition[];
  indexes: readonly StoredIndex[];
  billingMode: BillingMode;
  throughput?: ProvisionedThroughput | undefined;
  tableClass?: TableClass | undefined;
  isDeletionProtected: boolean;
  /** Id or ARN of the customer's key, or of AWS's own (`alias/aws/dynamodb`). */
  keyId?: string | undefined;
  timeToLive?: string | undefined;
  hasPointInTimeRecovery: boolean;
  /** Of the stream that gets its changes. */
  streamArn?: string | undefined;
  /** Of the last stream that it has or had. */
  latestStreamArn?: string | undefined;
}

export function keyNames(schema: readonly KeySchemaElement[]): KeyNames {
  const name = (type: 'HASH' | 'RANGE') => schema.find(({ KeyType }) => KeyType === type)?.AttributeName;
  return { partition: name('HASH') as string, sort: name('RANGE') };
}

/** Partition key, then sort key. */
export function keyList({ partition, sort }: KeyNames): string[] {
  return sort === undefined ? [partition] : [partition, sort];
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const LONGEST_KEY = { partition: 2048, sort: 1024 } as const;

/**
 * The key of an item.
 *
 * @throws AwsError ValidationException
 */
export function keyOf(table: StoredTable, item: Item): Record<string, AttributeValue> {
  const names = keyNames(table.keySchema);
  return Object.fromEntries(
    keyList(names).map((name) => {
      const value = item[name];
      if (value === undefined)
        throw invalid(`One or more parameter values were invalid: Missing the key ${name} in the item`);
      const expected = definedType(table, name);
      if (typeOf(value) !== expected)
        throw invalid(
          `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${expected} actual: ${typeOf(value)}`,
        );
      checkKeyValue(name, value, name === names.sort ? 'sort' : 'partition');
      return [name, value];
    }),
  );
}

/**
 * Checks a key that a request gives.
 *
 * @throws AwsError ValidationException
 */
export function checkedKey(table: StoredTable, key: Item | undefined): Item {
  const given = key ?? {};
  const names = keyList(keyNames(table.keySchema));
  const fits =
    Object.keys(given).length === names.length &&
    names.every((name) => given[name] && typeOf(given[name]) === definedType(table, name));
  if (!fits) throw invalid('The provided key element does not match the schema');
  return keyOf(table, given);
}

/** Items whose index key has another type are refused. */
export function checkIndexKeys(table: StoredTable, item: Item): void {
  for (const { name: index, keySchema } of table.indexes) {
    for (const name of keyList(keyNames(keySchema))) {
      const value = item[name];
      const expected = definedType(table, name);
      if (value && typeOf(value) !== expected)
        throw invalid(
          `One or more parameter values were invalid: Type mismatch for Index Key ${name} Expected: ${expected} Actual: ${typeOf(value)} IndexName: ${index}`,
        );
      if (value && isEmpty(value))
        throw invalid(
          `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: ${index}, IndexKey: ${name}`,
        );
    }
  }
}

export function definedType(table: StoredTable, name: string): ScalarAttributeType | undefined {
  return table.attributes.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
}

function checkKeyValue(name: string, value: AttributeValue, part: 'partition' | 'sort'): void {
  if (isEmpty(value)) {
    const kind = value.S === '' ? 'string' : 'binary';
    throw invalid(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
    );
  }
  const size = value.S === undefined ? (value.B?.length ?? 0) : Buffer.byteLength(value.S);
  if (size > LONGEST_KEY[part]) {
    const kind = part === 'partition' ? 'hashkey' : 'rangekey';
    throw invalid(
      `One or more parameter values were invalid: Size of ${kind} has exceeded the maximum size limit of ${LONGEST_KEY[part]} bytes`,
    );
  }
}

function isEmpty(value: AttributeValue): boolean {
  return value.S === '' || value.B?.length === 0;
}
