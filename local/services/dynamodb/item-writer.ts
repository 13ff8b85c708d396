import type * as sdk from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../gateway/aws-error';
import { type AttributeValue, canonical, type Item, itemSize, storedItem } from './attribute-value';
import { invalid } from './errors';
import { type Condition, holds, parseCondition } from './expressions/condition';
import { projected } from './expressions/projection';
import { References } from './expressions/references';
import { parseUpdate, type Update, updated, updatedPaths } from './expressions/update';
import { checkedKey, checkIndexKeys, keyList, keyNames, keyOf, type StoredTable } from './table';
import type { TableStore } from './table-store';

/** Bytes of an item: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const LARGEST_ITEM = 400 * 1024;

interface Conditional {
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
}

/** One write, read and checked, which may be done now or together with others. */
export interface ItemWrite {
  readonly table: StoredTable;
  readonly key: Item;
  readonly condition?: Condition | undefined;
  /** The item after it, of the item before it; undefined if it is to be deleted. */
  readonly after: (before: Item | undefined) => Item | undefined;
  readonly update?: Update;
}

export type PutInput = Conditional & { readonly Item: Item | undefined };
export type DeleteInput = Conditional & { readonly Key: Item | undefined };
export type UpdateInput = DeleteInput & { readonly UpdateExpression?: string | undefined };

/** @throws AwsError ValidationException */
export function putWrite(table: StoredTable, input: PutInput): ItemWrite {
  const item = checkedItem(table, input.Item ?? {});
  const references = new References(input);
  const condition = readCondition(input, references);
  return { table, key: keyOf(table, item), condition, after: () => item };
}

/** An item as it may be stored. */
export function checkedItem(table: StoredTable, given: Item): Item {
  const item = storedItem(given);
  keyOf(table, item);
  checkIndexKeys(table, item);
  if (itemSize(item) > LARGEST_ITEM) throw invalid('Item size has exceeded the maximum allowed size');
  return item;
}

/** @throws AwsError ValidationException */
export function deleteWrite(table: StoredTable, input: DeleteInput): ItemWrite {
  const references = new References(input);
  const condition = readCondition(input, references);
  return { table, key: checkedKey(table, input.Key), condition, after: () => undefined };
}

/** A write that only demands that a condition holds. */
export function checkWrite(table: StoredTable, input: DeleteInput): ItemWrite {
  return { ...deleteWrite(table, input), after: (before) => before };
}

/** @throws AwsError ValidationException */
export function updateWrite(table: StoredTable, input: UpdateInput): ItemWrite {
  const key = checkedKey(table, input.Key);
  const references = new References(input);
  const { UpdateExpression: text } = input;
  const update = text === undefined ? { actions: [] } : parseUpdate(text, references);
  for (const name of keyList(keyNames(table.keySchema))) {
    if (updatedPaths(update).some(([first]) => first === name))
      throw invalid(
        `One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`,
      );
  }
  const condition = readCondition(input, references, text !== undefined);
  return {
    table,
    key,
    condition,
    update,
    after: (before) => {
      const item = updated(before ?? key, update);
      checkIndexKeys(table, item);
      if (itemSize(item) > LARGEST_ITEM)
        throw invalid('Item size to update has exceeded the maximum allowed size');
      return item;
    },
  };
}

/** Reads the condition, after all other expressions of the request. */
function readCondition(input: Conditional, references: References, hasOther = false): Condition | undefined {
  const { ConditionExpression: text } = input;
  const condition = text === undefined ? undefined : parseCondition(text, 'ConditionExpression', references);
  references.refuseUnused(hasOther || text !== undefined);
  return condition;
}

/** @throws AwsError ConditionalCheckFailedException, with the item if the caller wants it */
export function perform(
  store: TableStore,
  write: ItemWrite,
  returned: 'ALL_OLD' | 'NONE' = 'NONE',
): { readonly before: Item | undefined; readonly after: Item | undefined } {
  const before = store.item(write.table, write.key);
  if (write.condition && !holds(write.condition, before ?? {})) {
    throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', {
      ...(returned === 'ALL_OLD' && before && { extra: { Item: before } }),
    });
  }
  const after = write.after(before);
  if (after) store.put(write.table, after);
  else store.remove(write.table, write.key);
  return { before, after };
}

/** Text that two requests for the same item share. */
export function itemName({ table, key }: Pick<ItemWrite, 'table' | 'key'>): string {
  return `${table.name} ${canonical({ M: key as Record<string, AttributeValue> })}`;
}

/** What UpdateItem returns. */
export function updateAnswer(
  returned: sdk.ReturnValue | undefined,
  { update }: ItemWrite,
  { before, after }: { readonly before: Item | undefined; readonly after: Item | undefined },
): Record<string, AttributeValue> | undefined {
  const paths = update ? updatedPaths(update) : [];
  const answers: Readonly<Record<string, Item | undefined>> = {
    ALL_OLD: before,
    ALL_NEW: after,
    UPDATED_OLD: before && projected(before, paths),
    UPDATED_NEW: after && projected(after, paths),
  };
  const answer = answers[returned ?? 'NONE'];
  return answer && Object.keys(answer).length > 0 ? { ...answer } : undefined;
}
