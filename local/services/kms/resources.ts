import { isDeepStrictEqual } from 'node:util';
import { NotImplementedError } from '../../gateway/aws-error';
import type { ResourceContext, ResourceProvider, TemplateProperties } from '../../gateway/service';
import { tagChanges } from '../template-tags';
import { KEY_SPECS } from './key-spec';

/** The only values with which the local cloud makes a key. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  KeySpec: KEY_SPECS,
  KeyUsage: ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'],
  MultiRegion: ['false'],
  Origin: ['AWS_KMS'],
};

/** AWS::KMS::Key */
export const keyResource: ResourceProvider = {
  properties: [
    'BypassPolicyLockoutSafetyCheck',
    'Description',
    'EnableKeyRotation',
    'Enabled',
    'KeyPolicy',
    'PendingWindowInDays',
    'RotationPeriodInDays',
    'Tags',
    ...Object.keys(KINDS),
  ],
  createOnly: Object.keys(KINDS),

  async create(properties, context) {
    for (const [name, values] of Object.entries(KINDS)) {
      const given = properties[name];
      if (given !== undefined && !values.includes(String(given)))
        throw new NotImplementedError(`${name} ${given} of AWS::KMS::Key (only ${values.join(', ')})`);
    }
    const { KeyMetadata } = await context.call<{ KeyMetadata: { KeyId: string } }>('kms', 'CreateKey', {
      Policy: properties.KeyPolicy && JSON.stringify(properties.KeyPolicy),
      Description: properties.Description,
      KeySpec: properties.KeySpec,
      KeyUsage: properties.KeyUsage,
      BypassPolicyLockoutSafetyCheck: isTrue(properties.BypassPolicyLockoutSafetyCheck),
      Tags: tagsOf(properties),
    });
    try {
      await configure(KeyMetadata.KeyId, properties, {}, context);
    } catch (error) {
      await context.call('kms', 'ScheduleKeyDeletion', { KeyId: KeyMetadata.KeyId });
      throw error;
    }
    return keyState(KeyMetadata.KeyId, context);
  },

  async update(KeyId, properties, previous, context) {
    const call = (operation: string, input: object) => context.call('kms', operation, { KeyId, ...input });
    if (properties.KeyPolicy && !isDeepStrictEqual(properties.KeyPolicy, previous.KeyPolicy)) {
      await call('PutKeyPolicy', {
        Policy: JSON.stringify(properties.KeyPolicy),
        BypassPolicyLockoutSafetyCheck: isTrue(properties.BypassPolicyLockoutSafetyCheck),
      });
    }
    if (properties.Description !== previous.Description)
      await call('UpdateKeyDescription', { Description: properties.Description ?? '' });
    const kept = tagsOf(properties);
    const { removed: TagKeys } = tagChanges(properties, previous);
    if (TagKeys.length > 0) await call('UntagResource', { TagKeys });
    if (kept.length > 0) await call('TagResource', { Tags: kept });
    await configure(KeyId, properties, previous, context);
    return keyState(KeyId, context);
  },

  async delete(KeyId, { PendingWindowInDays }, context) {
    await context
      .call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: number(PendingWindowInDays) })
      .catch((error: Error) => {
        // Its deletion is scheduled already, or has happened.
        if (!['KMSInvalidStateException', 'NotFoundException'].includes(error.name)) throw error;
      });
  },
};

/**
 * What a key is not given by CreateKey. A disabled key's rotation cannot change: it is enabled before, and
 * disabled after.
 */
async function configure(
  KeyId: string,
  properties: TemplateProperties,
  previous: TemplateProperties,
  context: ResourceContext,
): Promise<void> {
  const call = (operation: string, input: object = {}) => context.call('kms', operation, { KeyId, ...input });
  const isEnabled = properties.Enabled === undefined || isTrue(properties.Enabled);
  const wasEnabled = previous.Enabled === undefined || isTrue(previous.Enabled);
  const rotation = ({ EnableKeyRotation, RotationPeriodInDays }: TemplateProperties) => [
    isTrue(EnableKeyRotation),
    number(RotationPeriodInDays),
  ];
  const changesRotation = !isDeepStrictEqual(rotation(properties), rotation(previous));
  if (!wasEnabled && (isEnabled || changesRotation)) await call('EnableKey');
  if (changesRotation) {
    const [isRotated, RotationPeriodInDays] = rotation(properties);
    await (isRotated ? call('EnableKeyRotation', { RotationPeriodInDays }) : call('DisableKeyRotation'));
  }
  if (!isEnabled && (wasEnabled || changesRotation)) await call('DisableKey');
}

async function keyState(KeyId: string, context: ResourceContext) {
  const { KeyMetadata } = await context.call<{ KeyMetadata: { Arn: string } }>('kms', 'DescribeKey', {
    KeyId,
  });
  return { physicalId: KeyId, attributes: { Arn: KeyMetadata.Arn, KeyId } };
}

function tagsOf({ Tags = [] }: TemplateProperties): { TagKey: string; TagValue: string }[] {
  return (Tags as TemplateProperties[]).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value }));
}

function isTrue(value: unknown): boolean {
  return String(value) === 'true';
}

function number(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/** AWS::KMS::Alias */
export const aliasResource: ResourceProvider = {
  properties: ['AliasName', 'TargetKeyId'],
  createOnly: ['AliasName'],

  async create({ AliasName, TargetKeyId }, context) {
    await context.call('kms', 'CreateAlias', { AliasName, TargetKeyId });
    return { physicalId: AliasName };
  },

  async update(AliasName, { TargetKeyId }, _previous, context) {
    await context.call('kms', 'UpdateAlias', { AliasName, TargetKeyId });
    return { physicalId: AliasName };
  },

  async delete(AliasName, _properties, context) {
    await context.call('kms', 'DeleteAlias', { AliasName }).catch((error: Error) => {
      if (error.name !== 'NotFoundException') throw error;
    });
  },
};
