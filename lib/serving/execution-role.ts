import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { SourceArchive } from '../artifacts/source-archive';
import type { PipelineContext } from '../runtime/pipeline-context';
import { arn } from '../runtime/pipeline-function';

/** The role of training jobs, batch scoring and endpoints: data in, models and capture out, logs and metrics. */
export function executionRole(
  scope: Construct,
  id: string,
  context: PipelineContext,
  source: SourceArchive,
): Role {
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal('sagemaker.amazonaws.com'),
    description: `Runs training, scoring and serving of the model ${context.pipelineName}`,
  });
  const { bucket } = context;
  source.grantRead(role);
  const allow = (actions: string[], resources: string[]) =>
    role.addToPolicy(new PolicyStatement({ actions, resources }));
  allow(['s3:ListBucket', 's3:GetBucketLocation'], [bucket.bucketArn]);
  const below = (...prefixes: string[]) => prefixes.map((prefix) => bucket.arnForObjects(`${prefix}/*`));
  allow(['s3:GetObject'], below('datasets', 'models', 'checkpoints'));
  allow(['s3:PutObject'], below('datasets', 'models', 'checkpoints', 'capture'));
  allow(
    ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
    [arn(scope, 'logs', 'log-group:/aws/sagemaker/*')],
  );
  allow(['cloudwatch:PutMetricData'], ['*']);
  // The images live in accounts of AWS; a token is not bound to a repository.
  allow(['ecr:GetAuthorizationToken'], ['*']);
  allow(['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'], ['*']);
  return role;
}
