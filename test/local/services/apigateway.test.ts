import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  GetApisCommand,
  GetRoutesCommand,
} from '@aws-sdk/client-apigatewayv2';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { type CfnStage, CorsHttpMethod, HttpApi, HttpMethod, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  HttpIamAuthorizer,
  HttpJwtAuthorizer,
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { signedFetch } from '../../signed-fetch';
import { TokenIssuer } from '../../token-issuer';
import { MINUTE, ServiceFixture, START } from './service-fixture';

const FUNCTION = `
exports.handler = async (event) => {
  const asked = event.queryStringParameters?.answer;
  if (asked === 'failure') throw new Error('secret text');
  if (asked === 'nonsense') return { statusCode: 'many' };
  if (asked === 'plain') return { hello: 'there' };
  if (asked === 'cookies') return { statusCode: 200, cookies: ['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2'] };
  return {
    statusCode: asked ? Number(asked) : 200,
    headers: { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': 'http://own.example' },
    body: JSON.stringify(event),
  };
};`;

/** Lets in whose name is not Mallory, and tells how often it was asked. */
const GATE = `
let count = 0;
exports.handler = async ({ identitySource: [name, tenant], body, routeArn }) => {
  if (name === 'broken') throw new Error('no');
  count++;
  return {
    isAuthorized: name !== 'mallory' && body === undefined && routeArn.endsWith('/POST/gated/7'),
    context: { name, tenant, count },
  };
};`;

interface Event {
  readonly routeKey: string;
  readonly rawPath: string;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
  readonly pathParameters?: Record<string, string>;
  readonly queryStringParameters?: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly cookies?: string[];
  readonly requestContext: {
    readonly authorizer?: {
      readonly iam?: { readonly userArn: string };
      readonly lambda?: { readonly count: number };
    };
    readonly http: { readonly method: string; readonly path: string };
    readonly stage: string;
    readonly timeEpoch: number;
  };
}

/** A stack of the CDK's own constructs, with a function behind routes of every kind. */
function apiStack(issuer: string): Stack {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Apis', {
    env: { account: '000000000000', region: 'us-east-1' },
  });
  const handler = new LambdaFunction(stack, 'Handler', {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromInline(FUNCTION),
  });
  const log = new LogGroup(stack, 'AccessLog', { logGroupName: '/access' });
  const api = new HttpApi(stack, 'Api', {
    apiName: 'things',
    createDefaultStage: false,
    corsPreflight: {
      allowOrigins: ['http://page.example'],
      allowMethods: [CorsHttpMethod.POST],
      allowHeaders: ['content-type'],
    },
  });
  const stage = new HttpStage(stack, 'Stage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { burstLimit: 100, rateLimit: 50 },
  });
  (stage.node.defaultChild as CfnStage).accessLogSettings = {
    destinationArn: log.logGroupArn,
    format: JSON.stringify({
      route: '$context.routeKey',
      status: '$context.status',
      path: '$context.path',
      error: '$context.error.message',
      none: '$context.unknown',
    }),
  };
  new HttpStage(stack, 'Slow', {
    httpApi: api,
    stageName: 'slow',
    autoDeploy: true,
    throttle: { burstLimit: 2, rateLimit: 1 },
  });
  const integration = new HttpLambdaIntegration('Integration', handler);
  const routes: [string, HttpMethod][] = [
    ['/pets/dog', HttpMethod.GET],
    ['/pets/dog', HttpMethod.ANY],
    ['/pets/{id}', HttpMethod.GET],
    ['/pets/{rest+}', HttpMethod.GET],
    ['/pets', HttpMethod.POST],
  ];
  for (const [path, method] of routes) api.addRoutes({ path, methods: [method], integration });
  api.addRoutes({
    path: '/signed/{what}',
    methods: [HttpMethod.POST],
    integration,
    authorizer: new HttpIamAuthorizer(),
  });
  api.addRoutes({
    path: '/tokens',
    methods: [HttpMethod.GET],
    integration,
    authorizer: new HttpJwtAuthorizer('Jwt', issuer, { jwtAudience: ['shop', 'app'] }),
    authorizationScopes: ['read', 'all'],
  });
  const gate = new LambdaFunction(stack, 'Gate', {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromInline(GATE),
  });
  api.addRoutes({
    path: '/gated/{id}',
    methods: [HttpMethod.POST],
    integration,
    authorizer: new HttpLambdaAuthorizer('Gate', gate, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      identitySource: ['$request.header.X-Name', '$request.querystring.tenant'],
      resultsCacheTtl: Duration.minutes(2),
    }),
  });
  new CfnOutput(stack, 'Endpoint', { value: api.apiEndpoint });
  new CfnOutput(stack, 'Id', { value: api.apiId });
  return stack;
}

