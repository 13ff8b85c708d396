import {
  CreatePolicyCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeleteRolePermissionsBoundaryCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { ResourceProvider } from '../../../local/gateway/service';
import { ServiceFixture } from './service-fixture';

const TRUST = JSON.stringify({
  Statement: [{ Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' }],
});

/** The rules are those of "Permissions boundaries for IAM entities" of the IAM user guide. */
describe('a permissions boundary', () => {
  let fixture: ServiceFixture;
  let iam: IAMClient;
  let role: object;

  const policy = async (PolicyName: string, ...Statement: object[]) => {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    return (await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }))).Policy?.Arn as string;
  };
  const allow = (Action: string) => ({ Effect: 'Allow', Action, Resource: '*' });
  const limit = (PermissionsBoundary: string) =>
    iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'limited', PermissionsBoundary }));
  const write = () =>
    new SSMClient(role).send(
      new PutParameterCommand({ Name: '/a', Value: 'x', Type: 'String', Overwrite: true }),
    );
  const read = () => new SSMClient(role).send(new GetParameterCommand({ Name: '/a' }));

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    iam = new IAMClient(fixture.config());
    role = await fixture.roleConfig('limited', [allow('ssm:*')]);
  });
  afterEach(() => fixture.cloud.stop());

  test('limits what the policies of a role allow, and allows nothing itself', async () => {
    await write();
    const arn = await policy('readers', allow('ssm:Get*'), allow('s3:*'));
    await limit(arn);
    await read();
    await expect(write()).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::000000000000:assumed-role/limited/test is not authorized to perform: ssm:PutParameter ' +
        'on resource: arn:aws:ssm:us-east-1:000000000000:parameter/a because no permissions boundary allows the ssm:PutParameter action',
    });
    await expect(new S3Client(role).send(new ListBucketsCommand({}))).rejects.toThrow(
      'because no identity-based policy allows',
    );
    expect((await iam.send(new GetRoleCommand({ RoleName: 'limited' }))).Role?.PermissionsBoundary).toEqual({
      PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
      PermissionsBoundaryArn: arn,
    });
    await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: 'limited' }));
    await write();
  });

  test('denies what it denies, and limits what a resource policy allows the role', async () => {
    await limit(await policy('no-writers', allow('*'), { ...allow('ssm:Put*'), Effect: 'Deny' }));
    await expect(write()).rejects.toThrow('with an explicit deny in a permissions boundary');

    const s3 = new S3Client(fixture.config());
    await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
    const Policy = JSON.stringify({
      Statement: [
        {
          ...allow('s3:ListBucketVersions'),
          Principal: { AWS: 'arn:aws:iam::000000000000:role/limited' },
          Resource: 'arn:aws:s3:::bucket',
        },
      ],
    });
    await s3.send(new PutBucketPolicyCommand({ Bucket: 'bucket', Policy }));
    const list = () =>
      fixture.cloud.call(
        's3',
        'ListObjectVersions',
        { Bucket: 'bucket' },
        {
          type: 'role',
          account: '000000000000',
          arn: 'arn:aws:sts::000000000000:assumed-role/limited/test',
          roleArn: 'arn:aws:iam::000000000000:role/limited',
          sessionName: 'test',
        },
      );
    await list();
    await limit(await policy('no-storage', allow('ssm:*')));
    await expect(list()).rejects.toThrow(
      'because no permissions boundary allows the s3:ListBucketVersions action',
    );
  });

  test('can be demanded of the roles that somebody makes', async () => {
    const boundary = await policy('boundary', allow('ssm:Get*'));
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'limited',
        PolicyName: 'make-limited-roles',
        PolicyDocument: JSON.stringify({
          Statement: [
            {
              ...allow('iam:CreateRole'),
              Condition: { StringEquals: { 'iam:PermissionsBoundary': boundary } },
            },
          ],
        }),
      }),
    );
    const create = (RoleName: string, PermissionsBoundary?: string) =>
      new IAMClient(role).send(
        new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST, PermissionsBoundary }),
      );
    await expect(create('free')).rejects.toMatchObject({ name: 'AccessDenied' });
    await create('bound', boundary);
    await expect(iam.send(new DeletePolicyCommand({ PolicyArn: boundary }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
    await expect(create('bound-to-nothing', `${boundary}-none`)).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await expect(limit(`${boundary}-none`)).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  test('comes with a role of a stack, and goes with its property', async () => {
    const PermissionsBoundary = await policy('boundary', allow('ssm:Get*'));
    const context = fixture.resourceContext('Role');
    const provider = fixture.cloud.services.get('iam')?.resources?.['AWS::IAM::Role'] as ResourceProvider;
    const properties = {
      RoleName: 'of-stack',
      AssumeRolePolicyDocument: JSON.parse(TRUST),
      PermissionsBoundary,
    };
    await provider.create(properties, context);
    const boundary = async () =>
      (await iam.send(new GetRoleCommand({ RoleName: 'of-stack' }))).Role?.PermissionsBoundary;
    expect(await boundary()).toMatchObject({ PermissionsBoundaryArn: PermissionsBoundary });
    const { PermissionsBoundary: _, ...without } = properties;
    await provider.update('of-stack', without, properties, context);
    expect(await boundary()).toBeUndefined();
    await provider.update('of-stack', properties, without, context);
    expect(await boundary()).toBeDefined();
  });
});
