import { type IPrincipal, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { allowEncrypted, allowEncryptedVolumes } from '../platform/encryption';
import { allowNetworkOfJobs } from '../platform/network';
import { AddedPermissions } from './added-permissions';
import { arn } from './arn';
import type { FunctionContext } from './part-context';
import { ServiceRole } from './service-role';

export interface SageMakerRoleProps {
  readonly context: FunctionContext;
  /**
   * A role to use.
   * @default - a new one
   */
  readonly role?: IRole;
  readonly description: string;
  /** SageMaker's name of what runs, in its log groups: `TrainingJobs`, `TransformJobs` or `Endpoints`. */
  readonly kind: string;
  /** Patterns of the bucket's keys that it reads. */
  readonly reads: readonly string[];
  /** Patterns of the bucket's keys that it writes. */
  readonly writes: readonly string[];
  /**
   * ARNs of the topics that it publishes to.
   * @default - none
   */
  readonly publishes?: readonly string[];
  /** ARNs of the ECR repositories that it pulls images from. */
  readonly repositories: readonly string[];
}

/**
 * A role that containers run with, and the user's scripts in them: what SageMaker's developer guide, "How to
 * use SageMaker AI execution roles", lists for a job or a model, on this pipeline's own data, logs and
 * metrics.
 */
export function sageMakerRole(scope: Construct, id: string, props: SageMakerRoleProps): IRole {
  const { context, kind } = props;
  const { bucket } = context;
  const role = props.role ?? new ServiceRole(scope, id, 'sagemaker.amazonaws.com', props.description);
  const principal: IPrincipal = props.role ? new AddedPermissions(scope, `${id}Policy`, props.role) : role;
  allowEncrypted(principal, context);
  allowEncryptedVolumes(principal, context.platform);
  if (context.platform.network) allowNetworkOfJobs(principal);
  const allow = (actions: string[], resources: string[], conditions?: Record<string, unknown>) =>
    principal.addToPrincipalPolicy(new PolicyStatement({ actions, resources, conditions }));
  const objects = (patterns: readonly string[]) => patterns.map((pattern) => bucket.arnForObjects(pattern));
  // Names of objects tell little; with a condition on prefixes, calls that SageMaker makes without one would
  // fail.
  allow(['s3:ListBucket', 's3:GetBucketLocation'], [bucket.bucketArn]);
  allow(['s3:GetObject'], objects(props.reads));
  allow(['s3:PutObject'], objects(props.writes));
  if (props.publishes?.length) allow(['sns:Publish'], [...props.publishes]);
  allow(
    ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
    [arn(scope, 'logs', `log-group:/aws/sagemaker/${kind}*`)],
  );
  // SageMaker's own namespaces of instances: `/aws/sagemaker/TrainingJobs`, `/aws/sagemaker/TransformJobs`
  // and `/aws/sagemaker/Endpoints`. Requests, which alarms and evaluations read, are in `AWS/SageMaker`.
  // https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
  allow(['cloudwatch:PutMetricData'], ['*'], {
    StringLike: { 'cloudwatch:namespace': '/aws/sagemaker/*' },
  });
  // A token is not bound to a repository.
  allow(['ecr:GetAuthorizationToken'], ['*']);
  if (props.repositories.length > 0) {
    allow(
      ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
      [...props.repositories],
    );
  }
  return role;
}
