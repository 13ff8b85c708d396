import {
  type ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDbSinkSettings } from '../../contracts/functions/batch';
import { SinkUnavailableError } from '../aws/sinks/sink-unavailable-error';
import { itemOf } from '../aws/table-item';
import type { RefusedRow, RowSink, SinkRow, SinkRun } from './row-sink';

/** A key without an item, or with one of an earlier run or row. */
const NOT_LATER =
  'attribute_not_exists(#key) OR plannedAt < :plannedAt OR (plannedAt = :plannedAt AND #place <= :place)';

/** Items that are written at the same time. */
const AT_A_TIME = 32;

/**
 * Writes an item for each key, only if the item there is not of a later run, or of a later row of this one.
 * However often rows come, and in whatever order, an item is that of the last row of the last run: once by
 * key. Items that no batch has written stay as they are.
 */
export class DynamoDbSink implements RowSink {
  readonly rowsPerCall = AT_A_TIME;

  constructor(
    private readonly settings: DynamoDbSinkSettings,
    private readonly client: Pick<DynamoDBClient, 'send'>,
  ) {}

  async deliver(rows: readonly SinkRow[], run: SinkRun): Promise<readonly RefusedRow[]> {
    const reasons = await Promise.all(rows.map((row) => this.put(row, run)));
    return rows.flatMap((row, index) => {
      const reason = reasons[index];
      return reason === undefined ? [] : [{ row, reason }];
    });
  }

  /** @returns why the row is refused; undefined if it is not */
  private async put(row: SinkRow, { run, plannedAt }: SinkRun): Promise<string | undefined> {
    const { tableName, keyColumn, keyAttribute, keyType } = this.settings;
    const key = row.fields[keyColumn];
    if (key === undefined || key === null || key === '')
      return `the row has no ${keyColumn}, the key of the table`;
    try {
      await this.client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: {
            ...itemOf(row.fields),
            [keyAttribute]: keyType === 'N' ? { N: String(key) } : { S: String(key) },
            run: { S: run },
            plannedAt: { S: plannedAt },
            place: { S: row.place },
          },
          ConditionExpression: NOT_LATER,
          ExpressionAttributeNames: { '#key': keyAttribute, '#place': 'place' },
          ExpressionAttributeValues: { ':plannedAt': { S: plannedAt }, ':place': { S: row.place } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (error) {
      const { name, message } = error as Error;
      if (name === 'ConditionalCheckFailedException') {
        const { Item } = error as ConditionalCheckFailedException;
        // A later row, or a later run, has the key.
        return Item?.plannedAt ? undefined : 'the table has an item of this key that no batch has written';
      }
      if (name === 'ValidationException') return message;
      throw new SinkUnavailableError(`the table ${tableName} takes no items: ${name}: ${message}`, {
        cause: error,
      });
    }
  }
}
