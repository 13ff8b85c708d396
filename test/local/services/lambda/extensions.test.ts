import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PublishLayerVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { LocalCloud } from '../../../../local/local-cloud';

/** An internal extension: after each answer it works until the URL in the event lets it end. */
const FUNCTION = `
const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension';
export const call = async (method, path, headers = {}, body = undefined) => {
  const answer = await fetch(api + path, { method, headers, body: body && JSON.stringify(body) });
  return { status: answer.status, id: answer.headers.get('lambda-extension-identifier'), ...(await answer.json()) };
};
const { id, ...registered } = await call('POST', '/register',
  { 'Lambda-Extension-Name': 'test', 'Lambda-Extension-Accept-Feature': 'accountId' }, { events: ['INVOKE'] });
const events = [];
let work;
(async () => {
  for (;;) {
    events.push(await call('GET', '/event/next', { 'Lambda-Extension-Identifier': id }));
    // Begins when the handler has returned.
    while (!work) await new Promise((resolve) => setImmediate(resolve));
    await fetch(work);
    work = undefined;
    console.log('worked');
  }
})();
export const handler = async (event) => {
  const answer = { process: process.pid, registered, events, calls: [] };
  for (const [method, path, headers, body] of event.calls ?? []) {
    answer.calls.push(await call(method, path, headers, body));
  }
  work = event.work;
  return answer;
};
`;

