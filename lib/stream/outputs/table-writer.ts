import { CfnTable, type ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { PartFunction } from '../../runtime/part-function';
import type { Validation } from '../../runtime/validation';
import type { StreamWriter } from '../stream-writer';

/** Puts an item for each record. */
export class TableWriter implements StreamWriter {
  readonly name: string;
  readonly settings: StreamWriter['settings'];

  constructor(private readonly table: ITable) {
    this.name = table.tableArn;
    this.settings = { kind: 'dynamoDb', tableName: table.tableName };
  }

  check(validation: Validation): void {
    const keys = keysOf(this.table);
    validation.check(
      keys,
      keys === undefined || keys === 'id (S)',
      'the table must have the partition key id of the type string, and no sort key: items are found by the id of their record',
    );
  }

  allow(handler: PartFunction<'score-stream'>): void {
    handler.allow(['dynamodb:PutItem'], [this.table.tableArn]);
    this.table.encryptionKey?.grantEncryptDecrypt(handler);
  }
}

/** In words; undefined if this app does not create the table. */
function keysOf({ node }: ITable): string | undefined {
  const resource = node.defaultChild;
  if (!(resource instanceof CfnTable)) return undefined;
  const keys = resource.keySchema as CfnTable.KeySchemaProperty[];
  const attributes = resource.attributeDefinitions as CfnTable.AttributeDefinitionProperty[];
  return keys
    .map(({ attributeName }) => {
      const type = attributes.find((each) => each.attributeName === attributeName)?.attributeType;
      return `${attributeName} (${type})`;
    })
    .join(', ');
}
