import type { Cloud, Permission } from '../../gateway/service';
import type { KeyFailure, KmsService } from '../kms/kms-service';
import type { FunctionVersion } from './stored-function';

/** Exceptions of Lambda's service model. */
const KEY_ERRORS: Readonly<Record<KeyFailure, string>> = {
  NotFoundException: 'KMSNotFoundException',
  DisabledException: 'KMSDisabledException',
  KMSInvalidStateException: 'KMSInvalidStateException',
};

/**
 * What KMS asks of who gives a function the key of its environment variables.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
 */
export function keyPermissions(cloud: Cloud, keyId: string | undefined): Permission[] {
  if (!keyId) return [];
  const kms = cloud.service<KmsService>('kms');
  return ['kms:CreateGrant', 'kms:Encrypt'].map((action) =>
    kms.permissionFor({ action, keyId, service: 'lambda' }),
  );
}

/** @throws AwsError if the key of a function's environment variables cannot be used */
export function checkEnvironmentKey(cloud: Cloud, { kmsKeyArn }: Pick<FunctionVersion, 'kmsKeyArn'>): void {
  if (kmsKeyArn) cloud.service<KmsService>('kms').usableKeyArn(kmsKeyArn, KEY_ERRORS);
}
