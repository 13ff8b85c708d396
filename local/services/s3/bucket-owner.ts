import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { Operations } from '../../gateway/service';

/**
 * Lets each operation do its work only if the bucket's owner, this account, is the one that its caller
 * expects.
 */
export function forExpectedOwner(
  account: string,
  operations: Operations<typeof sdk>,
): Operations<typeof sdk> {
  const checked = Object.entries(operations).map(([name, operation]) => [
    name,
    (input: Record<string, unknown>, context: never) => {
      checkOwner(account, input.ExpectedBucketOwner);
      checkOwner(account, input.ExpectedSourceBucketOwner);
      return (operation as (input: object, context: never) => unknown)(input, context);
    },
  ]);
  return Object.fromEntries(checked) as Operations<typeof sdk>;
}

function checkOwner(account: string, expected: unknown): void {
  if (expected === undefined || expected === account) return;
  if (!/^\d{12}$/.test(String(expected))) {
    // As LocalStack recorded it on AWS (`tests/aws/services/s3/test_s3.snapshot.json`).
    throw new AwsError(
      'InvalidBucketOwnerAWSAccountID',
      `The value of the expected bucket owner parameter must be an AWS Account ID... [${expected}]`,
    );
  }
  throw new AwsError('AccessDenied', 'Access Denied', { status: 403 });
}
