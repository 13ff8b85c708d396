import type { SSEDescription, SSESpecification } from '@aws-sdk/client-dynamodb';
import type { Cloud, Permission } from '../../gateway/service';
import type { KeyFailure, KmsService } from '../kms/kms-service';
import { invalid } from './errors';
import type { StoredTable } from './table';

const MANAGED_KEY = 'alias/aws/dynamodb';

/** The service model of DynamoDB has no exceptions of KMS. */
const KEY_ERRORS: Readonly<Record<KeyFailure, string>> = {
  NotFoundException: 'AccessDeniedException',
  DisabledException: 'AccessDeniedException',
  KMSInvalidStateException: 'AccessDeniedException',
};

/**
 * The key of a table, with the caller's rights: the creator of a table needs a grant on the key; readers
 * and writers of items decrypt the table's own key with it. Items themselves are kept as they are.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/services-dynamodb.html
 */
export class TableEncryption {
  constructor(private readonly cloud: Cloud) {}

  /** The key that a specification asks for; undefined for the key that DynamoDB owns. */
  keyId(specification: SSESpecification | undefined): string | undefined {
    const { Enabled = false, SSEType, KMSMasterKeyId } = specification ?? {};
    if (!Enabled) {
      if (KMSMasterKeyId)
        throw invalid(
          'One or more parameter values were invalid: KMSMasterKeyId can only be specified if Enabled is true',
        );
      return undefined;
    }
    if (SSEType === 'AES256')
      throw invalid('One or more parameter values were invalid: SSEType AES256 is not supported');
    const keyId = KMSMasterKeyId ?? MANAGED_KEY;
    this.check(keyId);
    return keyId;
  }

  /** @throws AwsError if a table's key cannot be used */
  check(keyId: string | undefined): void {
    if (keyId && keyId !== MANAGED_KEY) this.kms.usableKeyArn(keyId, KEY_ERRORS);
  }

  describe({ keyId }: StoredTable): SSEDescription | undefined {
    if (!keyId) return undefined;
    const arn =
      keyId === MANAGED_KEY ? this.cloud.arn('kms', MANAGED_KEY) : this.kms.usableKeyArn(keyId, KEY_ERRORS);
    return { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: arn };
  }

  /** What KMS requires of a caller that gives a table a key. */
  givePermissions(tableName: string, specification: SSESpecification | undefined): Permission[] {
    const actions = ['DescribeKey', 'CreateGrant', 'GenerateDataKey', 'Decrypt'];
    return this.permissions(actions, tableName, specification?.KMSMasterKeyId);
  }

  /** What KMS requires of a caller that reads or writes items. */
  usePermissions(table: StoredTable | undefined): Permission[] {
    return table ? this.permissions(['Decrypt'], table.name, table.keyId) : [];
  }

  private permissions(
    actions: readonly string[],
    tableName: string,
    keyId: string | undefined,
  ): Permission[] {
    if (!keyId || keyId === MANAGED_KEY) return [];
    const context = {
      'aws:dynamodb:tableName': tableName,
      'aws:dynamodb:subscriberId': this.cloud.account,
    };
    return actions.map((action) =>
      this.kms.permissionFor({ action: `kms:${action}`, keyId, service: 'dynamodb', context }),
    );
  }

  private get kms(): KmsService {
    return this.cloud.service<KmsService>('kms');
  }
}
