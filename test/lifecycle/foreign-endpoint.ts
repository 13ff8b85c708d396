import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DescribeEndpointCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { IMAGE } from '../local/services/sagemaker-fixture';
import type { CloudProcess } from './cloud-process';

export interface ForeignEndpoint {
  readonly endpointName: string;
  /** Of the role, the model and the endpoint config. */
  readonly name: string;
  readonly bucket: string;
  readonly archive: Uint8Array;
  readonly environment: Record<string, string>;
}

const TEN_MINUTES = 600_000;

/** What a team has that has never heard of this package: an endpoint with two instances, in service. */
export async function createForeignEndpoint(
  cloud: CloudProcess,
  { endpointName, name, bucket, archive, environment }: ForeignEndpoint,
): Promise<void> {
  const { url: endpoint, region, credentials } = cloud;
  const config = { endpoint, region, credentials };
  const iam = new IAMClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const sageMaker = new SageMakerClient(config);
  const trust = [
    { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ];
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify({ Statement: trust }) }),
  );
  const rights = [{ Effect: 'Allow', Action: ['s3:*', 'logs:*', 'ecr:*'], Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Statement: rights });
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'p', PolicyDocument }));
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'job/output/model.tar.gz', Body: archive }));
  await sageMaker.send(
    new CreateModelCommand({
      ModelName: name,
      ExecutionRoleArn: Role?.Arn,
      PrimaryContainer: {
        Image: IMAGE,
        ModelDataUrl: `s3://${bucket}/job/output/model.tar.gz`,
        Environment: environment,
      },
    }),
  );
  await sageMaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [
        {
          VariantName: 'AllTraffic',
          ModelName: name,
          InstanceType: 'ml.c5.large',
          InitialInstanceCount: 2,
        },
      ],
    }),
  );
  await sageMaker.send(new CreateEndpointCommand({ EndpointName: endpointName, EndpointConfigName: name }));
  await cloud.clock.advance(TEN_MINUTES);
  expect(await sageMaker.send(new DescribeEndpointCommand({ EndpointName: endpointName }))).toMatchObject({
    EndpointStatus: 'InService',
  });
}
