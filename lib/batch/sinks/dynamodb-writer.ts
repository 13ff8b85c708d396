import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { PartFunction } from '../../runtime/part-function';
import type { Validation } from '../../runtime/validation';
import type { DynamoDbSinkOptions } from '../batch-sink';
import type { BatchSinkWriter } from '../batch-sink-writer';

/** Puts an item for each key. */
export class DynamoDbWriter implements BatchSinkWriter {
  readonly settings: BatchSinkWriter['settings'];
  readonly keyColumn: string;
  readonly ownNames = ['run', 'plannedAt', 'place'];

  constructor(
    private readonly table: ITable,
    private readonly options: DynamoDbSinkOptions,
  ) {
    const { keyColumn, partitionKey = keyColumn, numericKey = false, sinkName = 'dynamodb' } = options;
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

  /** With such a key, all rows of a run would have one item. */
  validate(validation: Validation): void {
    const { partitionKey = '' } = this.options;
    validation.check(
      partitionKey,
      !this.ownNames.includes(partitionKey),
      `partitionKey of BatchSink.dynamoDb must not be ${this.ownNames.join(', ')}, which the sink writes itself`,
    );
  }

  allow(handler: PartFunction<'deliver-batch'>): void {
    handler.allow(['dynamodb:PutItem'], [this.table.tableArn]);
    this.table.encryptionKey?.grantEncryptDecrypt(handler);
  }
}
