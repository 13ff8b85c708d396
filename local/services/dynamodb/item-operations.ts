import type * as sdk from '@aws-sdk/client-dynamodb';
import type { Operations } from '../../gateway/service';
import type { Item } from './attribute-value';
import { invalid } from './errors';
import { withExpressions } from './expressions/legacy-parameters';
import { parseProjection, projected } from './expressions/projection';
import { References } from './expressions/references';
import {
  checkedItem,
  deleteWrite,
  itemName,
  perform,
  putWrite,
  updateAnswer,
  updateWrite,
} from './item-writer';
import { checkedKey, keyOf, type StoredTable } from './table';
import type { TableStore } from './table-store';

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MOST_WRITES = 25;
const MOST_READS = 100;

/** Finds a table whose items may be used now: its key can be. */
export type UsableTable = (reference: string | undefined) => StoredTable;

/** What one may do with items, one or many at once. */
export function itemOperations(store: TableStore, usable: UsableTable) {
  return {
    PutItem: (given) => {
      const input = withExpressions(given);
      const table = usable(input.TableName);
      const write = putWrite(table, { ...input, Item: input.Item });
      const { before } = perform(store, write, input.ReturnValuesOnConditionCheckFailure);
      return input.ReturnValues === 'ALL_OLD' && before ? { Attributes: { ...before } } : {};
    },

    GetItem: (input) => {
      const table = usable(input.TableName);
      const item = store.item(table, checkedKey(table, input.Key));
      const read = reading(input);
      return item ? { Item: read(item) } : {};
    },

    UpdateItem: (given) => {
      const input = withExpressions(given);
      const write = updateWrite(usable(input.TableName), { ...input, Key: input.Key });
      const done = perform(store, write, input.ReturnValuesOnConditionCheckFailure);
      const Attributes = updateAnswer(input.ReturnValues, write, done);
      return Attributes ? { Attributes } : {};
    },

    DeleteItem: (given) => {
      const input = withExpressions(given);
      const write = deleteWrite(usable(input.TableName), { ...input, Key: input.Key });
      const { before } = perform(store, write, input.ReturnValuesOnConditionCheckFailure);
      return input.ReturnValues === 'ALL_OLD' && before ? { Attributes: { ...before } } : {};
    },

    BatchWriteItem: (input) => {
      const writes = Object.entries(input.RequestItems ?? {}).flatMap(([reference, requests]) => {
        const table = usable(reference);
        return (requests ?? []).map((request) => batchWrite(table, request));
      });
      if (writes.length > MOST_WRITES) throw invalid('Too many items requested for the BatchWriteItem call');
      refuseDuplicates(writes);
      for (const { table, key, item } of writes) {
        if (item) store.put(table, item);
        else store.remove(table, key);
      }
      return { UnprocessedItems: {} };
    },

    BatchGetItem: (input) => {
      const requests = Object.entries(input.RequestItems ?? {});
      const count = requests.reduce((sum, [, { Keys = [] }]) => sum + Keys.length, 0);
      if (count > MOST_READS) throw invalid('Too many items requested for the BatchGetItem call');
      const Responses = Object.fromEntries(
        requests.map(([reference, request]) => {
          const table = usable(reference);
          const keys = (request.Keys ?? []).map((key) => ({ table, key: checkedKey(table, key) }));
          refuseDuplicates(keys);
          const read = reading(request);
          const items = keys.map(({ key }) => store.item(table, key)).filter((item) => item !== undefined);
          return [reference, items.map(read)];
        }),
      );
      return { Responses, UnprocessedKeys: {} };
    },
  } satisfies Operations<typeof sdk>;
}

interface Projecting {
  readonly ProjectionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
}

/** How the items of a request are shown. */
export function reading(input: Projecting) {
  const { ExpressionAttributeNames, ProjectionExpression: text } = input;
  const references = new References({ ExpressionAttributeNames });
  const paths = text === undefined ? undefined : parseProjection(text, references);
  references.refuseUnused(text !== undefined);
  return (item: Item) => (paths ? projected(item, paths) : { ...item });
}

interface BatchWrite {
  readonly table: StoredTable;
  readonly key: Item;
  readonly item?: Item;
}

function batchWrite(table: StoredTable, { PutRequest, DeleteRequest }: sdk.WriteRequest): BatchWrite {
  if ((PutRequest === undefined) === (DeleteRequest === undefined))
    throw invalid(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of PutRequest and DeleteRequest',
    );
  if (!PutRequest) return { table, key: checkedKey(table, DeleteRequest?.Key) };
  const item = checkedItem(table, PutRequest.Item ?? {});
  return { table, key: keyOf(table, item), item };
}

function refuseDuplicates(requests: readonly { readonly table: StoredTable; readonly key: Item }[]): void {
  const keys = requests.map(itemName);
  if (new Set(keys).size < keys.length) throw invalid('Provided list of item keys contains duplicates');
}
