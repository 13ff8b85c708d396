import type { S3DataSource } from '@aws-sdk/client-sagemaker';
import { AwsError, NotImplementedError } from '../../../gateway/aws-error';
import type { Cloud } from '../../../gateway/service';
import { parseS3Uri, type RoleStorage } from '../role-storage';

/**
 * @throws NotImplementedError for anything but all objects below a prefix
 */
export function checkS3Source(where: string, source: S3DataSource | undefined): string {
  if (!source) throw new NotImplementedError(`${where} that does not come from S3`);
  if (source.S3DataType !== 'S3Prefix')
    throw new NotImplementedError(`${where} with S3DataType ${source.S3DataType}`);
  parseS3Uri(source.S3Uri as string);
  return source.S3Uri as string;
}

/** @throws AwsError ValidationException if the role finds nothing there */
export async function checkS3Objects(
  cloud: Cloud,
  storage: RoleStorage,
  roleArn: string,
  uri: string,
): Promise<void> {
  let detail = '';
  try {
    if ((await storage.list(uri)).length > 0) return;
  } catch (error) {
    detail = ` Error message from S3: ${(error as Error).message}`;
  }
  const { bucket } = parseS3Uri(uri);
  throw new AwsError(
    'ValidationException',
    `No S3 objects found under S3 URL "${uri}" given in input data source. Please ensure that the bucket exists in the selected region (${cloud.region}), that objects exist under that S3 prefix, and that the role "${roleArn}" has "s3:ListBucket" permissions on bucket "${bucket}".${detail}`,
  );
}
