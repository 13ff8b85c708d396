import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ScoredRecord } from '../../../contracts/scored-record';
import { logger } from '../../aws/logger';
import { itemOf } from '../../aws/table-item';
import type { Sent, StreamOutput } from './stream-output';

/** Items that are written at the same time. */
const AT_ONCE = 25;

/**
 * An item for each record, whose partition key is the record's id. An item that is there stays as it is: a
 * record that comes again changes nothing, even if another version scores it then.
 */
export class TableOutput implements StreamOutput {
  private readonly sdk: typeof import('@aws-sdk/client-dynamodb');
  private readonly client: DynamoDBClient;

  constructor(private readonly tableName: string) {
    // Loaded here, for other outputs need none, and would start later for it.
    this.sdk = require('@aws-sdk/client-dynamodb');
    this.client = new this.sdk.DynamoDBClient();
  }

  async send(records: readonly ScoredRecord[]): Promise<Sent> {
    const refused = new Set<string>();
    const unfit = new Map<string, string>();
    for (let first = 0; first < records.length; first += AT_ONCE) {
      const some = records.slice(first, first + AT_ONCE);
      await Promise.all(
        some.map(async (record) => {
          try {
            await this.put(record);
          } catch (error) {
            const { ConditionalCheckFailedException } = this.sdk;
            if (error instanceof ConditionalCheckFailedException) return;
            // Of an item that is too large, or a number that is: no attempt will succeed.
            if ((error as Error).name === 'ValidationException')
              unfit.set(record.id, (error as Error).message);
            else {
              refused.add(record.id);
              logger.error(`record ${record.id} was not taken by ${this.tableName}`, error as Error);
            }
          }
        }),
      );
    }
    return { refused, unfit };
  }

  private async put(record: ScoredRecord): Promise<void> {
    await this.client.send(
      new this.sdk.PutItemCommand({
        TableName: this.tableName,
        Item: itemOf(record),
        ConditionExpression: 'attribute_not_exists(id)',
      }),
    );
  }
}
