import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';

/**
 * Lets somebody read one asset: `Asset.grantRead` grants the whole bucket, with the code of every stack in
 * the account.
 */
export function readAsset(asset: Asset, grantee: IGrantable): void {
  Grant.addToPrincipal({
    grantee,
    actions: ['s3:GetObject'],
    resourceArns: [asset.bucket.arnForObjects(asset.s3ObjectKey)],
  });
}
