import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { LocalCloud } from '../../../local/local-cloud';

const ROLE = 'arn:aws:iam::000000000000:role/reader';
const READ = { action: 'ssm:GetParameter*', resource: 'arn:aws:ssm:*:*:parameter/a/*' };
const WRITE = { action: 'ssm:PutParameter', resource: 'arn:aws:ssm:*:*:parameter/a/*' };

describe('what a role was allowed', () => {
  const cloud = new LocalCloud({ clock: { rate: 0, start: new Date('2026-11-25T10:00:00Z') } });
  let iam: IAMClient;
  let reader: SSMClient;

  beforeAll(async () => {
    await cloud.start();
    iam = new IAMClient(cloud.clientConfig);
    const trust = { Version: '2012-10-17', Statement: [] };
    await iam.send(
      new CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    const Statement = [
      { Effect: 'Allow', Action: [READ.action, WRITE.action], Resource: READ.resource },
      { Effect: 'Deny', Action: 'ssm:*', Resource: 'arn:aws:ssm:*:*:parameter/a/secret' },
    ];
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'reader',
        PolicyName: 'parameters',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
      }),
    );
    reader = new SSMClient({
      ...cloud.clientConfig,
      credentials: await cloud.credentialsFor(ROLE, 'test'),
    });
    await new SSMClient(cloud.clientConfig).send(
      new PutParameterCommand({ Name: '/a/b', Value: 'x', Type: 'String' }),
    );
  });
  afterAll(() => cloud.stop());

  const grants = () => cloud.grants().map(({ role, policy, ...grant }) => grant);

  test('is unused until a call needs it, whatever the administrator does', () => {
    expect(cloud.grants()).toEqual([
      { role: 'reader', policy: 'parameters', ...READ, uses: 0 },
      { role: 'reader', policy: 'parameters', ...WRITE, uses: 0 },
    ]);
  });

  test('counts the calls of the grants that allowed them, and keeps the time of the last', async () => {
    await reader.send(new GetParameterCommand({ Name: '/a/b' }));
    await cloud.clock.advance(60_000);
    await reader.send(new GetParameterCommand({ Name: '/a/b' }));
    expect(grants()).toEqual([
      { ...READ, uses: 2, lastUsed: '2026-11-25T10:01:00.000Z' },
      { ...WRITE, uses: 0 },
    ]);
  });

  test('leaves out calls that are denied', async () => {
    for (const Name of ['/a/secret', '/other'])
      await expect(reader.send(new GetParameterCommand({ Name }))).rejects.toMatchObject({
        name: 'AccessDeniedException',
      });
    expect(grants()).toContainEqual(expect.objectContaining({ ...READ, uses: 2 }));
  });

  test('is still told of a role that is gone, as far as it was used', async () => {
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'reader', PolicyName: 'parameters' }));
    await iam.send(new DeleteRoleCommand({ RoleName: 'reader' }));
    expect(grants()).toEqual([expect.objectContaining({ ...READ, uses: 2 })]);
  });
});
