import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud, Operations } from '../../gateway/service';
import { peek } from '../../gateway/tracked-table';
import { type Item, itemSize } from './attribute-value';
import { invalid } from './errors';
import { holds } from './expressions/condition';
import { reading, type UsableTable } from './item-operations';
import { checkWrite, deleteWrite, type ItemWrite, itemName, putWrite, updateWrite } from './item-writer';
import { checkedKey } from './table';
import type { TableStore } from './table-store';

/**
 * Bytes of all items: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
 */
const LARGEST_TRANSACTION = 4 * 1024 * 1024;
/** For so long a request with a token has no further effect. */
const TOKEN_MILLISECONDS = 10 * 60_000;

interface SeenToken {
  /** Digest of the request. */
  readonly request: string;
  readonly until: number;
}

/** What one may do with several items at once, all or none. */
export function transactionOperations(cloud: Cloud, store: TableStore, usable: UsableTable) {
  const tokens = cloud.table<SeenToken>('dynamodb/transaction-tokens');
  return {
    TransactWriteItems: (input) => {
      const { ClientRequestToken: token, TransactItems: items = [] } = input;
      const request = createHash('sha256').update(JSON.stringify(items)).digest('base64');
      forgetExpired(tokens, cloud.clock.now());
      const seen = token === undefined ? undefined : tokens.get(token);
      if (seen) {
        if (seen.request === request) return {};
        throw new AwsError(
          'IdempotentParameterMismatchException',
          'The provided client token is already in use with a different request',
        );
      }
      const writes = items.map((item) => writeOf(item, usable));
      const keys = writes.map(itemName);
      if (new Set(keys).size < keys.length)
        throw invalid('Transaction request cannot include multiple operations on one item');
      const steps = writes.map((write, index) => stepOf(store, write, returnedOf(items[index])));
      if (steps.some(({ Code }) => Code !== 'None')) throw canceled(steps.map(({ after, ...rest }) => rest));
      const size = steps.reduce((sum, { after }) => sum + itemSize(after ?? {}), 0);
      if (size > LARGEST_TRANSACTION)
        throw invalid('Collection size of the transaction exceeds the maximum of 4 MB');
      for (const [index, { table, key }] of writes.entries()) {
        const after = steps[index]?.after;
        if (after) store.put(table, after);
        else store.remove(table, key);
      }
      if (token !== undefined) tokens.set(token, { request, until: cloud.clock.now() + TOKEN_MILLISECONDS });
      return {};
    },

    TransactGetItems: (input) => ({
      Responses: (input.TransactItems ?? []).map(({ Get }) => {
        const table = usable(Get?.TableName);
        const read = reading(Get ?? {});
        const item = store.item(table, checkedKey(table, Get?.Key));
        return item ? { Item: read(item) } : {};
      }),
    }),
  } satisfies Operations<typeof sdk>;
}

/** Tokens expire in the order in which they came. SDKs send one with each transaction. */
function forgetExpired(tokens: Map<string, SeenToken>, now: number): void {
  for (const token of tokens.keys()) {
    if ((peek(tokens, token)?.until ?? 0) > now) return;
    tokens.delete(token);
  }
}

function writeOf(item: sdk.TransactWriteItem, usable: UsableTable): ItemWrite {
  const { Put, Update, Delete, ConditionCheck } = item;
  if (Object.values(item).filter((part) => part !== undefined).length !== 1)
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  if (Put) return putWrite(usable(Put.TableName), { ...Put, Item: Put.Item });
  if (Update) return updateWrite(usable(Update.TableName), { ...Update, Key: Update.Key });
  if (Delete) return deleteWrite(usable(Delete.TableName), { ...Delete, Key: Delete.Key });
  return checkWrite(usable(ConditionCheck?.TableName), { ...ConditionCheck, Key: ConditionCheck?.Key });
}

function returnedOf(item: sdk.TransactWriteItem | undefined): 'ALL_OLD' | 'NONE' | undefined {
  const { Put, Update, Delete, ConditionCheck } = item ?? {};
  return (Put ?? Update ?? Delete ?? ConditionCheck)?.ReturnValuesOnConditionCheckFailure;
}

interface Step {
  readonly Code: 'None' | 'ConditionalCheckFailed' | 'ValidationError';
  readonly Message?: string;
  readonly Item?: Item;
  readonly after?: Item | undefined;
}

/** What a write would come to. */
function stepOf(store: TableStore, write: ItemWrite, returned: 'ALL_OLD' | 'NONE' | undefined): Step {
  const before = store.item(write.table, write.key);
  if (write.condition && !holds(write.condition, before ?? {})) {
    const Item = returned === 'ALL_OLD' ? before : undefined;
    return {
      Code: 'ConditionalCheckFailed',
      Message: 'The conditional request failed',
      ...(Item && { Item }),
    };
  }
  try {
    return { Code: 'None', after: write.after(before) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { Code: 'ValidationError', Message: error.message };
  }
}

function canceled(reasons: readonly Omit<Step, 'after'>[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { extra: { CancellationReasons: reasons } },
  );
}
