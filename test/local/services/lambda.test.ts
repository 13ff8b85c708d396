import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  ListFunctionsCommand,
  ListTagsCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  RemovePermissionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { servicePrincipal } from '../../../local/gateway/principal';
import { LocalCloud } from '../../../local/local-cloud';
import type { FunctionResponse, LambdaService } from '../../../local/services/lambda/lambda-service';

const ROLE = 'arn:aws:iam::000000000000:role/function-role';
const START = new Date('2031-05-01T00:00:00Z');

describe('Lambda', () => {
  const cloud = new LocalCloud({ clock: { rate: 0, start: START } });
  const config = () => cloud.clientConfig;
  const lambda = () => new LambdaClient(config());

  beforeAll(async () => {
    await cloud.start();
    await createRole('function-role', [
      { Effect: 'Allow', Action: 'logs:*', Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['ssm:PutParameter', 'ssm:GetParameter'],
        Resource: 'arn:aws:ssm:*:*:parameter/granted/*',
      },
    ]);
  });
  afterAll(() => cloud.stop());

  async function createRole(name: string, statements: object[], service = 'lambda.amazonaws.com') {
    const iam = new IAMClient(config());
    const trust = {
      Statement: [
        { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' },
        { Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' },
      ],
    };
    await iam.send(
      new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    if (statements.length === 0) return;
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: name,
        PolicyName: 'policy',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
      }),
    );
  }

  function create(name: string, code: string, options: Partial<CreateFunctionCommandInput> = {}) {
    return lambda().send(
      new CreateFunctionCommand({
        FunctionName: name,
        Role: ROLE,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: zip({ 'index.js': code }) },
        Timeout: 20,
        ...options,
      }),
    );
  }

  async function invoke(name: string, event: unknown = {}, options: Partial<InvokeCommandInput> = {}) {
    const { Payload, LogResult, ...rest } = await lambda().send(
      new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event), LogType: 'Tail', ...options }),
    );
    return {
      ...rest,
      payload: JSON.parse(Payload?.transformToString() || 'null'),
      log: Buffer.from(LogResult ?? '', 'base64').toString(),
    };
  }

  async function logOf(name: string, filterPattern = ''): Promise<string[]> {
    const { events = [] } = await new CloudWatchLogsClient(config()).send(
      new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}`, filterPattern }),
    );
    return events.map(({ message }) => message as string);
  }

  test('a function that shares a log group has its name in the names of its log streams', async () => {
    const logs = new CloudWatchLogsClient(config());
    await create('sharing', 'exports.handler = async () => console.log("hello")', {
      LoggingConfig: { LogGroup: '/shared' },
    });
    await invoke('sharing');
    const { logStreams = [] } = await logs.send(new DescribeLogStreamsCommand({ logGroupName: '/shared' }));
    expect(logStreams.map(({ logStreamName }) => logStreamName)).toEqual([
      expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/sharing\[\$LATEST\]\[\w+\]$/),
    ]);
  });

  test('a function is active at once, described as it was created, and listed', async () => {
    await create('described', 'exports.handler = async () => 1', {
      Description: 'one',
      MemorySize: 256,
      Environment: { Variables: { AB: 'b' } },
      Tags: { team: 'ml' },
    });
    await waitUntilFunctionActiveV2({ client: lambda(), maxWaitTime: 5 }, { FunctionName: 'described' });
    const { Configuration, Code, Tags } = await lambda().send(
      new GetFunctionCommand({ FunctionName: 'described' }),
    );
    expect(Configuration).toMatchObject({
      FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:described',
      MemorySize: 256,
      Version: '$LATEST',
      Environment: { Variables: { AB: 'b' } },
      LoggingConfig: { LogGroup: '/aws/lambda/described', LogFormat: 'Text' },
    });
    expect(Tags).toEqual({ team: 'ml' });
    const { Tags: listed } = await lambda().send(
      new ListTagsCommand({ Resource: Configuration?.FunctionArn }),
    );
    expect(listed).toEqual({ team: 'ml' });
    const downloaded = new Uint8Array(await (await fetch(Code?.Location as string)).arrayBuffer());
    expect(Object.keys(unzipSync(downloaded))).toEqual(['index.js']);
    const { Functions } = await lambda().send(new ListFunctionsCommand({}));
    expect(Functions?.map(({ FunctionName }) => FunctionName)).toContain('described');
  });

  test('an invocation gives the answer, and its log ends the result', async () => {
    await create(
      'adder',
      `exports.handler = async ({ a, b }, context) => {
        console.log('adding', { a }, '\\nand more');
        return { sum: a + b, name: context.functionName, arn: context.invokedFunctionArn, memory: context.memoryLimitInMB,
          remaining: context.getRemainingTimeInMillis(), requestId: context.awsRequestId };
      }`,
    );
    const { payload, log, StatusCode, ExecutedVersion, FunctionError } = await invoke('adder', {
      a: 1,
      b: 2,
    });
    expect({ StatusCode, ExecutedVersion, FunctionError }).toEqual({
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
    });
    expect(payload).toMatchObject({
      sum: 3,
      name: 'adder',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:adder',
      memory: '128',
    });
    expect(payload.remaining).toBeGreaterThan(15_000);
    expect(payload.remaining).toBeLessThanOrEqual(20_000);
    const { requestId } = payload;
    expect(log).toContain(`START RequestId: ${requestId} Version: $LATEST\n`);
    expect(log).toContain(`\t${requestId}\tINFO\tadding { a: 1 } \nand more\n`);
    expect(log).toMatch(
      /REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB/,
    );
    const events = await logOf('adder');
    expect(events.map((event) => event.split(' ')[0])).toEqual([
      'START',
      expect.stringContaining('adding'),
      'END',
      'REPORT',
    ]);
  });

  test('a warm process is used again; a change of the configuration or the code starts another', async () => {
    const code = (version: number) =>
      `let calls = 0; exports.handler = async () => [${version}, process.env.SETTING, ++calls]`;
    await create('warm', code(1), { Environment: { Variables: { SETTING: 'x' } } });
    expect((await invoke('warm')).payload).toEqual([1, 'x', 1]);
    expect((await invoke('warm')).payload).toEqual([1, 'x', 2]);
    await lambda().send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'warm',
        Environment: { Variables: { SETTING: 'y' } },
      }),
    );
    expect((await invoke('warm')).payload).toEqual([1, 'y', 1]);
    await lambda().send(
      new UpdateFunctionCodeCommand({ FunctionName: 'warm', ZipFile: zip({ 'index.js': code(2) }) }),
    );
    expect((await invoke('warm')).payload).toEqual([2, 'y', 1]);
  });

  test('parallel invocations run in processes of their own, and those beyond the limit wait', async () => {
    await create(
      'parallel',
      `let busy = 0; exports.handler = async () => {
        busy++; await new Promise((done) => setTimeout(done, 50)); return [process.pid, busy--]; }`,
    );
    const answers = await Promise.all(Array.from({ length: 12 }, () => invoke('parallel')));
    expect(answers.map(({ payload }) => payload[1])).toEqual(Array(12).fill(1));
    const processes = new Set(answers.map(({ payload }) => payload[0])).size;
    expect(processes).toBeGreaterThan(1);
    expect(processes).toBeLessThanOrEqual(10);
  });

  test('handlers may be ES modules that import the SDK, or call back', async () => {
    await create('esm', '', {
      Handler: 'code/main.run',
      Code: {
        ZipFile: zip({
          'code/main.mjs':
            "import { SSMClient } from '@aws-sdk/client-ssm'; export const run = async () => SSMClient.name;",
        }),
      },
    });
    expect((await invoke('esm')).payload).toBe('SSMClient');
    await create(
      'callback',
      `exports.handler = (event, context, callback) => {
        setTimeout(() => { late = 'yes'; }, 20); let late = 'no';
        if (event.fail) callback(new TypeError('no')); else callback(null, { get late() { return late; } });
      }`,
    );
    expect((await invoke('callback')).payload).toEqual({ late: 'yes' });
    expect(await invoke('callback', { fail: true })).toMatchObject({
      FunctionError: 'Unhandled',
      payload: { errorType: 'TypeError', errorMessage: 'no' },
    });
    await create('silent', 'exports.handler = () => {}');
    expect((await invoke('silent')).payload).toBeNull();
    await create('modern', 'exports.handler = (event, context, callback) => {}', { Runtime: 'nodejs24.x' });
    expect((await invoke('modern')).payload).toMatchObject({
      errorType: 'Runtime.CallbackHandlerDeprecated',
    });
  });

  test('what a handler throws is the payload of a failed invocation', async () => {
    await create(
      'thrower',
      `class NoData extends Error { constructor() { super('no rows'); this.name = 'NoData'; } }
       exports.handler = async () => { throw new NoData(); }`,
    );
    const { payload, FunctionError, StatusCode, log } = await invoke('thrower');
    expect({ FunctionError, StatusCode }).toEqual({ FunctionError: 'Unhandled', StatusCode: 200 });
    expect(payload).toMatchObject({ errorType: 'NoData', errorMessage: 'no rows' });
    expect(payload.trace[0]).toBe('NoData: no rows');
    expect(log).toMatch(/\tERROR\tInvoke Error \t\{"errorType":"NoData","errorMessage":"no rows"/);
  });

  test('an invocation that takes too long is ended, and the next one starts anew', async () => {
    await create(
      'slow',
      'exports.handler = async ({ slow }) => slow ? new Promise(() => setInterval(() => {}, 9)) : 1',
      {
        Timeout: 1,
      },
    );
    const { payload, FunctionError, log } = await invoke('slow', { slow: true });
    expect(FunctionError).toBe('Unhandled');
    expect(payload.errorMessage).toMatch(/^RequestId: \S+ Error: Task timed out after 1\.00 seconds$/);
    expect(log).toMatch(/Z \S+ Task timed out after 1\.00 seconds\n/);
    expect(log).toContain('Status: timeout');
    expect((await invoke('slow')).payload).toBe(1);
  });

  test('a process that ends is a failed invocation', async () => {
    await create(
      'crasher',
      `exports.handler = async ({ how }) => {
        if (how === 'exit') process.exit(1);
        if (how === 'throw') setTimeout(() => { throw new RangeError('later'); });
        if (how === 'reject') Promise.reject(new Error('unseen'));
        if (how === 'forget') return new Promise(() => {});
        if (how === 'memory') for (const all = [];;) all.push(Array(1e5).fill(all.length));
        await new Promise((done) => setTimeout(done, 200));
        return 'alive';
      }`,
    );
    const fail = async (how: string) => (await invoke('crasher', { how })).payload;
    expect(await fail('exit')).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: exit status 1$/),
    });
    expect(await fail('throw')).toMatchObject({ errorType: 'RangeError', errorMessage: 'later' });
    expect(await fail('reject')).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'Error: unseen',
    });
    expect(await fail('forget')).toMatchObject({ errorType: 'Runtime.NodeJsExit' });
    expect(await fail('memory')).toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(await fail('')).toBe('alive');
  });

  test('a handler that cannot be loaded is named', async () => {
    await create('no-module', "require('no-such-module')");
    expect((await invoke('no-module')).payload).toMatchObject({
      errorType: 'Runtime.ImportModuleError',
      errorMessage: expect.stringContaining("Error: Cannot find module 'no-such-module'"),
    });
    await create('no-export', 'exports.other = 1');
    expect((await invoke('no-export')).payload).toMatchObject({
      errorType: 'Runtime.HandlerNotFound',
      errorMessage: 'index.handler is undefined or not exported',
    });
    await create('no-syntax', 'exports.handler = async () => {');
    expect((await invoke('no-syntax')).payload).toMatchObject({ errorType: 'Runtime.UserCodeSyntaxError' });
  });

  test("a function has its role's rights and no others, and not the developer's environment", async () => {
    process.env.DEVELOPERS_SECRET = 'x';
    await create(
      'rights',
      `const { STSClient, GetCallerIdentityCommand } = require('@aws-sdk/client-sts');
       const { SSMClient, GetParameterCommand, PutParameterCommand } = require('@aws-sdk/client-ssm');
       exports.handler = async () => {
         const { Arn } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
         const ssm = new SSMClient({});
         await ssm.send(new PutParameterCommand({ Name: '/granted/x', Value: 'by function', Type: 'String' }));
         const denied = await ssm.send(new GetParameterCommand({ Name: '/other' })).catch((error) => error);
         return { Arn, denied: [denied.name, denied.message], secret: process.env.DEVELOPERS_SECRET,
           region: process.env.AWS_REGION, handler: process.env._HANDLER, zone: new Date().getTimezoneOffset() };
       }`,
    );
    const { payload } = await invoke('rights');
    delete process.env.DEVELOPERS_SECRET;
    expect(payload).toEqual({
      Arn: 'arn:aws:sts::000000000000:assumed-role/function-role/rights',
      denied: [
        'AccessDeniedException',
        expect.stringContaining('is not authorized to perform: ssm:GetParameter on resource'),
      ],
      region: 'us-east-1',
      handler: 'index.handler',
      zone: 0,
    });
    const { Parameter } = await new SSMClient(config()).send(new GetParameterCommand({ Name: '/granted/x' }));
    expect(Parameter?.Value).toBe('by function');
  });

  test('a function sees the time of the cloud', async () => {
    await create(
      'clock',
      'exports.handler = async () => [Date.now(), new Date().toISOString(), new Date(5).getTime()]',
    );
    const near = (time: unknown) => Math.abs(Number(time) - cloud.clock.now());
    for (let day = 0; day < 2; day++) {
      const [now, iso, five] = (await invoke('clock')).payload;
      expect(near(now)).toBeLessThan(10_000);
      expect(near(new Date(iso))).toBeLessThan(10_000);
      expect(five).toBe(5);
      await cloud.clock.advance(86_400_000);
    }
  });

  test('AWS services call a function only as its policy says', async () => {
    await create('target', 'exports.handler = async (event) => event.detail');
    const service = cloud.service<LambdaService>('lambda');
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:target';
    const by = (source: string): Promise<FunctionResponse> =>
      service.invoke(
        arn,
        { detail: 7 },
        {
          type: 'RequestResponse',
          principal: servicePrincipal('events.amazonaws.com', cloud.account, source),
        },
      );
    const rule = 'arn:aws:events:us-east-1:000000000000:rule/mine';
    await expect(by(rule)).rejects.toMatchObject({ name: 'AccessDenied' });
    await lambda().send(
      new AddPermissionCommand({
        FunctionName: 'target',
        StatementId: 'rule',
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: rule,
      }),
    );
    await expect(by(rule)).resolves.toMatchObject({ statusCode: 200, payload: 7 });
    await expect(by(`${rule}-other`)).rejects.toMatchObject({ name: 'AccessDenied' });
    const { Policy } = await lambda().send(new GetPolicyCommand({ FunctionName: 'target' }));
    expect(JSON.parse(Policy as string).Statement).toEqual([
      {
        Sid: 'rule',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'lambda:InvokeFunction',
        Resource: arn,
        Condition: { ArnLike: { 'AWS:SourceArn': rule } },
      },
    ]);
    await lambda().send(new RemovePermissionCommand({ FunctionName: 'target', StatementId: 'rule' }));
    await expect(by(rule)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('a policy of the function says nothing about its aliases', async () => {
    await create('qualified', 'exports.handler = async () => 1');
    await lambda().send(new PublishVersionCommand({ FunctionName: 'qualified' }));
    await lambda().send(
      new CreateAliasCommand({ FunctionName: 'qualified', Name: 'live', FunctionVersion: '1' }),
    );
    const allow = (Qualifier?: string) =>
      lambda().send(
        new AddPermissionCommand({
          FunctionName: 'qualified',
          Qualifier,
          StatementId: 's3',
          Action: 'lambda:InvokeFunction',
          Principal: 's3.amazonaws.com',
        }),
      );
    const principal = servicePrincipal('s3.amazonaws.com', cloud.account);
    const call = () =>
      cloud
        .service<LambdaService>('lambda')
        .invoke('qualified:live', {}, { type: 'RequestResponse', principal });
    await allow();
    await expect(call()).rejects.toMatchObject({ name: 'AccessDenied' });
    await allow('live');
    await expect(call()).resolves.toMatchObject({ payload: 1, executedVersion: '1' });
  });

  test('a role calls a function only with lambda:InvokeFunction, and creates one only with iam:PassRole', async () => {
    await create('guarded', 'exports.handler = async () => 1');
    await createRole('caller', [
      { Effect: 'Allow', Action: 'lambda:CreateFunction', Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: 'arn:aws:lambda:us-east-1:000000000000:function:adder',
      },
    ]);
    const { Credentials } = await new STSClient(config()).send(
      new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::000000000000:role/caller', RoleSessionName: 'test' }),
    );
    const client = new LambdaClient({
      ...config(),
      credentials: {
        accessKeyId: Credentials?.AccessKeyId as string,
        secretAccessKey: Credentials?.SecretAccessKey as string,
        sessionToken: Credentials?.SessionToken,
      },
    });
    await expect(client.send(new InvokeCommand({ FunctionName: 'guarded' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        'lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:guarded',
      ),
    });
    await expect(
      client.send(
        new CreateFunctionCommand({
          FunctionName: 'by-caller',
          Role: ROLE,
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Code: { ZipFile: zip({ 'index.js': '' }) },
        }),
      ),
    ).rejects.toMatchObject({ message: expect.stringContaining('iam:PassRole') });
  });

  test('an asynchronous event is tried three times, one and two minutes apart', async () => {
    await create('flaky', "exports.handler = async () => { console.log('attempt'); throw new Error('no'); }");
    const { StatusCode, payload } = await invoke('flaky', {}, { InvocationType: 'Event' });
    expect({ StatusCode, payload }).toEqual({ StatusCode: 202, payload: null });
    const attempts = async () => (await logOf('flaky', 'attempt')).length;
    await cloud.clock.advance(0);
    expect(await attempts()).toBe(1);
    await cloud.clock.advance(59_000);
    expect(await attempts()).toBe(1);
    await cloud.clock.advance(2_000);
    expect(await attempts()).toBe(2);
    await cloud.clock.advance(120_000);
    expect(await attempts()).toBe(3);
    await cloud.clock.advance(3_600_000);
    expect(await attempts()).toBe(3);
    const requests = (await logOf('flaky', 'START')).map((line) => line.split(' ')[2]);
    expect(new Set(requests).size).toBe(1);
  });

  test('retries can be turned off', async () => {
    await create('once', "exports.handler = async () => { console.log('attempt'); throw new Error('no'); }");
    await lambda().send(
      new PutFunctionEventInvokeConfigCommand({ FunctionName: 'once', MaximumRetryAttempts: 0 }),
    );
    await invoke('once', {}, { InvocationType: 'Event' });
    await cloud.clock.advance(3_600_000);
    expect(await logOf('once', 'attempt')).toHaveLength(1);
  });

  test('versions stay as they were published, and an alias spreads invocations by its weights', async () => {
    await create('spread', 'exports.handler = async () => 1');
    const publish = () => lambda().send(new PublishVersionCommand({ FunctionName: 'spread' }));
    expect((await publish()).Version).toBe('1');
    expect((await publish()).Version).toBe('1');
    await lambda().send(
      new UpdateFunctionCodeCommand({
        FunctionName: 'spread',
        ZipFile: zip({ 'index.js': 'exports.handler = async () => 2' }),
      }),
    );
    expect(await publish()).toMatchObject({
      Version: '2',
      FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:spread:2',
    });
    expect((await invoke('spread:1')).payload).toBe(1);
    await lambda().send(
      new CreateAliasCommand({ FunctionName: 'spread', Name: 'live', FunctionVersion: '1' }),
    );
    const alias = { FunctionName: 'spread', Name: 'live' };
    const count = async () => {
      let second = 0;
      for (let call = 0; call < 100; call++) second += (await invoke('spread:live')).payload === 2 ? 1 : 0;
      return second;
    };
    await lambda().send(
      new UpdateAliasCommand({ ...alias, RoutingConfig: { AdditionalVersionWeights: { 2: 0.25 } } }),
    );
    // Binomial(100, .25) lies within 10..42 but for one in ten thousand; the seed makes it the same each
    // time.
    const second = await count();
    expect(second).toBeGreaterThanOrEqual(10);
    expect(second).toBeLessThanOrEqual(42);
    await lambda().send(
      new UpdateAliasCommand({
        ...alias,
        FunctionVersion: '2',
        RoutingConfig: { AdditionalVersionWeights: {} },
      }),
    );
    expect(await invoke('spread:live')).toMatchObject({ payload: 2, ExecutedVersion: '2' });
    await expect(
      lambda().send(new DeleteFunctionCommand({ FunctionName: 'spread', Qualifier: '2' })),
    ).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message: expect.stringContaining('[live]'),
    });
  });

  test('layers bring modules', async () => {
    const { LayerVersionArn } = await lambda().send(
      new PublishLayerVersionCommand({
        LayerName: 'tools',
        Content: {
          ZipFile: zip({ 'nodejs/node_modules/tool/index.js': "module.exports = 'from the layer'" }),
        },
      }),
    );
    await create('layered', "exports.handler = async () => require('tool')", {
      Layers: [LayerVersionArn as string],
    });
    expect((await invoke('layered')).payload).toBe('from the layer');
  });

  test('reserved concurrency throttles', async () => {
    await create('reserved', 'exports.handler = async () => 1');
    await lambda().send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'reserved', ReservedConcurrentExecutions: 0 }),
    );
    const client = new LambdaClient({ ...config(), maxAttempts: 1 });
    await expect(client.send(new InvokeCommand({ FunctionName: 'reserved' }))).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
  });

  test('invocations are counted in CloudWatch, and logs may carry metrics', async () => {
    await create(
      'counted',
      `exports.handler = async ({ fail }) => {
        console.log(JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics: [
          { Namespace: 'Mine', Dimensions: [['Kind']], Metrics: [{ Name: 'Rows', Unit: 'Count' }] } ] }, Kind: 'a', Rows: 40 }));
        process.stdout.write(JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics: [
          { Namespace: 'Mine', Dimensions: [['Kind']], Metrics: [{ Name: 'Rows', Unit: 'Count' }] } ] }, Kind: 'a', Rows: 2 }) + '\\n');
        if (fail) throw new Error('no');
      }`,
    );
    const from = new Date(cloud.clock.now() - 60_000);
    await invoke('counted');
    await invoke('counted', { fail: true });
    const sum = async (Namespace: string, MetricName: string, Dimensions: object) => {
      const { Datapoints } = await new CloudWatchClient(config()).send(
        new GetMetricStatisticsCommand({
          Namespace,
          MetricName,
          Dimensions: Object.entries(Dimensions).map(([Name, Value]) => ({ Name, Value })),
          StartTime: from,
          EndTime: new Date(cloud.clock.now() + 120_000),
          Period: 3600,
          Statistics: ['Sum'],
        }),
      );
      return (Datapoints ?? []).reduce((total, { Sum = 0 }) => total + Sum, 0);
    };
    expect(await sum('AWS/Lambda', 'Invocations', { FunctionName: 'counted' })).toBe(2);
    expect(await sum('AWS/Lambda', 'Errors', { FunctionName: 'counted' })).toBe(1);
    expect(await sum('AWS/Lambda', 'Duration', { FunctionName: 'counted' })).toBeGreaterThan(0);
    expect(await sum('Mine', 'Rows', { Kind: 'a' })).toBe(84);
  });

  test('logs can be JSON', async () => {
    await create(
      'json-log',
      "exports.handler = async () => { console.debug('no'); console.warn('careful'); }",
      {
        LoggingConfig: { LogFormat: 'JSON' },
      },
    );
    await invoke('json-log');
    const events = (await logOf('json-log')).map((event) => JSON.parse(event));
    expect(events).toMatchObject([
      { type: 'platform.start', record: { version: '$LATEST' } },
      { level: 'WARN', message: 'careful', requestId: expect.any(String) },
      { type: 'platform.report', record: { status: 'success', metrics: { memorySizeMB: 128 } } },
    ]);
  });

  test('with JSON logs, what a function writes by itself is taken as it is, and filtered by its level', async () => {
    const line = (level: string, message: string) =>
      JSON.stringify({ level, message, timestamp: '2026-11-30T01:00:00.000Z' });
    await create(
      'own-json-log',
      `exports.handler = async ({ lines }) => { for (const line of lines) process.stdout.write(line + '\\n'); }`,
      { LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'WARN', SystemLogLevel: 'WARN' } },
    );
    const kept = [line('WARN', 'careful'), line('error', 'broken')];
    const withoutLevel = ['plain text', '{"message":"no level"}', '{"level":"ERROR","message":"no time"}'];
    await invoke('own-json-log', { lines: [...kept, line('INFO', 'fine'), ...withoutLevel] });
    expect(await logOf('own-json-log')).toEqual(kept);
  });

  test('with JSON logs, an error is described in the line, and the report of a failure is a warning', async () => {
    await create(
      'failing-json-log',
      `exports.handler = async () => {
        console.error(new RangeError('too far'));
        console.error('it broke:', new TypeError('no such thing'));
        throw new Error('end');
      }`,
      { LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN' } },
    );
    await invoke('failing-json-log');
    const events = (await logOf('failing-json-log')).map((event) => JSON.parse(event));
    expect(events).toMatchObject([
      {
        level: 'ERROR',
        message: { errorType: 'RangeError', errorMessage: 'too far', stackTrace: expect.any(Array) },
      },
      {
        level: 'ERROR',
        message: expect.stringContaining('it broke: TypeError: no such thing'),
        errorType: 'TypeError',
        errorMessage: 'no such thing',
        stackTrace: expect.arrayContaining(['TypeError: no such thing']),
      },
      { level: 'ERROR', message: { errorType: 'Error', errorMessage: 'end' } },
      { type: 'platform.report', record: { status: 'error', errorType: 'Error' } },
    ]);
  });

  test('with JSON logs, metrics in what a function writes are found, and none in what its console nests', async () => {
    const metric = (rows: number) =>
      JSON.stringify({
        _aws: {
          Timestamp: cloud.clock.now(),
          CloudWatchMetrics: [{ Namespace: 'Nested', Dimensions: [[]], Metrics: [{ Name: 'Rows' }] }],
        },
        Rows: rows,
      });
    await create(
      'json-metrics',
      `exports.handler = async ({ written, nested }) => { process.stdout.write(written + '\\n'); console.log(nested); }`,
      { LoggingConfig: { LogFormat: 'JSON' } },
    );
    await invoke('json-metrics', { written: metric(2), nested: metric(40) });
    const { Datapoints } = await new CloudWatchClient(config()).send(
      new GetMetricStatisticsCommand({
        Namespace: 'Nested',
        MetricName: 'Rows',
        StartTime: new Date(cloud.clock.now() - 60_000),
        EndTime: new Date(cloud.clock.now() + 120_000),
        Period: 3600,
        Statistics: ['Sum'],
      }),
    );
    expect(Datapoints?.map(({ Sum }) => Sum)).toEqual([2]);
  });

  test('a function whose role may not write logs works without', async () => {
    await createRole('no-logs', []);
    await create('quiet', "exports.handler = async () => { console.log('x'); return 1; }", {
      Role: 'arn:aws:iam::000000000000:role/no-logs',
    });
    expect((await invoke('quiet')).payload).toBe(1);
    await expect(logOf('quiet')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test("answers of CDK's custom resources find their way home", async () => {
    await create(
      'responder',
      `const https = require('https');
       exports.handler = (url) => new Promise((resolve, reject) => {
         const { hostname, pathname: path } = new URL(url);
         const request = https.request({ hostname, path, method: 'PUT', headers: { 'content-length': 2 } }, (response) => {
           response.resume(); response.on('end', () => resolve(response.statusCode)); });
         request.on('error', reject); request.end('{}');
       });`,
    );
    // Without CloudFormation's route it is the gateway that answers.
    const { payload } = await invoke('responder', `${cloud.url}/_local/cfn-response/token`);
    expect(payload).toBeGreaterThanOrEqual(200);
    expect(payload).toBeLessThan(500);
  });

  test("what it cannot do is refused by name, and what AWS refuses with AWS's words", async () => {
    await expect(create('python', '', { Runtime: 'python3.13' })).rejects.toThrow(
      'the local cloud does not implement the runtime python3.13 of the function python; it runs Node.js functions only: nodejs20.x, nodejs22.x, nodejs24.x',
    );
    await expect(create('image', '', { PackageType: 'Image', Code: { ImageUri: 'x' } })).rejects.toThrow(
      'container images',
    );
    const FileSystemConfigs = [
      {
        Arn: 'arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-0123456789abcdef0',
        LocalMountPath: '/mnt/data',
      },
    ];
    await expect(create('mounted', '', { FileSystemConfigs })).rejects.toThrow(
      'FileSystemConfigs of CreateFunction',
    );
    await createRole('of-sagemaker', [], 'sagemaker.amazonaws.com');
    await expect(
      create('wrong-role', '', { Role: 'arn:aws:iam::000000000000:role/of-sagemaker' }),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The role defined for the function cannot be assumed by Lambda.',
    });
    await expect(create('no-zip', '', { Code: { ZipFile: strToU8('no zip') } })).rejects.toThrow(
      'Could not unzip uploaded file',
    );
    await expect(create('adder', '')).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message: 'Function already exist: adder',
    });
    await expect(invoke('nope')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope',
    });
    await expect(
      lambda().send(new InvokeCommand({ FunctionName: 'adder', Payload: '{' })),
    ).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
    await expect(
      lambda().send(new InvokeCommand({ FunctionName: 'adder', Payload: `"${'x'.repeat(6_291_456)}"` })),
    ).rejects.toMatchObject({ name: 'RequestTooLargeException', $metadata: { httpStatusCode: 413 } });
    await expect(
      create('reserved-name', '', { Environment: { Variables: { AWS_REGION: 'x' } } }),
    ).rejects.toThrow('Reserved keys used in this request: AWS_REGION');
  });
});

function zip(files: Record<string, string>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}