describe('API Gateway', () => {
  const fixture = new ServiceFixture();
  const issuer = new TokenIssuer();
  let url: string;
  let apiId: string;

  beforeAll(async () => {
    await Promise.all([fixture.cloud.start(), issuer.start()]);
    const stack = apiStack(issuer.url);
    const { template } = (stack.node.root as App).synth().getStackByName(stack.stackName);
    const cloudFormation = new CloudFormationClient(fixture.config());
    await cloudFormation.send(
      new CreateStackCommand({
        StackName: 'Apis',
        TemplateBody: JSON.stringify({ ...template, Parameters: undefined, Rules: undefined }),
        Capabilities: ['CAPABILITY_IAM'],
      }),
    );
    await fixture.settle();
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'Apis' }));
    expect(Stacks?.[0]?.StackStatusReason ?? Stacks?.[0]?.StackStatus).toBe('CREATE_COMPLETE');
    const output = (key: string) =>
      Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue as string;
    url = output('Endpoint');
    apiId = output('Id');
  });
  afterAll(() => Promise.all([fixture.cloud.stop(), issuer.stop()]));

  const event = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${url}${path}`, init);
    expect(response.status).toBe(200);
    return (await response.json()) as Event;
  };
  const invokeAny = [
    { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: 'arn:aws:execute-api:*:*:*/*/POST/signed/*' },
  ];

  test.each([
    ['GET', '/pets/dog', 'GET /pets/dog', undefined],
    ['DELETE', '/pets/dog', 'ANY /pets/dog', undefined],
    ['GET', '/pets/a%20cat', 'GET /pets/{id}', { id: 'a cat' }],
    ['GET', '/pets/dog/1/toys', 'GET /pets/{rest+}', { rest: 'dog/1/toys' }],
  ])('%s %s goes to the most specific route, %s', async (method, path, routeKey, pathParameters) => {
    expect(await event(path, { method })).toMatchObject({ routeKey, rawPath: path });
    expect((await event(path, { method })).pathParameters).toEqual(pathParameters);
  });

  test('passes a request on in payload format 2.0', async () => {
    const found = await event('/pets?kind=dog&kind=cat&age=3', {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: 'a=1; b=2', 'x-mine': 'yes' },
      body: '{"name":"Ö"}',
    });
    expect(found).toMatchObject({
      version: '2.0',
      rawQueryString: 'kind=dog&kind=cat&age=3',
      queryStringParameters: { kind: 'dog,cat', age: '3' },
      cookies: ['a=1', 'b=2'],
      headers: { 'x-mine': 'yes', 'x-forwarded-proto': 'http' },
      body: '{"name":"Ö"}',
      isBase64Encoded: false,
      requestContext: {
        accountId: '000000000000',
        apiId,
        stage: '$default',
        http: { method: 'POST', path: '/pets' },
        timeEpoch: START.getTime(),
      },
    });
    expect(found.headers.cookie).toBeUndefined();
  });

  test('encodes a body that is no text', async () => {
    const body = Buffer.from([0, 255, 128]);
    const found = await event('/pets', { method: 'POST', body, headers: { 'content-type': 'image/png' } });
    expect(found).toMatchObject({ body: body.toString('base64'), isBase64Encoded: true });
  });

  test('passes an answer on, and answers for functions that fail or answer nonsense', async () => {
    const answer = async (asked: string) => {
      const response = await fetch(`${url}/pets/dog?answer=${asked}`);
      return [response.status, await response.text()];
    };
    expect((await answer('404'))[0]).toBe(404);
    expect(await answer('plain')).toEqual([200, '{"hello":"there"}']);
    expect(await answer('failure')).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(await answer('nonsense')).toEqual([500, '{"message":"Internal Server Error"}']);
  });

  test('passes each cookie of an answer on in a header of its own', async () => {
    const { headers } = await fetch(`${url}/pets/dog?answer=cookies`);
    expect(headers.getSetCookie()).toEqual(['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2']);
  });

  test('answers what no route or size lets through', async () => {
    const refusal = async (path: string, init?: RequestInit) => {
      const response = await fetch(`${url}${path}`, init);
      return [response.status, await response.json()];
    };
    expect(await refusal('/nothing')).toEqual([404, { message: 'Not Found' }]);
    expect(await refusal('/pets', { method: 'PUT' })).toEqual([404, { message: 'Not Found' }]);
    const tooLarge = { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) };
    expect(await refusal('/pets', tooLarge)).toEqual([413, { message: 'Request Entity Too Large' }]);
    // The gateway takes 10 MB, and Lambda 6.
    const forLambda = { method: 'POST', body: 'x'.repeat(6_291_456) };
    expect(await refusal('/pets', forLambda)).toEqual([413, { message: 'Request Entity Too Large' }]);
    const nowhere = await fetch(`${fixture.cloud.url}/_local/execute-api/absent/pets`);
    expect(nowhere.status).toBe(404);
  });

  test('lets signed requests through whose role may invoke the route, and no others', async () => {
    const allowed = await fixture.roleConfig('caller', invokeAny);
    const other = await fixture.roleConfig('stranger', []);
    const post = (key: object, init: object = {}) =>
      signedFetch(`${url}/signed/rows`, key as never, { method: 'POST', body: '{"a":1}', ...init });
    const response = await post(allowed.credentials);
    expect(response.status).toBe(200);
    expect(((await response.json()) as Event).requestContext.authorizer?.iam).toMatchObject({
      userArn: 'arn:aws:sts::000000000000:assumed-role/caller/test',
      accountId: '000000000000',
    });
    const forbidden = [403, '{"message":"Forbidden"}'];
    const refusal = async (answer: Promise<Response>) => [(await answer).status, await (await answer).text()];
    expect(await refusal(post(other.credentials))).toEqual(forbidden);
    expect(await refusal(post(allowed.credentials, { service: 'lambda' }))).toEqual(forbidden);
    expect(await refusal(fetch(`${url}/signed/rows`, { method: 'POST' }))).toEqual(forbidden);
    const wrong = { ...allowed.credentials, secretAccessKey: 'wrong' };
    expect(await refusal(post(wrong))).toEqual(forbidden);
  });

  describe('lets tokens of the issuer through', () => {
    const read = async (authorization?: string) => {
      const response = await fetch(`${url}/tokens`, { headers: authorization ? { authorization } : {} });
      return { status: response.status, why: response.headers.get('www-authenticate'), response };
    };
    const token = (claims: object, header: object = {}) =>
      issuer.token({ aud: 'shop', scope: 'read', ...claims }, { now: new Date(), header });

    test('that are for this API and have a scope of the route', async () => {
      const { status, response } = await read(
        `Bearer ${token({ aud: ['x', 'app'], scope: 'write read', n: [1, 2] })}`,
      );
      expect(status).toBe(200);
      const { authorizer } = ((await response.json()) as Event).requestContext;
      expect(authorizer).toMatchObject({
        jwt: { claims: { sub: 'shop', aud: '[x app]', n: '[1 2]' }, scopes: ['write', 'read'] },
      });
      expect(
        (await read(token({ aud: undefined, client_id: 'app', scp: 'all', scope: undefined }))).status,
      ).toBe(200);
    });

    test.each<[string, () => string | undefined, number, RegExp]>([
      ['no token', () => undefined, 401, /^Bearer$/],
      ['text', () => 'Bearer x.y', 401, /the token is malformed/],
      ['no signature', () => token({}).replace(/[^.]+$/, ''), 401, /the token is malformed/],
      ['another signature', () => token({}).replace(/[^.]+$/, 'AAAA'), 401, /invalid signature/],
      ['the algorithm "none"', () => token({}, { alg: 'none' }), 401, /algorithm that is not supported/],
      ['a secret as the key', () => token({}, { alg: 'HS256' }), 401, /algorithm that is not supported/],
      ['a key of nobody', () => token({}, { kid: 'other' }), 401, /the issuer has no key of this id/],
      ['another issuer', () => token({ iss: 'https://other.example' }), 401, /invalid issuer/],
      ['another audience', () => token({ aud: 'bank' }), 401, /invalid audience/],
      ['a time that has passed', () => token({ exp: 1_700_000_000 }), 401, /the token has expired/],
      ['no end', () => token({ exp: undefined }), 401, /the token has expired/],
      ['a time to come', () => token({ nbf: 4_000_000_000 }), 401, /the token is not valid yet/],
      ['no scope of the route', () => token({ scope: 'write' }), 403, /insufficient_scope/],
    ])('and refuses %s', async (_title, made, status, why) => {
      expect(await read(made())).toMatchObject({ status, why: expect.stringMatching(why) });
    });

    test('with a key that the issuer has changed, and reads its keys no more often than needed', async () => {
      await read(token({}));
      const before = issuer.keyRequests;
      await read(token({}));
      expect(issuer.keyRequests).toBe(before);
      issuer.rotate('key-2');
      expect((await read(token({}))).status).toBe(200);
      expect(issuer.keyRequests).toBe(before + 1);
    });
  });

  test('lets a function decide, whose decisions it keeps by the values of the identity sources', async () => {
    const ask = (name: string | undefined, query = '?tenant=a') =>
      fetch(`${url}/gated/7${query}`, {
        method: 'POST',
        body: 'rows',
        headers: { 'content-type': 'text/plain', ...(name && { 'x-name': name }) },
      });
    const countOf = async (answer: Promise<Response>) =>
      ((await (await answer).json()) as Event).requestContext.authorizer?.lambda?.count;
    expect(await countOf(ask('alice'))).toBe(1);
    expect(await countOf(ask('alice'))).toBe(1);
    expect(await countOf(ask('alice', '?tenant=b'))).toBe(2);
    await fixture.advance(2 * MINUTE);
    expect(await countOf(ask('alice'))).toBe(3);
    expect((await ask('mallory')).status).toBe(403);
    expect((await ask('alice', '')).status).toBe(401);
    expect((await ask(undefined)).status).toBe(401);
    const broken = await ask('broken');
    expect([broken.status, await broken.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  });

  test('answers preflights and pages of the origins that may call, and no other pages', async () => {
    const page = (origin: string, init: RequestInit = {}) =>
      fetch(`${url}/pets/dog`, { ...init, headers: { origin, ...(init.headers as object) } });
    const preflight = await page('http://page.example', {
      method: 'OPTIONS',
      headers: { 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': 'http://page.example',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
    });
    const answer = await page('http://page.example');
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://page.example');
    expect((await page('http://other.example')).status).toBe(403);
    expect((await fetch(`${url}/pets/dog`)).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('throttles each stage by its rate and burst', async () => {
    const statuses = async (count: number) => {
      const found: number[] = [];
      for (let index = 0; index < count; index++) found.push((await fetch(`${url}/slow/pets/dog`)).status);
      return found;
    };
    expect(await statuses(3)).toEqual([200, 200, 429]);
    await fixture.advance(1_000);
    expect(await statuses(2)).toEqual([200, 429]);
    expect((await fetch(`${url}/pets/dog`)).status).toBe(200);
  });

  test('writes access logs and metrics', async () => {
    const before = new Date(fixture.cloud.clock.now());
    await fixture.advance(MINUTE);
    await fetch(`${url}/pets/dog?answer=404`);
    await fetch(`${url}/nothing%22quoted`);
    await fixture.settle();
    const { events = [] } = await new CloudWatchLogsClient(fixture.config()).send(
      new FilterLogEventsCommand({ logGroupName: '/access', startTime: before.getTime() + MINUTE }),
    );
    expect(events.map(({ message }) => JSON.parse(message as string))).toEqual([
      { route: 'GET /pets/dog', status: '404', path: '/pets/dog', error: '-', none: '-' },
      { route: '-', status: '404', path: '/nothing%22quoted', error: 'Not Found', none: '-' },
    ]);
    const { Datapoints = [] } = await new CloudWatchClient(fixture.config()).send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/ApiGateway',
        MetricName: '4xx',
        Dimensions: [{ Name: 'ApiId', Value: apiId }],
        StartTime: new Date(before.getTime() + MINUTE),
        EndTime: new Date(before.getTime() + 2 * MINUTE),
        Period: 60,
        Statistics: ['Sum'],
      }),
    );
    expect(Datapoints.map(({ Sum }) => Sum)).toEqual([2]);
  });

  test('refuses by name what is not implemented', async () => {
    const client = new ApiGatewayV2Client(fixture.config());
    const webSocket = client.send(new CreateApiCommand({ Name: 'w', ProtocolType: 'WEBSOCKET' }));
    await expect(webSocket).rejects.toThrow(/does not implement ProtocolType WEBSOCKET/);
    const proxy = new CreateIntegrationCommand({
      ApiId: apiId,
      IntegrationType: 'HTTP_PROXY',
      IntegrationUri: 'https://example.com',
      PayloadFormatVersion: '1.0',
    });
    await expect(client.send(proxy)).rejects.toThrow(/does not implement IntegrationType HTTP_PROXY/);
    const manual = new CreateStageCommand({ ApiId: apiId, StageName: 'manual' });
    await expect(client.send(manual)).rejects.toThrow(/does not implement stages without AutoDeploy/);
    const twice = new CreateRouteCommand({ ApiId: apiId, RouteKey: 'POST /pets' });
    await expect(client.send(twice)).rejects.toMatchObject({ name: 'ConflictException' });
    const malformed = new CreateRouteCommand({ ApiId: apiId, RouteKey: 'POST pets' });
    await expect(client.send(malformed)).rejects.toMatchObject({ name: 'BadRequestException' });
    const { Items = [] } = await client.send(new GetRoutesCommand({ ApiId: apiId }));
    expect(Items).toHaveLength(8);
  });

  test('is gone with its stack', async () => {
    await new CloudFormationClient(fixture.config()).send(new DeleteStackCommand({ StackName: 'Apis' }));
    await fixture.settle();
    expect((await fetch(`${url}/pets/dog`)).status).toBe(404);
    const { Items } = await new ApiGatewayV2Client(fixture.config()).send(new GetApisCommand({}));
    expect(Items).toEqual([]);
  });
});
