import * as sdk from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { ResourceTags } from '../resource-tags';
import { implementedInputs } from './inputs';
import { itemOperations } from './item-operations';
import { dynamoDbPermissions } from './permissions';
import { queryOperations } from './query-operations';
import { globalTableResource, tableResource } from './resources';
import { TableEncryption } from './table-encryption';
import { tableOperations } from './table-operations';
import { TableStore } from './table-store';
import type { TableStreams } from './table-streams';
import { transactionOperations } from './transaction-operations';

/** DynamoDB: tables, their items and indexes, by expressions. */
export class DynamoDbService implements Service {
  readonly name = 'dynamodb';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly operations: Operations<typeof sdk>;
  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    'AWS::DynamoDB::Table': tableResource,
    'AWS::DynamoDB::GlobalTable': globalTableResource,
  };
  private readonly store: TableStore;
  private readonly encryption: TableEncryption;

  constructor(cloud: Cloud) {
    const store = new TableStore(cloud);
    const encryption = new TableEncryption(cloud);
    const tags = new ResourceTags(cloud.table('dynamodb/tags'), (arn) => {
      if (!store.tryFind(arn))
        throw new AwsError(
          'ResourceNotFoundException',
          `Requested resource not found: ResourceArn: ${arn} not found`,
        );
      return arn as string;
    });
    const usable = (reference: string | undefined) => {
      const table = store.table(reference);
      encryption.check(table.keyId);
      return table;
    };
    this.store = store;
    this.encryption = encryption;
    this.operations = {
      ...tableOperations({ cloud, store, encryption, tags }),
      ...itemOperations(store, usable),
      ...queryOperations(store, usable),
      ...transactionOperations(cloud, store, usable),
    };
  }

  /** The changes of tables, which DynamoDB Streams reads. */
  get streams(): TableStreams {
    return this.store.streams;
  }

  /** What KMS requires of a caller that reads a stream. */
  readPermissions(streamArn: string | undefined): Permission[] {
    return this.encryption.usePermissions(this.store.tryFind(streamArn));
  }

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    return dynamoDbPermissions(this.store, this.encryption, operation, input);
  }
}
