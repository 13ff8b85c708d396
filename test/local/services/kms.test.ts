import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListAliasesCommand,
  ListGrantsCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { HOUR, ServiceFixture } from './service-fixture';

const ROOT = 'arn:aws:iam::000000000000:root';
const DAY = 24 * HOUR;
const text = (value: string) => Buffer.from(value);

describe('KMS', () => {
  let fixture: ServiceFixture;
  let kms: KMSClient;

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    kms = new KMSClient(fixture.config());
  });
  afterEach(() => fixture.cloud.stop());

  const createKey = async (policy?: readonly object[]) => {
    const Policy = policy && JSON.stringify({ Version: '2012-10-17', Statement: policy });
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy }));
    return { id: KeyMetadata?.KeyId as string, arn: KeyMetadata?.Arn as string };
  };
  const roleClient = async (name: string, ...statements: object[]) =>
    new KMSClient(await fixture.roleConfig(name, statements));
  const encrypt = (client: KMSClient, KeyId: string, EncryptionContext?: Record<string, string>) =>
    client.send(new EncryptCommand({ KeyId, Plaintext: text('secret'), EncryptionContext }));

  test('makes keys, which are found by id, ARN and alias', async () => {
    const { id, arn } = await createKey();
    expect(arn).toBe(`arn:aws:kms:us-east-1:000000000000:key/${id}`);
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/data', TargetKeyId: id }));
    for (const KeyId of [id, arn, 'alias/data', 'arn:aws:kms:us-east-1:000000000000:alias/data']) {
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
      expect(KeyMetadata).toMatchObject({
        KeyId: id,
        KeyState: 'Enabled',
        Enabled: true,
        KeyManager: 'CUSTOMER',
      });
    }
    expect((await kms.send(new ListKeysCommand({}))).Keys).toEqual([{ KeyId: id, KeyArn: arn }]);
    await kms.send(new TagResourceCommand({ KeyId: id, Tags: [{ TagKey: 'a', TagValue: 'b' }] }));
    expect((await kms.send(new ListResourceTagsCommand({ KeyId: id }))).Tags).toEqual([
      { TagKey: 'a', TagValue: 'b' },
    ]);
    const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: id }));
    expect(JSON.parse(Policy as string).Statement).toMatchObject([
      { Principal: { AWS: ROOT }, Action: 'kms:*' },
    ]);
  });

  test.each([
    ['alias/none', 'Alias arn:aws:kms:us-east-1:000000000000:alias/none is not found.'],
    ['fake-key-id', "Invalid keyId 'fake-key-id'"],
    [
      '12345678-1234-1234-1234-123456789012',
      "Key 'arn:aws:kms:us-east-1:000000000000:key/12345678-1234-1234-1234-123456789012' does not exist",
    ],
  ])('says that there is no %s', async (KeyId, message) => {
    await expect(kms.send(new DescribeKeyCommand({ KeyId }))).rejects.toMatchObject({
      name: 'NotFoundException',
      message,
    });
  });

  test('refuses kinds of keys that it does not have, by name', async () => {
    await expect(
      kms.send(new CreateKeyCommand({ KeySpec: 'ML_DSA_44', KeyUsage: 'SIGN_VERIFY' })),
    ).rejects.toThrow(/KeySpec ML_DSA_44 \(only SYMMETRIC_DEFAULT, /);
  });

  test('decrypts what it encrypted, with the same context only', async () => {
    const { id, arn } = await createKey();
    const { CiphertextBlob } = await encrypt(kms, id, { purpose: 'test', tenant: 'x' });
    const decrypt = (EncryptionContext?: Record<string, string>, KeyId?: string) =>
      kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext, KeyId }));
    const { Plaintext, KeyId } = await decrypt({ tenant: 'x', purpose: 'test' });
    expect([Buffer.from(Plaintext as Uint8Array).toString(), KeyId]).toEqual(['secret', arn]);
    await expect(decrypt({ purpose: 'other' })).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    await expect(decrypt()).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    const other = await createKey();
    await expect(decrypt({ tenant: 'x', purpose: 'test' }, other.id)).rejects.toMatchObject({
      name: 'IncorrectKeyException',
    });
    await expect(
      kms.send(new DecryptCommand({ CiphertextBlob: text('no ciphertext') })),
    ).rejects.toMatchObject({
      name: 'InvalidCiphertextException',
    });
  });

  test('makes data keys, and encrypts ciphertexts again under another key', async () => {
    const [first, second] = [await createKey(), await createKey()];
    const { Plaintext, CiphertextBlob } = await kms.send(
      new GenerateDataKeyCommand({ KeyId: first.id, KeySpec: 'AES_256' }),
    );
    expect(Plaintext).toHaveLength(32);
    const {
      CiphertextBlob: again,
      SourceKeyId,
      KeyId,
    } = await kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: second.id }));
    expect([SourceKeyId, KeyId]).toEqual([first.arn, second.arn]);
    await kms.send(new DisableKeyCommand({ KeyId: first.id }));
    const decrypted = await kms.send(new DecryptCommand({ CiphertextBlob: again }));
    expect(Buffer.from(decrypted.Plaintext as Uint8Array)).toEqual(Buffer.from(Plaintext as Uint8Array));
    const without = new GenerateDataKeyWithoutPlaintextCommand({ KeyId: second.id, NumberOfBytes: 24 });
    const { CiphertextBlob: wrapped } = await kms.send(without);
    expect((await kms.send(new DecryptCommand({ CiphertextBlob: wrapped }))).Plaintext).toHaveLength(24);
    await expect(kms.send(new GenerateDataKeyCommand({ KeyId: second.id }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('does not use keys that are disabled or pending deletion, and forgets them after their waiting period', async () => {
    const { id, arn } = await createKey();
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/data', TargetKeyId: id }));
    const { CiphertextBlob } = await encrypt(kms, id);
    await kms.send(new DisableKeyCommand({ KeyId: id }));
    await expect(kms.send(new DecryptCommand({ CiphertextBlob }))).rejects.toMatchObject({
      name: 'DisabledException',
      message: `${arn} is disabled.`,
    });
    await kms.send(new EnableKeyCommand({ KeyId: id }));
    await kms.send(new DecryptCommand({ CiphertextBlob }));

    const schedule = new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays: 7 });
    expect(await kms.send(schedule)).toMatchObject({
      KeyState: 'PendingDeletion',
      DeletionDate: new Date('2026-12-01T10:00:00Z'),
    });
    const unusable = { name: 'KMSInvalidStateException', message: `${arn} is pending deletion.` };
    await expect(encrypt(kms, id)).rejects.toMatchObject(unusable);
    await expect(kms.send(new EnableKeyCommand({ KeyId: id }))).rejects.toMatchObject(unusable);
    await kms.send(new CancelKeyDeletionCommand({ KeyId: id }));
    expect((await kms.send(new DescribeKeyCommand({ KeyId: id }))).KeyMetadata?.KeyState).toBe('Disabled');

    await kms.send(schedule);
    await fixture.advance(7 * DAY);
    await expect(kms.send(new DescribeKeyCommand({ KeyId: id }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    expect((await kms.send(new ListAliasesCommand({}))).Aliases).toEqual([]);
    await expect(
      kms.send(new ScheduleKeyDeletionCommand({ KeyId: (await createKey()).id, PendingWindowInDays: 5 })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('tells when a rotated key rotates next', async () => {
    const { id } = await createKey();
    const status = () => kms.send(new GetKeyRotationStatusCommand({ KeyId: id }));
    expect((await status()).KeyRotationEnabled).toBe(false);
    await kms.send(new EnableKeyRotationCommand({ KeyId: id, RotationPeriodInDays: 90 }));
    await fixture.advance(100 * DAY);
    expect(await status()).toMatchObject({
      KeyRotationEnabled: true,
      RotationPeriodInDays: 90,
      NextRotationDate: new Date('2027-05-23T10:00:00Z'),
    });
  });

  test('moves aliases between keys, and reserves those of AWS', async () => {
    const [first, second] = [await createKey(), await createKey()];
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/data', TargetKeyId: first.id }));
    await kms.send(new UpdateAliasCommand({ AliasName: 'alias/data', TargetKeyId: second.id }));
    const { Aliases } = await kms.send(new ListAliasesCommand({ KeyId: second.id }));
    expect(Aliases).toMatchObject([
      {
        AliasName: 'alias/data',
        AliasArn: 'arn:aws:kms:us-east-1:000000000000:alias/data',
        TargetKeyId: second.id,
      },
    ]);
    await expect(
      kms.send(new CreateAliasCommand({ AliasName: 'alias/data', TargetKeyId: first.id })),
    ).rejects.toMatchObject({ name: 'AlreadyExistsException' });
    await expect(
      kms.send(new CreateAliasCommand({ AliasName: 'alias/aws/mine', TargetKeyId: first.id })),
    ).rejects.toMatchObject({ name: 'InvalidAliasNameException' });
    await kms.send(new DeleteAliasCommand({ AliasName: 'alias/data' }));
    await expect(encrypt(kms, 'alias/data')).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  test('lets IAM policies decide where the key policy names the account, and only there', async () => {
    const allowed = { Effect: 'Allow', Action: 'kms:Encrypt', Resource: '*' };
    const [may, mayNot] = [await roleClient('may', allowed), await roleClient('may-not')];
    const open = await createKey();
    await encrypt(may, open.id);
    await expect(encrypt(mayNot, open.id)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: `User: arn:aws:sts::000000000000:assumed-role/may-not/test is not authorized to perform: kms:Encrypt on resource: ${open.arn} because no identity-based policy allows the kms:Encrypt action`,
    });
    const role = 'arn:aws:iam::000000000000:role/may-not';
    const closed = await createKey([
      { Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'kms:Put*', Resource: '*' },
      { Effect: 'Allow', Principal: { AWS: role }, Action: 'kms:Encrypt', Resource: '*' },
    ]);
    await encrypt(mayNot, closed.id);
    await expect(encrypt(may, closed.id)).rejects.toThrow(
      'because no resource-based policy allows the kms:Encrypt action',
    );
    // Not even the account's own principal may do what a key policy leaves out.
    await expect(encrypt(kms, closed.id)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('refuses policies that lock everybody out, or that name nobody', async () => {
    const { id } = await createKey();
    const put = (statement: object, BypassPolicyLockoutSafetyCheck?: boolean) => {
      const Policy = JSON.stringify({ Statement: [{ Effect: 'Allow', Resource: '*', ...statement }] });
      return kms.send(new PutKeyPolicyCommand({ KeyId: id, Policy, BypassPolicyLockoutSafetyCheck }));
    };
    await expect(put({ Principal: { AWS: ROOT }, Action: 'kms:Encrypt' })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message: 'The new key policy will not allow you to update the key policy in the future.',
    });
    await expect(
      put({ Principal: { AWS: [ROOT, 'arn:aws:iam::000000000000:role/nobody'] }, Action: 'kms:*' }),
    ).rejects.toThrow('Policy contains a statement with one or more invalid principals.');
    await put({ Principal: { AWS: ROOT }, Action: 'kms:Encrypt' }, true);
    await expect(put({ Principal: { AWS: ROOT }, Action: 'kms:*' })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  test('lets grants allow operations with their context, until they are revoked or retired', async () => {
    const { id } = await createKey();
    const granted = await roleClient('granted');
    const grant = async (Constraints?: object, Operations = ['Encrypt', 'RetireGrant']) => {
      const GranteePrincipal = 'arn:aws:iam::000000000000:role/granted';
      const input = { KeyId: id, GranteePrincipal, Operations: Operations as ['Encrypt'], Constraints };
      const { GrantId, GrantToken } = await kms.send(new CreateGrantCommand(input));
      return { GrantId, GrantToken };
    };
    const denied = { name: 'AccessDeniedException' };
    await expect(encrypt(granted, id)).rejects.toMatchObject(denied);

    const { GrantId } = await grant({ EncryptionContextSubset: { tenant: 'x' } });
    await encrypt(granted, id, { tenant: 'x', more: 'y' });
    await expect(encrypt(granted, id, { tenant: 'z' })).rejects.toMatchObject(denied);
    const { Grants } = await kms.send(new ListGrantsCommand({ KeyId: id }));
    expect(Grants).toMatchObject([{ GrantId, Operations: ['Encrypt', 'RetireGrant'] }]);
    await kms.send(new RevokeGrantCommand({ KeyId: id, GrantId }));
    await expect(encrypt(granted, id, { tenant: 'x' })).rejects.toMatchObject(denied);

    const { GrantToken } = await grant({ EncryptionContextEquals: { tenant: 'x' } });
    await encrypt(granted, id, { tenant: 'x' });
    await expect(encrypt(granted, id, { tenant: 'x', more: 'y' })).rejects.toMatchObject(denied);
    await granted.send(new RetireGrantCommand({ GrantToken }));
    await expect(encrypt(granted, id, { tenant: 'x' })).rejects.toMatchObject(denied);
  });

  test('has keys of AWS for services, which only these use', async () => {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/s3' }));
    expect(KeyMetadata).toMatchObject({ KeyManager: 'AWS' });
    await expect(encrypt(kms, 'alias/aws/s3')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(
      kms.send(new ScheduleKeyDeletionCommand({ KeyId: KeyMetadata?.KeyId })),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
