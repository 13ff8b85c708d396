import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  ListBucketsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type App, CfnOutput, CfnResource, type Environment, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { LocalCloud } from '../../local/local-cloud';
import { CdkCli } from './cdk-cli';

const defaultEnv = { account: '000000000000', region: 'us-east-1' };

interface Wishes {
  readonly env?: Environment;
  readonly versioned?: boolean;
  readonly roleName?: string;
  readonly extra?: (stack: Stack) => void;
}

function notes({ env = defaultEnv, versioned = false, roleName, extra }: Wishes = {}) {
  return (app: App) => {
    const stack = new Stack(app, 'Notes', { env });
    const bucket = new Bucket(stack, 'Bucket', { versioned, removalPolicy: RemovalPolicy.DESTROY });
    const role = new Role(stack, 'Reader', {
      roleName,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects('*')] }),
    );
    new StringParameter(stack, 'Name', { parameterName: '/notes/bucket', stringValue: bucket.bucketName });
    new CfnOutput(stack, 'BucketName', { value: bucket.bucketName });
    extra?.(stack);
  };
}

describe('the CDK CLI against the local cloud', () => {
  const cloud = new LocalCloud();
  const cdk = new CdkCli(cloud);
  const config = () => cloud.clientConfig;

  beforeAll(async () => {
    await cloud.start();
    expect((await cdk.bootstrap()).output).toContain('bootstrapped');
  });

  afterAll(async () => {
    await cloud.stop();
    cdk.remove();
  });

  const stack = async () => {
    const { Stacks } = await new CloudFormationClient(config()).send(
      new DescribeStacksCommand({ StackName: 'Notes' }),
    );
    return Stacks?.[0];
  };

  const bucketName = async () => (await stack())?.Outputs?.[0]?.OutputValue as string;

  const versioning = async () =>
    (await new S3Client(config()).send(new GetBucketVersioningCommand({ Bucket: await bucketName() })))
      .Status;

  test('bootstraps again without a change', async () => {
    const { code, output } = await cdk.bootstrap();
    expect(output).toContain('bootstrapped (no changes)');
    expect(code).toBe(0);
  });

  test('deploys a stack whose resources are really there', async () => {
    const { code, output } = await cdk.deploy(notes());
    expect(output).toContain('Notes.BucketName = ');
    expect(code).toBe(0);
    const { Parameter } = await new SSMClient(config()).send(
      new GetParameterCommand({ Name: '/notes/bucket' }),
    );
    expect(Parameter?.Value).toBe(await bucketName());
    expect(await versioning()).toBeUndefined();
  });

  test('sees nothing to do when nothing has changed', async () => {
    const { code, output } = await cdk.deploy(notes());
    expect(output).toContain('Notes (no changes)');
    expect(code).toBe(0);
    expect((await cdk.diff(notes())).output).toContain('Number of stacks with differences: 0');
  });

  test('shows a change in diff, and applies it to the same bucket', async () => {
    const before = await bucketName();
    const { output } = await cdk.diff(notes({ versioned: true }));
    expect(output).toContain('VersioningConfiguration');
    expect(await versioning()).toBeUndefined();
    expect(await cdk.deploy(notes({ versioned: true }))).toMatchObject({ code: 0 });
    expect(await versioning()).toBe('Enabled');
    expect(await bucketName()).toBe(before);
  });

  test('replaces a resource whose name changes, and deletes the old one', async () => {
    await cdk.deploy(notes({ versioned: true, roleName: 'reader-one' }));
    await cdk.deploy(notes({ versioned: true, roleName: 'reader-two' }));
    const iam = new IAMClient(config());
    await expect(iam.send(new GetRoleCommand({ RoleName: 'reader-two' }))).resolves.toBeDefined();
    await expect(iam.send(new GetRoleCommand({ RoleName: 'reader-one' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });

  test('rolls back a deployment that fails, and says why', async () => {
    const { code, output } = await cdk.deploy(
      notes({
        versioned: false,
        roleName: 'reader-two',
        extra: (scope) => {
          new StringParameter(scope, 'Taken', { parameterName: '/notes/bucket', stringValue: 'x' });
        },
      }),
    );
    expect(code).not.toBe(0);
    expect(output).toMatch(/CREATE_FAILED .* AWS::SSM::Parameter .*The parameter already exists/);
    expect((await stack())?.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await versioning()).toBe('Enabled');
  });

  test('refuses a resource type that is not implemented by its name, before it touches anything', async () => {
    const { code, output } = await cdk.deploy(
      notes({
        extra: (scope) => {
          new CfnResource(scope, 'Thing', { type: 'AWS::Braket::QuantumTask', properties: {} });
        },
      }),
    );
    expect(code).not.toBe(0);
    expect(output).toContain('AWS::Braket::QuantumTask');
    expect(await versioning()).toBe('Enabled');
  });

  test('destroys everything it made', async () => {
    expect(await cdk.destroy(notes())).toMatchObject({ code: 0 });
    await expect(stack()).rejects.toThrow('Stack with id Notes does not exist');
    const { Buckets = [] } = await new S3Client(config()).send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).toEqual([expect.stringMatching(/^cdk-hnb659fds-assets-/)]);
    const ssm = new SSMClient(config());
    await expect(ssm.send(new GetParameterCommand({ Name: '/notes/bucket' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
  });
});

describe('the CDK CLI against a local cloud of another region and account', () => {
  const env = { account: '123456789012', region: 'eu-west-1' };
  const cloud = new LocalCloud(env);
  const cdk = new CdkCli(cloud);
  const buckets = async () => {
    const s3 = new S3Client(cloud.clientConfig);
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    return Promise.all(
      Buckets.map(async ({ Name }) => [
        Name,
        (await s3.send(new GetBucketLocationCommand({ Bucket: Name }))).LocationConstraint,
      ]),
    );
  };

  beforeAll(() => cloud.start());

  afterAll(async () => {
    await cloud.stop();
    cdk.remove();
  });

  test('fails to bootstrap a region that is not served, says how to serve it, and makes nothing', async () => {
    const { code, output } = await cdk.bootstrap('eu-central-1');
    expect(code).not.toBe(0);
    expect(output).toContain('this local cloud serves eu-west-1 alone');
    expect(output).toContain('--region eu-central-1');
    expect(await buckets()).toEqual([]);
  });

  test('bootstraps and deploys into them', async () => {
    expect((await cdk.bootstrap()).output).toContain('Environment aws://123456789012/eu-west-1 bootstrapped');
    expect(await cdk.deploy(notes({ env }))).toMatchObject({ code: 0 });
    expect(await buckets()).toContainEqual(['cdk-hnb659fds-assets-123456789012-eu-west-1', 'eu-west-1']);
    const { Stacks } = await new CloudFormationClient(cloud.clientConfig).send(
      new DescribeStacksCommand({ StackName: 'Notes' }),
    );
    expect(Stacks?.[0]?.StackId).toMatch(/^arn:aws:cloudformation:eu-west-1:123456789012:stack\/Notes\//);
  });
});