describe('internal extensions', () => {
  const cloud = new LocalCloud({ clock: { rate: 0, start: new Date('2031-05-01T00:00:00Z') } });
  const lambda = () => new LambdaClient({ ...cloud.clientConfig, maxAttempts: 1 });
  /** Extensions that work, by the path that they called. */
  const working = new Map<string, ServerResponse>();
  let begins: () => void = () => {};
  const server = createServer(({ url = '' }, response) => {
    if (url === '/at-once') {
      response.end();
      return;
    }
    working.set(url, response);
    begins();
  });

  beforeAll(async () => {
    await cloud.start();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const iam = new IAMClient(cloud.clientConfig);
    const trust = {
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    };
    await iam.send(
      new CreateRoleCommand({ RoleName: 'role', AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    const policy = { Statement: [{ Effect: 'Allow', Action: 'logs:*', Resource: '*' }] };
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'role',
        PolicyName: 'logs',
        PolicyDocument: JSON.stringify(policy),
      }),
    );
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await cloud.stop();
  });

  const create = (name: string, timeoutSeconds = 60) =>
    lambda().send(
      new CreateFunctionCommand({
        FunctionName: name,
        Role: `arn:aws:iam::${cloud.account}:role/role`,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Timeout: timeoutSeconds,
        Code: { ZipFile: zipSync({ 'index.mjs': strToU8(FUNCTION) }) },
      }),
    );

  async function invoke(name: string, work: string, event: object = {}) {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${work}`;
    const { Payload, FunctionError } = await lambda().send(
      new InvokeCommand({ FunctionName: name, Payload: JSON.stringify({ ...event, work: url }) }),
    );
    return { ...JSON.parse(Payload?.transformToString() ?? ''), functionError: FunctionError };
  }

  /** Resolves when the extension has begun its work. */
  const hasBegun = async (work: string) => {
    while (!working.has(work)) {
      await new Promise<void>((resolve) => {
        begins = resolve;
      });
    }
  };
  const letEnd = (work: string) => working.get(work)?.end();

  const logOf = async (name: string) => {
    const { events = [] } = await new CloudWatchLogsClient(cloud.clientConfig).send(
      new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}` }),
    );
    return events.map(({ message }) => message as string);
  };

  const metricOf = async (name: string, MetricName: string) => {
    const { Datapoints = [] } = await new CloudWatchClient(cloud.clientConfig).send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/Lambda',
        MetricName,
        Dimensions: [{ Name: 'FunctionName', Value: name }],
        StartTime: new Date(cloud.clock.now() - 3_600_000),
        EndTime: new Date(cloud.clock.now() + 120_000),
        Period: 60,
        Statistics: ['Sum', 'SampleCount'],
      }),
    );
    return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
  };

  test('the caller gets the answer while the extension works, and other requests meanwhile another process', async () => {
    await create('busy');
    const first = await invoke('busy', '/busy-1');
    await hasBegun('/busy-1');
    const second = await invoke('busy', '/busy-2');
    expect(second.process).not.toBe(first.process);
    await hasBegun('/busy-2');
    letEnd('/busy-1');
    letEnd('/busy-2');
    await cloud.clock.settle();
    const third = await invoke('busy', '/at-once');
    expect([first.process, second.process]).toContain(third.process);
  });

  test('an invocation that extensions work on counts towards the concurrency of the function', async () => {
    await create('single');
    await lambda().send(
      new PutFunctionConcurrencyCommand({ FunctionName: 'single', ReservedConcurrentExecutions: 1 }),
    );
    await invoke('single', '/single');
    await expect(invoke('single', '/at-once')).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    await hasBegun('/single');
    letEnd('/single');
    await cloud.clock.settle();
    expect(await invoke('single', '/at-once')).toMatchObject({ functionError: undefined });
  });

  test('time moves on only when the extension has ended', async () => {
    await create('timeless');
    const before = cloud.clock.now();
    await invoke('timeless', '/timeless');
    const advanced = cloud.clock.advance(1000);
    await hasBegun('/timeless');
    expect(cloud.clock.now()).toBe(before);
    letEnd('/timeless');
    await advanced;
    expect(cloud.clock.now()).toBe(before + 1000);
  });

  test('an extension gets what AWS tells it, and its work is in the duration of the invocation', async () => {
    await create('described');
    const first = await invoke('described', '/described');
    expect(first.registered).toEqual({
      status: 200,
      functionName: 'described',
      functionVersion: '$LATEST',
      handler: 'index.handler',
      accountId: cloud.account,
    });
    expect(first.events).toMatchObject([
      {
        eventType: 'INVOKE',
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        deadlineMs: cloud.clock.now() + 60_000,
        invokedFunctionArn: `arn:aws:lambda:us-east-1:${cloud.account}:function:described`,
        tracing: { type: 'X-Amzn-Trace-Id' },
      },
    ]);
    await hasBegun('/described');
    expect(await logOf('described')).not.toContainEqual(expect.stringContaining('REPORT'));
    letEnd('/described');
    await cloud.clock.settle();
    expect((await logOf('described')).map((line) => line.trim())).toEqual([
      expect.stringMatching(/^START/),
      expect.stringContaining('worked'),
      expect.stringMatching(/^END/),
      expect.stringMatching(/^REPORT/),
    ]);
    const extensions = await metricOf('described', 'PostRuntimeExtensionsDuration');
    expect(extensions).toBeGreaterThan(0);
    expect(await metricOf('described', 'Duration')).toBeGreaterThan(extensions);
  });

  test('the timeout ends extensions too: the caller has its answer, the invocation failed, and the process is not used again', async () => {
    await create('endless', 2);
    const first = await invoke('endless', '/endless');
    expect(first.functionError).toBeUndefined();
    await cloud.clock.settle();
    expect(await metricOf('endless', 'Errors')).toBe(1);
    const lines = await logOf('endless');
    expect(lines).toContainEqual(expect.stringContaining('Task timed out after 2.00 seconds'));
    expect(lines).toContainEqual(expect.stringMatching(/^REPORT .*Duration: 2000.00 ms.*Status: timeout/));
    expect((await invoke('endless', '/at-once')).process).not.toBe(first.process);
  });

  test('an asynchronous event whose extension does not end in time has failed', async () => {
    await create('event', 2);
    await lambda().send(
      new PutFunctionEventInvokeConfigCommand({ FunctionName: 'event', MaximumRetryAttempts: 0 }),
    );
    const { port } = server.address() as AddressInfo;
    const Payload = JSON.stringify({ work: `http://127.0.0.1:${port}/event` });
    await lambda().send(new InvokeCommand({ FunctionName: 'event', InvocationType: 'Event', Payload }));
    await cloud.clock.advance(1000);
    expect(await metricOf('event', 'AsyncEventsDropped')).toBe(1);
  });

  test("what AWS refuses is refused with AWS's words, and what is not implemented by name", async () => {
    await create('refused');
    const register = (name: string, events: string[]) => [
      'POST',
      '/register',
      { 'Lambda-Extension-Name': name },
      { events },
    ];
    const next = (id: string) => ['GET', '/event/next', { 'Lambda-Extension-Identifier': id }];
    const { calls } = await invoke('refused', '/at-once', {
      calls: [
        register('other', ['INVOKE', 'SHUTDOWN']),
        register('other', ['START']),
        register('other', ['INVOKE']),
        ['GET', '/event/next'],
        next('nobody'),
        next('3da1f2dc-3222-475e-9205-e2e6c6318895'),
        ['POST', '/exit/error'],
      ],
    });
    expect(calls).toMatchObject([
      {
        status: 403,
        errorType: 'Extension.InvalidEventType',
        errorMessage: 'SHUTDOWN: ShutdownEventNotSupportedForInternalExtension',
      },
      { status: 403, errorType: 'Extension.InvalidEventType', errorMessage: 'START: ErrorInvalidEventType' },
      {
        status: 403,
        errorType: 'Extension.RegistrationClosed',
        errorMessage: 'Extension registration closed already',
      },
      { status: 403, errorType: 'Extension.MissingExtensionIdentifier' },
      {
        status: 403,
        errorType: 'Extension.InvalidExtensionIdentifier',
        errorMessage: 'Invalid Lambda-Extension-Identifier',
      },
      {
        status: 403,
        errorType: 'Extension.UnknownExtensionIdentifier',
        errorMessage: 'Unknown extension 3da1f2dc-3222-475e-9205-e2e6c6318895',
      },
      {
        status: 501,
        errorType: 'NotImplemented',
        errorMessage: 'the local cloud does not implement POST /extension/exit/error of the Extensions API',
      },
    ]);
    const layer = zipSync({ 'extensions/watcher': strToU8('#!/bin/sh') });
    await expect(
      lambda().send(new PublishLayerVersionCommand({ LayerName: 'watcher', Content: { ZipFile: layer } })),
    ).rejects.toThrow(
      'the local cloud does not implement external extensions, which the layer watcher has in extensions/',
    );
  });
});
