import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetBucketEncryptionCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  SecurityGroup,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { LocalCloud } from '../../local/local-cloud';
import type { CloudFormationService } from '../../local/services/cloudformation/cloudformation-service';
import { CdkCli } from './cdk-cli';

/** A stack of people who have a network and keys of their own; it names no environment. */
function ownNetwork(app: App): void {
  const stack = new Stack(app, 'Network');
  const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
  vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 });
  vpc.addInterfaceEndpoint('Runtime', { service: InterfaceVpcEndpointAwsService.SAGEMAKER_RUNTIME });
  const group = new SecurityGroup(stack, 'Group', { vpc });
  const encryptionKey = new Key(stack, 'Key', { enableKeyRotation: true, alias: 'data' });
  const bucket = new Bucket(stack, 'Bucket', {
    encryption: BucketEncryption.KMS,
    encryptionKey,
    bucketKeyEnabled: true,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  new CfnOutput(stack, 'BucketName', { value: bucket.bucketName });
  new CfnOutput(stack, 'KeyArn', { value: encryptionKey.keyArn });
  new CfnOutput(stack, 'GroupId', { value: group.securityGroupId });
}

describe('a stack with a VPC, a key and a bucket of its own', () => {
  const cloud = new LocalCloud({ inert: ['AWS::EC2::*'] });
  const cdk = new CdkCli(cloud);
  const outputs = async () => {
    const { Stacks } = await new CloudFormationClient(cloud.clientConfig).send(
      new DescribeStacksCommand({ StackName: 'Network' }),
    );
    return Object.fromEntries((Stacks?.[0]?.Outputs ?? []).map((one) => [one.OutputKey, one.OutputValue]));
  };

  beforeAll(async () => {
    await cloud.start();
    await cdk.bootstrap();
  });

  afterAll(async () => {
    await cloud.stop();
    cdk.remove();
  });

  test('is deployed by the unmodified CDK CLI, and its key protects the bucket', async () => {
    const { code, output } = await cdk.deploy(ownNetwork);
    expect(output).toContain('Network.GroupId = sg-');
    expect(code).toBe(0);
    const inert = cloud.service<CloudFormationService>('cloudformation').inertResources();
    expect(inert).toMatchObject({ 'AWS::EC2::VPC': 1, 'AWS::EC2::Subnet': 4, 'AWS::EC2::NatGateway': 1 });

    const { BucketName: Bucket, KeyArn } = await outputs();
    const s3 = new S3Client(cloud.clientConfig);
    const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(ServerSideEncryptionConfiguration?.Rules).toMatchObject([
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KeyArn },
        BucketKeyEnabled: true,
      },
    ]);
    const object = { Bucket, Key: 'k' };
    expect(await s3.send(new PutObjectCommand({ ...object, Body: 'x' }))).toMatchObject({
      SSEKMSKeyId: KeyArn,
    });
    await new KMSClient(cloud.clientConfig).send(new DisableKeyCommand({ KeyId: KeyArn }));
    await expect(s3.send(new GetObjectCommand(object))).rejects.toMatchObject({
      name: 'KMS.DisabledException',
    });
  });

  test('changes nothing when it is deployed again', async () => {
    expect((await cdk.deploy(ownNetwork)).output).toContain('Network (no changes)');
  });
});
