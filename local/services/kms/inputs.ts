import type { ImplementedInputs } from '../../gateway/implemented-inputs';
import { KEY_SPECS } from './key-spec';

export const implementedInputs: ImplementedInputs = {
  CancelKeyDeletion: 'KeyId',
  CreateAlias: 'AliasName TargetKeyId',
  CreateGrant:
    'KeyId GranteePrincipal RetiringPrincipal Operations Constraints (GrantTokens) Name DryRun=false',
  CreateKey:
    `Policy Description KeyUsage=ENCRYPT_DECRYPT|SIGN_VERIFY CustomerMasterKeySpec=${KEY_SPECS.join('|')} ` +
    `KeySpec=${KEY_SPECS.join('|')} ` +
    'Origin=AWS_KMS BypassPolicyLockoutSafetyCheck Tags MultiRegion=false',
  Decrypt:
    'CiphertextBlob EncryptionContext (GrantTokens) KeyId EncryptionAlgorithm=SYMMETRIC_DEFAULT DryRun=false',
  DeleteAlias: 'AliasName',
  DescribeKey: 'KeyId (GrantTokens)',
  DisableKey: 'KeyId',
  DisableKeyRotation: 'KeyId',
  EnableKey: 'KeyId',
  EnableKeyRotation: 'KeyId RotationPeriodInDays',
  Encrypt:
    'KeyId Plaintext EncryptionContext (GrantTokens) EncryptionAlgorithm=SYMMETRIC_DEFAULT DryRun=false',
  GenerateDataKey: 'KeyId EncryptionContext NumberOfBytes KeySpec (GrantTokens) DryRun=false',
  GenerateDataKeyWithoutPlaintext: 'KeyId EncryptionContext KeySpec NumberOfBytes (GrantTokens) DryRun=false',
  GetPublicKey: 'KeyId (GrantTokens)',
  GetKeyPolicy: 'KeyId PolicyName=default',
  GetKeyRotationStatus: 'KeyId',
  ListAliases: 'KeyId Limit Marker',
  ListGrants: 'Limit Marker KeyId GrantId GranteePrincipal',
  ListKeys: 'Limit Marker',
  ListResourceTags: 'KeyId Limit Marker',
  PutKeyPolicy: 'KeyId PolicyName=default Policy BypassPolicyLockoutSafetyCheck',
  ReEncrypt:
    'CiphertextBlob SourceEncryptionContext SourceKeyId DestinationKeyId DestinationEncryptionContext ' +
    'SourceEncryptionAlgorithm=SYMMETRIC_DEFAULT DestinationEncryptionAlgorithm=SYMMETRIC_DEFAULT ' +
    '(GrantTokens) DryRun=false',
  RetireGrant: 'GrantToken KeyId GrantId DryRun=false',
  RevokeGrant: 'KeyId GrantId DryRun=false',
  ScheduleKeyDeletion: 'KeyId PendingWindowInDays',
  Sign: 'KeyId Message MessageType=RAW|DIGEST (GrantTokens) SigningAlgorithm DryRun=false',
  TagResource: 'KeyId Tags',
  UntagResource: 'KeyId TagKeys',
  UpdateAlias: 'AliasName TargetKeyId',
  UpdateKeyDescription: 'KeyId Description',
  Verify: 'KeyId Message MessageType=RAW|DIGEST Signature (GrantTokens) SigningAlgorithm DryRun=false',

  GrantConstraints: 'EncryptionContextSubset EncryptionContextEquals',
  Tag: 'TagKey TagValue',
};
