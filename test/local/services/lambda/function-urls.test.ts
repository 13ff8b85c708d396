import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DeleteFunctionCommand,
  GetFunctionUrlConfigCommand,
  LambdaClient,
  ListFunctionUrlConfigsCommand,
} from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import {
  Code,
  FunctionUrlAuthType,
  HttpMethod,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import type { SigningKey } from '../../../../bin/cli/sign-request';
import { signedFetch } from '../../../signed-fetch';
import { ServiceFixture } from '../service-fixture';

const CODE = `
exports.handler = async (event) => {
  if (event.rawPath === '/failure') throw new Error('secret');
  if (event.rawPath === '/teapot') return { statusCode: 418, headers: { 'x-kind': 'tea' }, body: 'short' };
  return event;
};`;

function stack(): Stack {
  const made = new Stack(new App({ analyticsReporting: false }), 'Urls', {
    env: { account: '000000000000', region: 'us-east-1' },
  });
  const handler = (id: string) =>
    new LambdaFunction(made, id, {
      functionName: id,
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline(CODE),
    });
  const open = handler('open').addFunctionUrl({
    authType: FunctionUrlAuthType.NONE,
    cors: { allowedOrigins: ['https://page.example'], allowedMethods: [HttpMethod.GET] },
  });
  const live = handler('signed').addAlias('live').addFunctionUrl();
  const role = (roleName: string) =>
    new Role(made, roleName, { roleName, assumedBy: new AccountPrincipal(made.account) });
  live.grantInvokeUrl(role('caller'));
  role('stranger');
  new CfnOutput(made, 'Open', { value: open.url });
  new CfnOutput(made, 'Signed', { value: live.url });
  return made;
}

describe('function URLs', () => {
  const fixture = new ServiceFixture();
  const urls: Record<string, string> = {};

  beforeAll(async () => {
    await fixture.cloud.start();
    const made = stack();
    const { template } = (made.node.root as App).synth().getStackByName('Urls');
    const cloudFormation = new CloudFormationClient(fixture.config());
    await cloudFormation.send(
      new CreateStackCommand({
        StackName: 'Urls',
        TemplateBody: JSON.stringify({ ...template, Parameters: undefined, Rules: undefined }),
        Capabilities: ['CAPABILITY_NAMED_IAM'],
      }),
    );
    await fixture.settle();
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'Urls' }));
    expect(Stacks?.[0]?.StackStatusReason ?? Stacks?.[0]?.StackStatus).toBe('CREATE_COMPLETE');
    for (const { OutputKey, OutputValue } of Stacks?.[0]?.Outputs ?? [])
      urls[OutputKey as string] = OutputValue as string;
  });
  afterAll(() => fixture.cloud.stop());

  async function keyOf(role: string): Promise<SigningKey> {
    const { Credentials } = await new STSClient(fixture.config()).send(
      new AssumeRoleCommand({ RoleArn: `arn:aws:iam::000000000000:role/${role}`, RoleSessionName: 'test' }),
    );
    return {
      accessKeyId: Credentials?.AccessKeyId as string,
      secretAccessKey: Credentials?.SecretAccessKey as string,
      sessionToken: Credentials?.SessionToken,
    };
  }

  test('that are open pass each request on, and its answer back', async () => {
    const answer = await fetch(`${urls.Open}some/path?a=1`, { method: 'POST', body: 'text' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/some/path',
      rawQueryString: 'a=1',
      body: 'text',
      requestContext: { accountId: 'anonymous', stage: '$default', http: { method: 'POST' } },
    });
    const teapot = await fetch(`${urls.Open}teapot`);
    expect([teapot.status, teapot.headers.get('x-kind'), await teapot.text()]).toEqual([418, 'tea', 'short']);
    const failure = await fetch(`${urls.Open}failure`);
    expect([failure.status, await failure.text()]).toEqual([502, 'Internal Server Error']);
    const tooLarge = await fetch(urls.Open as string, {
      method: 'POST',
      body: 'x'.repeat(6 * 1024 * 1024 + 1),
    });
    expect(tooLarge.status).toBe(413);
  });

  test('that want signatures let those through whose role may use the URL', async () => {
    const url = urls.Signed as string;
    const status = async (key: SigningKey, service = 'lambda') =>
      (await signedFetch(url, key, { service })).status;
    const caller = await keyOf('caller');
    const answer = await signedFetch(url, caller, { service: 'lambda' });
    expect(await answer.json()).toMatchObject({
      requestContext: {
        authorizer: { iam: { userArn: 'arn:aws:sts::000000000000:assumed-role/caller/test' } },
      },
    });
    expect(await status(caller, 'execute-api')).toBe(403);
    expect(await status(await keyOf('stranger'))).toBe(403);
    expect((await fetch(url)).status).toBe(403);
  });

  test('answer pages of the origins that may call', async () => {
    const page = (origin: string) => fetch(urls.Open as string, { headers: { origin } });
    const allowed = await page('https://page.example');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://page.example');
    expect((await page('https://other.example')).status).toBe(403);
  });

  test('are described and listed', async () => {
    const lambda = new LambdaClient(fixture.config());
    const found = await lambda.send(
      new GetFunctionUrlConfigCommand({ FunctionName: 'signed', Qualifier: 'live' }),
    );
    expect(found).toMatchObject({ FunctionUrl: urls.Signed, AuthType: 'AWS_IAM' });
    const { FunctionUrlConfigs } = await lambda.send(
      new ListFunctionUrlConfigsCommand({ FunctionName: 'open' }),
    );
    expect(FunctionUrlConfigs).toMatchObject([{ FunctionUrl: urls.Open, AuthType: 'NONE' }]);
    const none = lambda.send(new GetFunctionUrlConfigCommand({ FunctionName: 'signed' }));
    await expect(none).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('are deleted with their function', async () => {
    const urlsOf = (name: string) =>
      [...fixture.cloud.table<{ functionName: string }>('lambda/urls').values()].filter(
        ({ functionName }) => functionName === name,
      );
    expect(urlsOf('open')).toHaveLength(1);
    await new LambdaClient(fixture.config()).send(new DeleteFunctionCommand({ FunctionName: 'open' }));
    expect(urlsOf('open')).toEqual([]);
    expect(urlsOf('signed')).toHaveLength(1);
  });
});
