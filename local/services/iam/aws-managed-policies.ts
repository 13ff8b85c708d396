import { NotImplementedError } from '../../gateway/aws-error';
import type { PolicyDocument } from '../../gateway/policy';

/**
 * What `AmazonSageMakerFullAccess` grants of the services that run here. Its rights to S3 end at buckets with
 * SageMaker in their name: data elsewhere need a policy of one's own.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/security-iam-awsmanpol.html
 */
const SAGEMAKER_FULL_ACCESS: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sagemaker:*',
      NotResource: [
        'domain',
        'user-profile',
        'app',
        'space',
        'partner-app',
        'flow-definition',
        'training-plan',
        'reserved-capacity',
      ].map((kind) => `arn:aws:sagemaker:*:*:${kind}/*`),
    },
    {
      Effect: 'Allow',
      Action: [
        'application-autoscaling:DeleteScalingPolicy',
        'application-autoscaling:DeleteScheduledAction',
        'application-autoscaling:DeregisterScalableTarget',
        'application-autoscaling:DescribeScalableTargets',
        'application-autoscaling:DescribeScalingActivities',
        'application-autoscaling:DescribeScalingPolicies',
        'application-autoscaling:DescribeScheduledActions',
        'application-autoscaling:PutScalingPolicy',
        'application-autoscaling:PutScheduledAction',
        'application-autoscaling:RegisterScalableTarget',
        'cloudformation:GetTemplateSummary',
        'cloudwatch:DeleteAlarms',
        'cloudwatch:DescribeAlarms',
        'cloudwatch:GetMetricData',
        'cloudwatch:GetMetricStatistics',
        'cloudwatch:ListMetrics',
        'cloudwatch:PutMetricAlarm',
        'cloudwatch:PutMetricData',
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:CreateRepository',
        'ecr:Describe*',
        'ecr:GetAuthorizationToken',
        'ecr:GetDownloadUrlForLayer',
        'iam:ListRoles',
        'kms:DescribeKey',
        'kms:ListAliases',
        'lambda:ListFunctions',
        'logs:CreateLogDelivery',
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:DeleteLogDelivery',
        'logs:Describe*',
        'logs:GetLogDelivery',
        'logs:GetLogEvents',
        'logs:ListLogDeliveries',
        'logs:PutLogEvents',
        'logs:PutResourcePolicy',
        'logs:UpdateLogDelivery',
        'sns:ListTopics',
        'tag:GetResources',
        's3:CreateBucket',
        's3:GetBucketLocation',
        's3:ListBucket',
        's3:ListAllMyBuckets',
        's3:GetBucketCors',
        's3:PutBucketCors',
      ],
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
      Resource: [...withSageMaker('arn:aws:s3:::'), 'arn:aws:s3:::*aws-glue*'],
    },
    {
      Effect: 'Allow',
      Action: ['s3:GetBucketAcl', 's3:PutObjectAcl'],
      Resource: withSageMaker('arn:aws:s3:::'),
    },
    {
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Resource: [
        ...withSageMaker('arn:aws:lambda:*:*:function:'),
        'arn:aws:lambda:*:*:function:*LabelingFunction*',
      ],
    },
    {
      Effect: 'Allow',
      Action: ['sns:Subscribe', 'sns:CreateTopic', 'sns:Publish'],
      Resource: withSageMaker('arn:aws:sns:*:*:'),
    },
    {
      Effect: 'Allow',
      Action: [
        'states:DescribeExecution',
        'states:GetExecutionHistory',
        'states:StartExecution',
        'states:StopExecution',
        'states:UpdateStateMachine',
      ],
      Resource: ['arn:aws:states:*:*:statemachine:*sagemaker*', 'arn:aws:states:*:*:execution:*sagemaker*:*'],
    },
    {
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: 'arn:aws:iam::*:role/*',
      Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    },
  ],
};

/**
 * The policies of AWS's own that are known here, by the end of their ARN. Source: the AWS managed policy
 * reference.
 */
const POLICIES: Readonly<Record<string, PolicyDocument>> = {
  AdministratorAccess: allow('*'),
  AmazonSageMakerFullAccess: SAGEMAKER_FULL_ACCESS,
  ReadOnlyAccess: allow('*:Get*', '*:List*', '*:Describe*', '*:BatchGet*', '*:Lookup*'),
  AWSCloudFormationReadOnlyAccess: allow(
    'cloudformation:BatchDescribe*',
    'cloudformation:Describe*',
    'cloudformation:EstimateTemplateCost',
    'cloudformation:Get*',
    'cloudformation:List*',
    'cloudformation:ValidateTemplate',
    'cloudformation:Detect*',
  ),
  'service-role/AWSLambdaBasicExecutionRole': allow(
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ),
  'service-role/AWSLambdaDynamoDBExecutionRole': allow(
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ),
  'service-role/AWSLambdaKinesisExecutionRole': allow(
    'kinesis:DescribeStream',
    'kinesis:DescribeStreamSummary',
    'kinesis:GetRecords',
    'kinesis:GetShardIterator',
    'kinesis:ListShards',
    'kinesis:ListStreams',
    'kinesis:SubscribeToShard',
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ),
  'service-role/AWSLambdaSQSQueueExecutionRole': allow(
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ),
  'service-role/AWSLambdaVPCAccessExecutionRole': allow(
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ),
};

/**
 * @throws NotImplementedError for a policy that is not in the list
 */
export function awsManagedPolicy(arn: string): PolicyDocument {
  const policy = POLICIES[arn.slice(arn.indexOf(':policy/') + ':policy/'.length)];
  if (!policy) throw new NotImplementedError(`the AWS managed policy ${arn}`);
  return policy;
}

function withSageMaker(prefix: string): string[] {
  return ['SageMaker', 'Sagemaker', 'sagemaker'].map((word) => `${prefix}*${word}*`);
}

function allow(...actions: string[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
}
