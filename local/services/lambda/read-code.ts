import { AwsError } from '../../gateway/aws-error';
import type { Principal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';

/** A zip file as callers give it. */
export interface CodeInput {
  readonly ZipFile?: Uint8Array | undefined;
  readonly S3Bucket?: string | undefined;
  readonly S3Key?: string | undefined;
  readonly S3ObjectVersion?: string | undefined;
}

/**
 * The zip file's bytes, read with the caller's own rights.
 *
 * @throws AwsError InvalidParameterValueException if there is none
 */
export async function readCode(cloud: Cloud, input: CodeInput, principal: Principal): Promise<Uint8Array> {
  if (input.ZipFile) return input.ZipFile;
  const { S3Bucket, S3Key, S3ObjectVersion } = input;
  if (!S3Bucket || !S3Key) {
    throw new AwsError('InvalidParameterValueException', 'Please provide a source for function code.');
  }
  try {
    const { Body } = await cloud.call<{ Body: Uint8Array }>(
      's3',
      'GetObject',
      { Bucket: S3Bucket, Key: S3Key, ...(S3ObjectVersion && { VersionId: S3ObjectVersion }) },
      principal,
    );
    return Body;
  } catch (error) {
    const { name, message } = error as Error;
    throw new AwsError(
      name === 'AccessDenied' ? 'AccessDeniedException' : 'InvalidParameterValueException',
      `Error occurred while GetObject. S3 Error Code: ${name}. S3 Error Message: ${message}`,
    );
  }
}
