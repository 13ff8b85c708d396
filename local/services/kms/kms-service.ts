import * as sdk from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import type { PolicyDocument } from '../../gateway/policy';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { parsePolicy } from '../policy-text';
import { aliasOperations } from './alias-operations';
import { type EncryptionContext, keyIdOf } from './ciphertext';
import { cryptographicOperations } from './cryptographic-operations';
import { grantStatements } from './grant';
import { grantOperations, retired } from './grant-operations';
import { implementedInputs } from './inputs';
import { checkState, checkUsage } from './key';
import { keyOperations } from './key-operations';
import { KeyStore } from './key-store';
import { aliasResource, keyResource } from './resources';
import { signingOperations } from './signing-operations';

/** Operations that belong to the account and not to a key. */
const WITHOUT_RESOURCE = ['CreateKey', 'ListAliases', 'ListKeys'];

/** Why a key cannot be used, in KMS's own codes. */
export type KeyFailure = 'NotFoundException' | 'DisabledException' | 'KMSInvalidStateException';

/** What another service does with a key on behalf of its caller. */
export interface KeyUse {
  /** e.g. `kms:Decrypt` */
  readonly action: string;
  /** Id or ARN of the key or of an alias. */
  readonly keyId: string;
  /** As in the service's endpoint, e.g. `s3`. */
  readonly service: string;
  readonly context?: EncryptionContext;
}

/** KMS: symmetric keys, and pairs of keys for signatures, with key policies and grants. */
export class KmsService implements Service {
  readonly name = 'kms';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly operations: Operations<typeof sdk>;
  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    'AWS::KMS::Key': keyResource,
    'AWS::KMS::Alias': aliasResource,
  };
  private readonly store: KeyStore;

  constructor(private readonly cloud: Cloud) {
    this.store = new KeyStore(cloud);
    this.operations = {
      ...keyOperations(cloud, this.store),
      ...aliasOperations(cloud, this.store),
      ...grantOperations(cloud, this.store),
      ...cryptographicOperations(this.store),
      ...signingOperations(this.store),
    };
  }

  /** @see https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html */
  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const action = `kms:${operation}`;
    if (WITHOUT_RESOURCE.includes(operation)) return [{ action, resource: '*' }];
    const on = (keyId: unknown, what = action, context?: unknown): Permission => ({
      action: what,
      resource: this.keyArn(keyId as string),
      context: this.conditionKeys(context as EncryptionContext | undefined),
    });
    if (operation.endsWith('Alias')) return this.aliasPermissions(action, input, on);
    if (operation === 'RetireGrant') return [on(retired(this.store, input)[0].id)];
    const ciphertext = input.CiphertextBlob as Uint8Array | undefined;
    if (operation === 'ReEncrypt') {
      return [
        on(keyIdOf(ciphertext as Uint8Array), 'kms:ReEncryptFrom', input.SourceEncryptionContext),
        on(input.DestinationKeyId, 'kms:ReEncryptTo', input.DestinationEncryptionContext),
      ];
    }
    const permission = on(ciphertext ? keyIdOf(ciphertext) : input.KeyId, action, input.EncryptionContext);
    return [{ ...permission, context: { ...permission.context, ...signingKeys(input) } }];
  }

  /** The key policy of a key, and what its grants allow. */
  resourcePolicy(arn: string): PolicyDocument | undefined {
    const key = this.store.tryFind(arn);
    const policy = key && parsePolicy(key.policy);
    if (!policy) return undefined;
    const statements = [policy.Statement].flat() as Extract<PolicyDocument['Statement'], readonly unknown[]>;
    return { ...policy, Statement: [...statements, ...key.grants.flatMap(grantStatements)] };
  }

  /** What a caller must be allowed so that a service can use a key on its behalf. */
  permissionFor({ action, keyId, service, context }: KeyUse): Permission {
    return {
      action,
      resource: this.keyArn(keyId),
      context: {
        ...this.conditionKeys(context),
        'kms:ViaService': `${service}.${this.cloud.region}.amazonaws.com`,
      },
    };
  }

  /**
   * The ARN of a symmetric key that can be used now.
   *
   * @param codes the codes with which a service answers for those of KMS
   * @throws AwsError if there is no such key, or it is disabled or pending deletion
   */
  usableKeyArn(keyId: string, codes?: Readonly<Record<KeyFailure, string>>): string {
    try {
      const key = this.store.find(keyId);
      checkState(key, 'use');
      return checkUsage(key, 'ENCRYPT_DECRYPT', 'GenerateDataKey').arn;
    } catch (error) {
      const { code, message } = error as AwsError;
      throw new AwsError(codes?.[code as KeyFailure] ?? code, message);
    }
  }

  /** Needs a permission on the alias, by IAM policies, and one on each key that it is given or taken from. */
  private aliasPermissions(
    action: string,
    input: Record<string, unknown>,
    on: (keyId: unknown) => Permission,
  ): Permission[] {
    const name = input.AliasName as string;
    const current = this.store.tryFindAlias(name)?.keyId;
    const keys = [input.TargetKeyId, action === 'kms:CreateAlias' ? undefined : current];
    return [
      { action, resource: this.store.aliasArn(name) },
      ...keys.filter((keyId) => keyId !== undefined).map((keyId) => on(keyId)),
    ];
  }

  /** Of a key that does not exist, the ARN that it would have: the operation then says so. */
  private keyArn(keyId: string): string {
    const name = keyId
      .split(':')
      .pop()
      ?.replace(/^key\//, '');
    return this.store.tryFind(keyId)?.arn ?? this.cloud.arn('kms', `key/${name}`);
  }

  /** @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html */
  private conditionKeys(context: EncryptionContext = {}): Record<string, string | string[]> {
    const pairs = Object.entries(context);
    return {
      'kms:CallerAccount': this.cloud.account,
      ...(pairs.length > 0 && { 'kms:EncryptionContextKeys': pairs.map(([name]) => name) }),
      ...Object.fromEntries(pairs.map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
    };
  }
}

/** Condition keys of Sign and Verify. */
function signingKeys({ SigningAlgorithm, MessageType }: Record<string, unknown>): Record<string, string> {
  return {
    ...(SigningAlgorithm !== undefined && { 'kms:SigningAlgorithm': SigningAlgorithm as string }),
    ...(MessageType !== undefined && { 'kms:MessageType': MessageType as string }),
  };
}
