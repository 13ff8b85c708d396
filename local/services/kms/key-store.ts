import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';
import type { StoredKey } from './key';
import { managedKeyPolicy } from './key-policy';
import { keyPairOptions, type SigningKeySpec } from './key-spec';

export interface StoredAlias {
  /** `alias/...` */
  readonly name: string;
  keyId: string;
  readonly created: Date;
  updated: Date;
}

/** Services of the local cloud that have a key of their own in an account, made when it is first used. */
const MANAGED = ['ebs', 'ecr', 'kinesis', 'lambda', 's3', 'sns', 'sqs', 'ssm'];

const MATERIAL_BYTES = 32;

/** The keys and aliases of the account. */
export class KeyStore {
  private readonly keys: Map<string, StoredKey>;
  private readonly aliases: Map<string, StoredAlias>;

  constructor(private readonly cloud: Cloud) {
    this.keys = cloud.table('kms/keys');
    this.aliases = cloud.table('kms/aliases');
  }

  add(settings: Pick<StoredKey, 'manager' | 'description' | 'policy' | 'tags' | 'pairSpec'>): StoredKey {
    const id = this.cloud.uuid();
    const key: StoredKey = {
      ...settings,
      id,
      arn: this.cloud.arn('kms', `key/${id}`),
      created: this.cloud.clock.date(),
      material: settings.pairSpec ? privateKeyOf(settings.pairSpec) : randomBytes(MATERIAL_BYTES),
      isEnabled: true,
      grants: [],
    };
    this.keys.set(id, key);
    return key;
  }

  addAlias(name: string, keyId: string): void {
    const now = this.cloud.clock.date();
    this.aliases.set(name, { name, keyId, created: now, updated: now });
  }

  deleteAlias(name: string): void {
    this.aliases.delete(name);
  }

  all(): StoredKey[] {
    this.deleteDue();
    return [...this.keys.values()];
  }

  allAliases(): StoredAlias[] {
    this.deleteDue();
    return [...this.aliases.values()];
  }

  tryFindAlias(name: string): StoredAlias | undefined {
    this.deleteDue();
    return this.aliases.get(name);
  }

  aliasArn(name: string): string {
    return this.cloud.arn('kms', name);
  }

  /** By id or ARN, of the key or of an alias. */
  tryFind(keyId: string): StoredKey | undefined {
    this.deleteDue();
    const name = keyId.replace(this.cloud.arn('kms', ''), '').replace(/^key\//, '');
    if (!name.startsWith('alias/')) return this.keys.get(name);
    return this.keys.get(this.aliases.get(name)?.keyId ?? '') ?? this.managedKey(name);
  }

  /** @throws AwsError `NotFoundException` */
  find(keyId: string): StoredKey {
    const key = this.tryFind(keyId);
    if (key) return key;
    const name = keyId.split(':').pop() as string;
    if (name.startsWith('alias/')) throw notFound(`Alias ${this.aliasArn(name)} is not found.`);
    const id = name.replace(/^key\//, '');
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw notFound(`Invalid keyId '${keyId}'`);
    throw notFound(
      `Key '${keyId.startsWith('arn:') ? keyId : this.cloud.arn('kms', `key/${id}`)}' does not exist`,
    );
  }

  private managedKey(alias: string): StoredKey | undefined {
    const service = alias.replace('alias/aws/', '');
    if (!MANAGED.includes(service)) return undefined;
    const key = this.add({
      manager: 'AWS',
      description: `Default key that protects my ${service} data when no other key is defined`,
      policy: managedKeyPolicy(service, this.cloud.region, this.cloud.account),
      tags: {},
    });
    this.addAlias(alias, key.id);
    return key;
  }

  /** The waiting period ends between two requests. */
  private deleteDue(): void {
    const now = this.cloud.clock.now();
    for (const { id, deletionDate } of this.keys.values()) {
      if (!deletionDate || deletionDate.getTime() > now) continue;
      this.keys.delete(id);
      for (const { name, keyId } of this.aliases.values()) if (keyId === id) this.aliases.delete(name);
    }
  }
}

function privateKeyOf(spec: SigningKeySpec): Buffer {
  const options = keyPairOptions(spec);
  const { privateKey }: { privateKey: KeyObject } =
    'curve' in options
      ? generateKeyPairSync('ec', { namedCurve: options.curve })
      : generateKeyPairSync('rsa', options);
  return privateKey.export({ format: 'der', type: 'pkcs8' });
}

function notFound(message: string): AwsError {
  return new AwsError('NotFoundException', message);
}
