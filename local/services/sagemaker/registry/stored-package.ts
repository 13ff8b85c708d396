import type * as sdk from '@aws-sdk/client-sagemaker';

export interface StoredPackageGroup {
  readonly name: string;
  readonly created: Date;
  readonly description?: string | undefined;
  /** The next one; a number is never given twice. */
  readonly nextVersion: number;
}

export type StoredPackage = Omit<sdk.DescribeModelPackageCommandOutput, '$metadata'> & {
  readonly ModelPackageGroupName: string;
  readonly ModelPackageVersion: number;
  readonly ModelPackageArn: string;
  readonly CreationTime: Date;
};
