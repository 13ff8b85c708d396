import { AnyPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

/**
 * Keeps everybody in the account from writing versions, but the functions whose duty it is. An endpoint loads
 * its version again whenever an instance is added or replaced, when nothing of ours could notice another
 * archive in its place.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html for
 * `aws:PrincipalArn`, which is the role's ARN for what assumed a role
 */
export function denyOtherWriters(bucket: IBucket, writers: readonly IRole[]): void {
  bucket.addToResourcePolicy(
    new PolicyStatement({
      sid: 'OnlyThePipelineWritesVersions',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects('models/*')],
      conditions: {
        ArnNotEquals: { 'aws:PrincipalArn': [...new Set(writers)].map(({ roleArn }) => roleArn) },
      },
    }),
  );
}
