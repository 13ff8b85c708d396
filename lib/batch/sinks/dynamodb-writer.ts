import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { PartFunction } from '../../runtime/part-function';
import type { DynamoDbSinkOptions } from '../batch-sink';
import type { BatchSinkWriter } from '../batch-sink-writer';

/** Puts an item for each key. */
export class DynamoDbWriter implements BatchSinkWriter {
  readonly settings: BatchSinkWriter['settings'];
  readonly keyColumn: string;
  readonly ownNames = ['run', 'plannedAt', 'place'];

  constructor(
    private readonly table: ITable,
    { keyColumn, partitionKey = keyColumn, numericKey = false, sinkName = 'dynamodb' }: DynamoDbSinkOptions,
  ) {
    this.keyColumn = keyColumn;
    this.settings = {
      name: sinkName,
      kind: 'dynamoDb',
      tableName: table.tableName,
      keyColumn,
      keyAttribute: partitionKey,
      keyType: numericKey ? 'N' : 'S',
    };
  }

  validate(): void {}

  allow(handler: PartFunction<'deliver-batch'>): void {
    handler.allow(['dynamodb:PutItem'], [this.table.tableArn]);
    this.table.encryptionKey?.grantEncryptDecrypt(handler);
  }
}
