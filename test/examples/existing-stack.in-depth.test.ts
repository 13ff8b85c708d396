import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DescribeEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { SQSClient } from '@aws-sdk/client-sqs';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { LocalCloud } from '../../local/local-cloud';
import { runCli } from '../bin/cli';
import { AlertQueue } from '../lifecycle/alert-queue';
import { CdkCli } from '../lifecycle/cdk-cli';
import { drainQueue } from '../lifecycle/drain-queue';
import type { ToldEvent } from '../lifecycle/event-queue';
import { repositoryFile } from '../repository-file';

jest.setTimeout(1_800_000);

const FOLDER = repositoryFile('examples', 'existing-stack');
const CUSTOMER = '12,79,3,1';

describe('the example existing-stack', () => {
  const cloud = new LocalCloud({ inert: ['AWS::EC2::*'] });
  const cdk = new CdkCli(cloud);
  let s3: S3Client;
  let resources: Record<string, string>;
  let alerts: AlertQueue;

  /** Physical id of the resource of a stack whose logical id begins so. */
  const idOf = async (StackName: string, type: string, logicalId: string) => {
    const { StackResources = [] } = await new CloudFormationClient(cloud.clientConfig).send(
      new DescribeStackResourcesCommand({ StackName }),
    );
    const found = StackResources.find(
      (one) => one.ResourceType === type && one.LogicalResourceId?.startsWith(logicalId),
    );
    return found?.PhysicalResourceId as string;
  };
  const roleArn = (name: string) => `arn:aws:iam::${cloud.account}:role/${name}`;
  const configOf = async (roleName: string) => ({
    ...cloud.clientConfig,
    credentials: await cloud.credentialsFor(roleArn(roleName), 'test'),
  });
  const ask = async (roleName: string) => {
    const runtime = new SageMakerRuntimeClient(await configOf(roleName));
    const request = { EndpointName: 'churn', ContentType: 'text/csv', Body: CUSTOMER };
    const { Body } = await runtime.send(new InvokeEndpointCommand(request));
    return Number(Buffer.from(Body ?? []).toString());
  };
  /** A role that may read all objects of the account, and whatever else. */
  const createReader = async (RoleName: string, ...Statement: object[]) => {
    const iam = new IAMClient(cloud.clientConfig);
    const document = (statements: object[]) =>
      JSON.stringify({ Version: '2012-10-17', Statement: statements });
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document([]) }));
    const read = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
    const PolicyDocument = document([read, ...Statement]);
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'read', PolicyDocument }));
  };

  beforeAll(async () => {
    await cloud.start();
    s3 = new S3Client(cloud.clientConfig);
    await cdk.bootstrap();
    const { code, output } = await cdk.runIn(FOLDER, ['deploy', '--all', '--require-approval', 'never']);
    expect({ code, output }).toMatchObject({ code: 0 });
    const { Parameter } = await new SSMClient(cloud.clientConfig).send(
      new GetParameterCommand({ Name: '/model-pipeline/churn/resources' }),
    );
    resources = JSON.parse(Parameter?.Value as string);
    alerts = await AlertQueue.subscribe(cloud.clientConfig, resources.topic as string);
    const data = repositoryFile('examples', 'minimal', 'data', 'customers.csv');
    const retrained = await runCli(['retrain', '--data', data, '--wait'], cloud.environment());
    expect(retrained).toMatchObject({ code: 0, stdout: expect.stringContaining('1.0.0 was promoted') });
  });

  afterAll(async () => {
    await cloud.stop();
    cdk.remove();
  });

  test('changes nothing when it is deployed again', async () => {
    const { output } = await cdk.runIn(FOLDER, ['deploy', '--all', '--require-approval', 'never']);
    expect(output).toContain('Churn (no changes)');
    expect(output).toContain('Shop (no changes)');
  });

  test('answers the role that the stack of another team allows, and no other one', async () => {
    const checkout = await idOf('Shop', 'AWS::IAM::Role', 'Checkout');
    expect(await ask(checkout)).toBeGreaterThan(0);
    await createReader('stranger');
    await expect(ask('stranger')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('runs trainings, evaluations and the endpoint with the roles of the stack', async () => {
    const used = cloud
      .grants()
      .filter(({ uses }) => uses > 0)
      .map(({ role, action }) => `${role.split('/').pop()} ${action}`);
    for (const [id, action] of [
      ['TrainingRole', 's3:PutObject'],
      ['ScoringRole', 's3:PutObject'],
      ['ServingRole', 's3:GetObject'],
    ] as const) {
      const name = await idOf('Churn', 'AWS::IAM::Role', id);
      expect(used).toContain(`${name} ${action}`);
    }
  });

  test('encrypts every object in the bucket of the stack with its key', async () => {
    const Bucket = await idOf('Churn', 'AWS::S3::Bucket', 'Data');
    expect(Bucket).toBe(resources.bucket);
    const keyId = await idOf('Churn', 'AWS::KMS::Key', 'Key');
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    const heads = await Promise.all(
      Contents.map(async ({ Key }) => ({
        Key: Key as string,
        keyArn: (await s3.send(new HeadObjectCommand({ Bucket, Key }))).SSEKMSKeyId,
      })),
    );
    const prefixes = new Set(heads.map(({ Key }) => Key.split('/')[0]));
    expect([...prefixes]).toEqual(
      expect.arrayContaining(['training-data', 'datasets', 'models', 'ledger', 'releases']),
    );
    const ofOtherKeys = heads.filter(({ keyArn }) => !keyArn?.endsWith(`:key/${keyId}`));
    expect(ofOtherKeys).toEqual([]);
  });

  test('refuses its objects to a role that may read the bucket but not use the key', async () => {
    const keyArn = `arn:aws:kms:${cloud.region}:${cloud.account}:key/${await idOf('Churn', 'AWS::KMS::Key', 'Key')}`;
    await createReader('without-key');
    await createReader('with-key', { Effect: 'Allow', Action: 'kms:Decrypt', Resource: keyArn });
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: resources.bucket, Prefix: 'ledger/' }),
    );
    const entry = { Bucket: resources.bucket, Key: Contents[0]?.Key };
    const read = async (role: string) => new S3Client(await configOf(role)).send(new GetObjectCommand(entry));
    await expect(read('without-key')).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('kms:Decrypt'),
    });
    await expect(read('with-key')).resolves.toBeDefined();
  });

  test('puts its events into the queue of the stack', async () => {
    const sqs = new SQSClient(cloud.clientConfig);
    const url = await idOf('Churn', 'AWS::SQS::Queue', 'Events');
    const events = await drainQueue<ToldEvent>(sqs, url);
    expect(events.map((event) => event['detail-type'])).toEqual(
      expect.arrayContaining(['RetrainingStarted', 'ReleaseStarted', 'Promoted']),
    );
  });

  test('publishes its releases and alarms to the topic of the stack', async () => {
    const cloudwatch = new CloudWatchClient(cloud.clientConfig);
    const alarm = { AlarmName: resources.errorAlarm, StateValue: 'ALARM', StateReason: 'a test' } as const;
    await cloudwatch.send(new SetAlarmStateCommand(alarm));
    const texts = (await alerts.receive()).map(({ subject, text }) => `${subject} ${text}`);
    expect(texts).toContainEqual(expect.stringContaining('1.0.0'));
    expect(texts).toContainEqual(expect.stringMatching(/^ALARM: "ChurnModelMonitorServingAlarm/));
  });

  test('takes the endpoint along when the stacks are destroyed', async () => {
    expect(await cdk.runIn(FOLDER, ['destroy', '--all', '--force'])).toMatchObject({ code: 0 });
    await expect(
      new SageMakerClient(cloud.clientConfig).send(new DescribeEndpointCommand({ EndpointName: 'churn' })),
    ).rejects.toThrow('Could not find endpoint');
  });
});
