import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  SageMakerClient,
  waitUntilEndpointInService,
} from '@aws-sdk/client-sagemaker';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

// What a team has that deployed its model by hand, by a notebook or by another tool: a bucket, a role, a
// model, an endpoint config and an endpoint. Nothing here knows of a pipeline.
const NAME = 'churn-production';
const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3';

async function createEndpoint(): Promise<void> {
  const { Account } = await new STSClient().send(new GetCallerIdentityCommand({}));
  const Bucket = `${NAME}-models-${Account}`;
  const s3 = new S3Client({ forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket }));
  execFileSync('tar', ['-czf', 'model.tar.gz', '-C', 'model', '.']);
  const Body = readFileSync('model.tar.gz');
  await s3.send(new PutObjectCommand({ Bucket, Key: 'model.tar.gz', Body }));
  const ExecutionRoleArn = await createRole();
  const sageMaker = new SageMakerClient();
  await sageMaker.send(
    new CreateModelCommand({
      ModelName: NAME,
      ExecutionRoleArn,
      PrimaryContainer: {
        Image: IMAGE,
        ModelDataUrl: `s3://${Bucket}/model.tar.gz`,
        Environment: {
          SAGEMAKER_PROGRAM: 'inference.py',
          SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code',
        },
      },
    }),
  );
  await sageMaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: NAME,
      ProductionVariants: [
        { VariantName: 'AllTraffic', ModelName: NAME, InstanceType: 'ml.m5.large', InitialInstanceCount: 1 },
      ],
    }),
  );
  await sageMaker.send(new CreateEndpointCommand({ EndpointName: NAME, EndpointConfigName: NAME }));
  await waitUntilEndpointInService({ client: sageMaker, maxWaitTime: 1_200 }, { EndpointName: NAME });
}

async function createRole(): Promise<string | undefined> {
  const iam = new IAMClient();
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: NAME,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      }),
    }),
  );
  const Action = ['s3:GetObject', 's3:ListBucket', 'logs:*', 'cloudwatch:PutMetricData', 'ecr:*'];
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: NAME,
      PolicyName: 'Serve',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
      }),
    }),
  );
  return Role?.Arn;
}

createEndpoint().then(
  () => console.log(`the endpoint ${NAME} is in service`),
  (error: Error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
