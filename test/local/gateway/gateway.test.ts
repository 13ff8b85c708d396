import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { LocalCloud } from '../../../local/local-cloud';

describe('the gateway', () => {
  const cloud = new LocalCloud({ clock: { rate: 0 } });
  const config = () => cloud.clientConfig;

  beforeAll(() => cloud.start());
  afterAll(() => cloud.stop());

  test('tells an SDK client who it is', async () => {
    const identity = await new STSClient(config()).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: '000000000000', Arn: 'arn:aws:iam::000000000000:root' });
  });

  test('reads and writes JSON services', async () => {
    const ssm = new SSMClient(config());
    await ssm.send(new PutParameterCommand({ Name: '/a/b', Value: 'x', Type: 'String' }));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/a/b' }));
    expect(Parameter).toMatchObject({
      Value: 'x',
      Version: 1,
      ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/a/b',
    });
    expect(Parameter?.LastModifiedDate).toBeInstanceOf(Date);
  });

  test("answers with AWS's errors", async () => {
    const ssm = new SSMClient(config());
    await expect(ssm.send(new GetParameterCommand({ Name: 'nope' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
    const iam = new IAMClient(config());
    await expect(iam.send(new GetRoleCommand({ RoleName: 'nope' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role with name nope cannot be found.',
      $metadata: { httpStatusCode: 404 },
    });
  });

  test('names an operation that is not implemented, and the client does not retry', async () => {
    const { ListUsersCommand } = await import('@aws-sdk/client-iam');
    await expect(new IAMClient(config()).send(new ListUsersCommand({}))).rejects.toMatchObject({
      message: 'the local cloud does not implement iam:ListUsers',
      $metadata: { attempts: 1 },
    });
  });

  test('names a service that is not implemented', async () => {
    const quotas = new ServiceQuotasClient(config());
    await expect(
      quotas.send(new ListServiceQuotasCommand({ ServiceCode: 'sagemaker' })),
    ).rejects.toMatchObject({
      name: 'NotImplementedByLocalCloud',
      message: 'the local cloud does not implement ServiceQuotasV20190624.ListServiceQuotas',
      $metadata: { attempts: 1 },
    });
  });

  test('enforces the policies of a role', async () => {
    const iam = new IAMClient(config());
    const trust = {
      Statement: [{ Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' }],
    };
    await iam.send(
      new CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    const policy = {
      Statement: [{ Effect: 'Allow', Action: 'ssm:GetParameter', Resource: 'arn:aws:ssm:*:*:parameter/a/*' }],
    };
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'reader',
        PolicyName: 'p',
        PolicyDocument: JSON.stringify(policy),
      }),
    );
    const { Credentials } = await new STSClient(config()).send(
      new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::000000000000:role/reader', RoleSessionName: 'test' }),
    );
    const ssm = new SSMClient({
      ...config(),
      credentials: {
        accessKeyId: Credentials?.AccessKeyId as string,
        secretAccessKey: Credentials?.SecretAccessKey as string,
        sessionToken: Credentials?.SessionToken,
      },
    });
    await expect(ssm.send(new GetParameterCommand({ Name: '/a/b' }))).resolves.toBeDefined();
    await expect(ssm.send(new GetParameterCommand({ Name: '/c' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::000000000000:assumed-role/reader/test is not authorized to perform: ssm:GetParameter on resource: ' +
        'arn:aws:ssm:us-east-1:000000000000:parameter/c because no identity-based policy allows the ssm:GetParameter action',
    });
    await expect(
      ssm.send(new PutParameterCommand({ Name: '/a/b', Value: 'y', Overwrite: true })),
    ).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await expect(iam.send(new DeleteRoleCommand({ RoleName: 'reader' }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
  });
});
