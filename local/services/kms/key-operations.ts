import type * as sdk from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Principal } from '../../gateway/principal';
import type { Cloud, Operations } from '../../gateway/service';
import type { IamService } from '../iam/iam-service';
import { checkState, describeKey, type StoredKey } from './key';
import { checkKeyPolicy, defaultKeyPolicy } from './key-policy';
import { checkKeyUsage, isSigningKeySpec, type LocalKeySpec } from './key-spec';
import type { KeyStore } from './key-store';

const PAGE = 100;
const TAG_PAGE = 50;
const DAY = 86_400_000;
const DEFAULT_WAITING_DAYS = 30;
const DEFAULT_ROTATION_DAYS = 365;

/** Operations on keys themselves: what they are, who may use them, and how long they stay. */
export function keyOperations(cloud: Cloud, store: KeyStore) {
  /** Aliases stand for keys where these are used, not where they are changed. */
  const byId = (keyId: string | undefined): StoredKey => {
    if (!/^alias\/|:alias\//.test(keyId as string)) return store.find(keyId as string);
    throw new AwsError('NotFoundException', `Invalid keyId '${keyId}'`);
  };

  /** A key of the account's own that stays. */
  const changeable = (keyId: string | undefined): StoredKey => {
    const key = byId(keyId);
    checkOwn(key);
    checkState(key, 'change');
    return key;
  };

  /** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html */
  const rotatable = (keyId: string | undefined): StoredKey => {
    const key = changeable(keyId);
    checkState(key, 'use');
    if (!key.pairSpec) return key;
    throw new AwsError('UnsupportedOperationException', `${key.arn} is asymmetric: KMS does not rotate it`);
  };

  const checkPolicy = (policy: string, principal: Principal, isLockoutAccepted: boolean | undefined) =>
    checkKeyPolicy(policy, {
      principal,
      account: cloud.account,
      hasRole: (arn) => cloud.service<IamService>('iam').rolePolicies(arn) !== undefined,
      isLockoutAccepted,
    });

  const operations = {
    CreateKey: (input, { principal }) => {
      const spec = (input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT') as LocalKeySpec;
      checkKeyUsage(spec, input.KeyUsage);
      const policy = input.Policy ?? defaultKeyPolicy(cloud.account);
      if (input.Policy) checkPolicy(policy, principal, input.BypassPolicyLockoutSafetyCheck);
      const tags = Object.fromEntries((input.Tags ?? []).map(({ TagKey, TagValue }) => [TagKey, TagValue]));
      const key = store.add({
        manager: 'CUSTOMER',
        description: input.Description ?? '',
        policy,
        tags,
        pairSpec: isSigningKeySpec(spec) ? spec : undefined,
      });
      return { KeyMetadata: describeKey(key, cloud.account) };
    },

    DescribeKey: (input) => ({ KeyMetadata: describeKey(store.find(input.KeyId as string), cloud.account) }),

    ListKeys: (input) => {
      const { page, nextToken } = paginate(store.all(), input.Limit ?? PAGE, input.Marker);
      const Keys = page.map(({ id, arn }) => ({ KeyId: id, KeyArn: arn }));
      return { Keys, Truncated: nextToken !== undefined, NextMarker: nextToken };
    },

    UpdateKeyDescription: (input) => {
      changeable(input.KeyId).description = input.Description as string;
      return {};
    },

    EnableKey: (input) => {
      changeable(input.KeyId).isEnabled = true;
      return {};
    },

    DisableKey: (input) => {
      changeable(input.KeyId).isEnabled = false;
      return {};
    },

    ScheduleKeyDeletion: (input) => {
      const key = changeable(input.KeyId);
      const days = input.PendingWindowInDays ?? DEFAULT_WAITING_DAYS;
      if (days < 7 || days > 30) {
        throw new AwsError('ValidationException', 'PendingWindowInDays must be between 7 and 30 days');
      }
      key.isEnabled = false;
      key.deletionDate = new Date(cloud.clock.now() + days * DAY);
      return {
        KeyId: key.arn,
        DeletionDate: key.deletionDate,
        KeyState: 'PendingDeletion',
        PendingWindowInDays: days,
      };
    },

    /** The key stays disabled. */
    CancelKeyDeletion: (input) => {
      const key = byId(input.KeyId);
      if (!key.deletionDate) {
        throw new AwsError('KMSInvalidStateException', `${key.arn} is not pending deletion.`);
      }
      delete key.deletionDate;
      return { KeyId: key.arn };
    },

    EnableKeyRotation: (input) => {
      const key = rotatable(input.KeyId);
      const periodDays = input.RotationPeriodInDays ?? key.rotation?.periodDays ?? DEFAULT_ROTATION_DAYS;
      key.rotation = { since: key.rotation?.since ?? cloud.clock.date(), periodDays };
      return {};
    },

    DisableKeyRotation: (input) => {
      delete rotatable(input.KeyId).rotation;
      return {};
    },

    GetKeyRotationStatus: (input) => {
      const { arn, rotation } = byId(input.KeyId);
      if (!rotation) return { KeyId: arn, KeyRotationEnabled: false };
      const period = rotation.periodDays * DAY;
      const passed = Math.floor((cloud.clock.now() - rotation.since.getTime()) / period);
      return {
        KeyId: arn,
        KeyRotationEnabled: true,
        RotationPeriodInDays: rotation.periodDays,
        NextRotationDate: new Date(rotation.since.getTime() + (passed + 1) * period),
      };
    },

    GetKeyPolicy: (input) => ({ Policy: byId(input.KeyId).policy, PolicyName: 'default' }),

    PutKeyPolicy: (input, { principal }) => {
      const key = byId(input.KeyId);
      checkOwn(key);
      checkPolicy(input.Policy as string, principal, input.BypassPolicyLockoutSafetyCheck);
      key.policy = input.Policy as string;
      return {};
    },

    TagResource: (input) => {
      const { tags } = changeable(input.KeyId);
      for (const { TagKey, TagValue } of input.Tags ?? []) tags[TagKey as string] = TagValue as string;
      return {};
    },

    UntagResource: (input) => {
      const { tags } = changeable(input.KeyId);
      for (const name of input.TagKeys ?? []) delete tags[name];
      return {};
    },

    ListResourceTags: (input) => {
      const tags = Object.entries(byId(input.KeyId).tags);
      const { page, nextToken } = paginate(tags, input.Limit ?? TAG_PAGE, input.Marker);
      const Tags = page.map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
      return { Tags, Truncated: nextToken !== undefined, NextMarker: nextToken };
    },
  } satisfies Operations<typeof sdk>;
  return operations;
}

/** A service's key changes only by its service. */
function checkOwn({ manager, arn }: StoredKey): void {
  if (manager === 'CUSTOMER') return;
  throw new AwsError('AccessDeniedException', `${arn} is an AWS managed key, which only its service changes`);
}
