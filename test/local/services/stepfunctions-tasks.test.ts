import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { strToU8, zipSync } from 'fflate';
import { MINUTE, SECOND } from './service-fixture';
import { ACCOUNT, StatesFixture } from './stepfunctions-fixture';

const FUNCTION = `arn:aws:lambda:us-east-1:${ACCOUNT}:function`;

describe('Task states', () => {
  const fixture = new StatesFixture();
  beforeAll(async () => {
    await fixture.start();
    await fixture.role('function', [], 'lambda.amazonaws.com');
    await createFunction(
      'worker',
      `exports.handler = async (event) => {
        if (event.fail) { const error = new Error(event.fail); error.name = 'BadRows'; throw error; }
        return { got: event };
      }`,
    );
  });
  afterAll(() => fixture.stop());

  async function createFunction(name: string, code: string): Promise<void> {
    await new LambdaClient(fixture.config()).send(
      new CreateFunctionCommand({
        FunctionName: name,
        Role: `arn:aws:iam::${ACCOUNT}:role/function`,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: zipSync({ 'index.js': strToU8(code) }) },
        Timeout: 20,
      }),
    );
  }

  const task = (resource: string, Arguments: unknown, more: object = {}) => ({
    Type: 'Task',
    Resource: `arn:aws:states:::${resource}`,
    Arguments,
    ...more,
  });

  test.each([
    ['throttling', 'lambda:invoke', { FunctionName: 'worker' }, 'Lambda.TooManyRequestsException'],
    ['internal', 'lambda:invoke', { FunctionName: 'worker' }, 'Lambda.ServiceException'],
    ['lost-answer', 'lambda:invoke', { FunctionName: 'worker' }, 'Lambda.SdkClientException'],
    ['throttling', 'aws-sdk:sagemaker:listModels', {}, 'SageMaker.SageMakerException'],
    ['internal', 'aws-sdk:ssm:getParameter', { Name: '/a' }, 'Ssm.InternalServerErrorException'],
    ['timeout', 'aws-sdk:sagemaker:listModels', {}, 'SageMaker.SdkClientException'],
  ] as const)('a fault (%s) of %s %j is %s', async (kind, resource, input, name) => {
    fixture.cloud.injectFaults({ rate: 1, kinds: [kind], services: ['lambda', 'sagemaker', 'ssm'] });
    const { error } = await fixture.runState(task(resource, input));
    fixture.cloud.injectFaults(undefined);
    expect(error).toBe(name);
  });

  describe('lambda:invoke', () => {
    const invoke = (Payload: unknown, more?: object) =>
      fixture.runState(task('lambda:invoke', { FunctionName: 'worker', Payload }, more), { x: 1 });

    test('gives the payload as JSON', async () => {
      const { arn, output } = await invoke({ x: '{% $states.input.x %}' });
      expect(output).toEqual({
        ExecutedVersion: '$LATEST',
        Payload: { got: { x: 1 } },
        StatusCode: 200,
      });
      const details = (await fixture.history(arn)).map(
        ({ taskScheduledEventDetails, taskSucceededEventDetails }) =>
          taskScheduledEventDetails ?? taskSucceededEventDetails,
      );
      expect(details.filter(Boolean)).toEqual([
        {
          resourceType: 'lambda',
          resource: 'invoke',
          region: 'us-east-1',
          parameters: '{"FunctionName":"worker","Payload":{"x":1}}',
        },
        expect.objectContaining({ resourceType: 'lambda', resource: 'invoke' }),
      ]);
    });

    // As LocalStack recorded on AWS: test_invoke_json_values.
    test.each([
      ['"HelloWorld"', 'HelloWorld'],
      ['0.0', 0],
      ['{"x": 1}', { x: 1 }],
    ])('takes the text %s as the JSON that it holds', async (text, got) => {
      const { output } = await invoke(text);
      expect(output).toMatchObject({ Payload: { got } });
    });

    test('gives the client context, which the function gets parsed', async () => {
      await createFunction('caller', 'exports.handler = async (event, { clientContext }) => clientContext;');
      const ClientContext = "{% $base64encode($string({'custom': {'id': $states.context.Execution.Id}})) %}";
      const { arn, output } = await fixture.runState(
        task('lambda:invoke', { FunctionName: 'caller', Payload: {}, ClientContext }),
      );
      expect(output).toMatchObject({ Payload: { custom: { id: arn } } });
      const refused = await fixture.runState(
        task('lambda:invoke', { FunctionName: 'caller', ClientContext: 'no JSON' }),
      );
      expect(refused.error).toBe('Lambda.InvalidRequestContentException');
    });

    test('fails for a text that is no JSON', async () => {
      const { error, cause } = await invoke('HelloWorld');
      expect(error).toBe('Lambda.InvalidRequestContentException');
      expect(cause).toContain('Could not parse request body into json');
    });

    test("fails with the function's own error", async () => {
      const { error, cause } = await invoke({ fail: 'row 7' });
      expect(error).toBe('BadRows');
      expect(JSON.parse(cause as string)).toMatchObject({ errorType: 'BadRows', errorMessage: 'row 7' });
    });

    test('names what Lambda refuses', async () => {
      const { error, cause } = await fixture.runState(task('lambda:invoke', { FunctionName: 'nobody' }));
      expect(error).toBe('Lambda.ResourceNotFoundException');
      expect(cause).toMatch(
        /^Function not found: .*:function:nobody.* \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: [\w-]+; Proxy: null\)$/,
      );
    });

    test('by the ARN of the function has events of its own', async () => {
      const state = { Type: 'Task', Resource: `${FUNCTION}:worker`, Arguments: { y: 2 } };
      const { arn, output } = await fixture.runState(state);
      expect(output).toEqual({ got: { y: 2 } });
      expect((await fixture.eventTypes(arn)).slice(2, 5)).toEqual([
        'LambdaFunctionScheduled',
        'LambdaFunctionStarted',
        'LambdaFunctionSucceeded',
      ]);
    });
  });

  describe('that wait for their token', () => {
    const QUEUE = 'callbacks';
    let queue: { url: string };
    beforeAll(async () => {
      queue = await fixture.queueFor(QUEUE, 'states.amazonaws.com');
    });

    const waiting = (more: object = {}) =>
      task(
        'sqs:sendMessage.waitForTaskToken',
        { QueueUrl: queue.url, MessageBody: { token: '{% $states.context.Task.Token %}' } },
        more,
      );
    const start = async (more?: object) => {
      const { arn, status } = await fixture.runState(waiting(more));
      expect(status).toBe('RUNNING');
      const [message] = await fixture.receiveJson(queue.url);
      return { arn, taskToken: message?.token as string };
    };

    test('end with what somebody says', async () => {
      const { arn, taskToken } = await start();
      await fixture.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"approved":true}' }));
      await fixture.settle();
      expect(await fixture.describe(arn)).toMatchObject({ status: 'SUCCEEDED', output: { approved: true } });
      expect(await fixture.eventTypes(arn)).toContain('TaskSubmitted');
      await expect(
        fixture.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{}' })),
      ).rejects.toMatchObject({ name: 'TaskTimedOut' });
    });

    test('or fail with it', async () => {
      const { arn, taskToken } = await start();
      await fixture.sfn.send(new SendTaskFailureCommand({ taskToken, error: 'No', cause: 'not good' }));
      await fixture.settle();
      expect(await fixture.describe(arn)).toMatchObject({ status: 'FAILED', error: 'No', cause: 'not good' });
    });

    test('end when the heartbeat stops', async () => {
      const { arn, taskToken } = await start({ HeartbeatSeconds: 30, TimeoutSeconds: 300 });
      await fixture.advance(29 * SECOND);
      await fixture.sfn.send(new SendTaskHeartbeatCommand({ taskToken }));
      await fixture.advance(29 * SECOND);
      expect((await fixture.describe(arn)).status).toBe('RUNNING');
      await fixture.advance(SECOND);
      expect(await fixture.describe(arn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
      expect((await fixture.eventTypes(arn)).at(-2)).toBe('TaskTimedOut');
    });

    test('end after their timeout, which can be retried', async () => {
      const { arn } = await start({
        TimeoutSeconds: 60,
        Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }],
      });
      await fixture.advance(2 * MINUTE);
      expect((await fixture.describe(arn)).status).toBe('RUNNING');
      await fixture.advance(SECOND);
      expect(await fixture.describe(arn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    });

    test('an unknown token is refused', async () => {
      const command = new SendTaskHeartbeatCommand({ taskToken: 'x' });
      await expect(fixture.sfn.send(command)).rejects.toMatchObject({
        name: 'InvalidToken',
        message: "Invalid Token: 'Invalid token'",
      });
    });
  });

  describe('aws-sdk', () => {
    test('takes and gives names that begin in upper case', async () => {
      await new SSMClient(fixture.config()).send(
        new PutParameterCommand({ Name: '/model/x', Value: 'v', Type: 'String' }),
      );
      const { output } = await fixture.runState(task('aws-sdk:ssm:getParameter', { Name: '/model/x' }));
      expect(output).toMatchObject({
        Parameter: {
          Name: '/model/x',
          Value: 'v',
          LastModifiedDate: fixture.cloud.clock.date().toISOString(),
        },
      });
      const listed = await fixture.runState(task('aws-sdk:sfn:listStateMachines', { MaxResults: 1 }));
      expect(listed.output).toMatchObject({
        StateMachines: [
          {
            CreationDate: expect.any(String),
            Name: expect.any(String),
            StateMachineArn: expect.any(String),
            Type: 'STANDARD',
          },
        ],
      });
    });

    test('puts JSON into text where the API takes text', async () => {
      const target = await fixture.create({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } });
      const { output } = await fixture.runState(
        task('aws-sdk:sfn:startExecution', { StateMachineArn: target, Input: { a: 1 } }),
      );
      const { input } = await fixture.sfn.send(
        new DescribeExecutionCommand({ executionArn: (output as { ExecutionArn: string }).ExecutionArn }),
      );
      expect(input).toBe('{"a":1}');
    });

    test('names errors after the Java SDK', async () => {
      const missing = await fixture.runState(task('aws-sdk:ssm:getParameter', { Name: '/none' }));
      expect(missing.error).toBe('Ssm.ParameterNotFoundException');
      expect(missing.cause).toMatch(
        /^Parameter \/none not found\. \(Service: Ssm, Status Code: 404, Request ID: [\w-]+\) \(SDK Attempt Count: 1\)$/,
      );
      const bucket = await fixture.runState(
        task('aws-sdk:s3:getObject', { Bucket: 'no-such-bucket', Key: 'k' }),
      );
      expect(bucket.error).toMatch(/^S3\./);
      const unmodelled = await fixture.runState(
        task('aws-sdk:sagemaker:describeEndpoint', { EndpointName: 'none' }),
      );
      expect(unmodelled.error).toBe('SageMaker.SageMakerException');
    });

    // As LocalStack recorded on AWS: test_s3_put_object.
    test.each([
      ['text data', '"text data"'],
      [{ Dict: 'Value' }, '{"Dict":"Value"}'],
      [['List', 'Data'], '["List","Data"]'],
      [false, 'false'],
      [0, '0'],
    ])('puts the body %j into S3 as JSON', async (Body, stored) => {
      const s3 = new S3Client(fixture.config());
      await s3.send(new CreateBucketCommand({ Bucket: 'texts' })).catch(() => undefined);
      const { error } = await fixture.runState(
        task('aws-sdk:s3:putObject', { Bucket: 'texts', Key: 'k', Body }),
      );
      expect(error).toBeUndefined();
      const found = await s3.send(new GetObjectCommand({ Bucket: 'texts', Key: 'k' }));
      expect(await found.Body?.transformToString()).toBe(stored);
      expect(found.ContentType).toBe('text/plain; charset=UTF-8');
    });

    test('fails for a field that the API does not have', async () => {
      const { error, cause } = await fixture.runState(
        task('aws-sdk:ssm:getParameter', "{% {'Name': '/x', 'Nonsense': 1} %}"),
      );
      expect(error).toBe('States.Runtime');
      expect(cause).toContain('The field "Nonsense" is not supported by Step Functions');
    });
  });

  test('sns:publish and events:putEvents send JSON as text', async () => {
    const { url, arn } = await fixture.queueFor('published', 'sns.amazonaws.com');
    const sns = new SNSClient(fixture.config());
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'sqs',
        Endpoint: arn,
        Attributes: { RawMessageDelivery: 'true' },
      }),
    );
    const published = await fixture.runState(
      task('sns:publish', { TopicArn, Message: { x: '{% 1 + 1 %}' } }),
    );
    expect(published.output).toEqual({ MessageId: expect.any(String) });
    await fixture.settle();
    expect(await fixture.receiveJson(url)).toEqual([{ x: 2 }]);

    const entry = { Source: 'mine', DetailType: 't', Detail: { y: 1 } };
    const sent = await fixture.runState(task('events:putEvents', { Entries: [entry] }));
    expect(sent.output).toMatchObject({ FailedEntryCount: 0 });
    const { error, cause } = await fixture.runState(
      task('events:putEvents', { Entries: [{ ...entry, Detail: 'no json' }] }),
    );
    expect(error).toBe('EventBridge.FailedEntry');
    expect(JSON.parse(cause as string).Entries[0].ErrorCode).toBe('MalformedDetail');
  });

  describe('states:startExecution', () => {
    const child = (state: object) =>
      fixture.create({
        StartAt: 'Wait',
        States: { Wait: { Type: 'Wait', Seconds: 60, Next: 'C' }, C: state },
      });
    const run = (pattern: string, StateMachineArn: string, milliseconds: number) =>
      fixture.runState(
        task(`states:startExecution${pattern}`, { StateMachineArn, Input: { a: '{% $states.input %}' } }),
        7,
        milliseconds,
      );

    test('.sync:2 waits for the other execution and gives its output parsed', async () => {
      const machine = await child({
        Type: 'Pass',
        Output: { doubled: '{% $states.input.a * 2 %}' },
        End: true,
      });
      const { output } = await run('.sync:2', machine, MINUTE);
      expect(output).toMatchObject({ Status: 'SUCCEEDED', Input: { a: 7 }, Output: { doubled: 14 } });
      const text = await run('.sync', machine, MINUTE);
      expect(text.output).toMatchObject({ Input: '{"a":7}', Output: '{"doubled":14}' });
    });

    test('a failed execution is a failed task', async () => {
      const machine = await child({ Type: 'Fail', Error: 'Mine', Cause: 'why' });
      const { error, cause } = await run('.sync:2', machine, MINUTE);
      expect(error).toBe('States.TaskFailed');
      expect(JSON.parse(cause as string)).toMatchObject({ Status: 'FAILED', Error: 'Mine', Cause: 'why' });
    });

    test('stopping the one stops the other', async () => {
      const machine = await child({ Type: 'Succeed' });
      const { arn } = await run('.sync:2', machine, 10 * SECOND);
      await fixture.sfn.send(new StopExecutionCommand({ executionArn: arn, error: 'E', cause: 'C' }));
      await fixture.settle();
      expect(await fixture.describe(arn)).toMatchObject({ status: 'ABORTED', error: 'E', cause: 'C' });
      expect((await fixture.eventTypes(arn)).slice(-2)).toEqual(['TaskStateAborted', 'ExecutionAborted']);
      const { executions } = await fixture.sfn.send(new ListExecutionsCommand({ stateMachineArn: machine }));
      expect(executions?.[0]?.status).toBe('ABORTED');
    });

    test('without waiting goes on at once', async () => {
      const { output } = await run('', await child({ Type: 'Succeed' }), 0);
      expect(output).toEqual({
        ExecutionArn: expect.stringContaining(':execution:'),
        StartDate: fixture.cloud.clock.now(),
      });
    });
  });

  test("tasks have the rights of the machine's role and no others", async () => {
    const roleArn = await fixture.role('reader', [
      { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: `arn:aws:ssm:*:*:parameter/granted/*` },
    ]);
    await fixture.cloud.call(
      'ssm',
      'PutParameter',
      { Name: '/granted/x', Value: 'v', Type: 'String' },
      fixture.cloud.administrator,
    );
    const state = (Name: string) => ({ ...task('aws-sdk:ssm:getParameter', { Name }), End: true });
    const read = async (name: string) => {
      const machine = { StartAt: 'R', States: { R: state(name) } };
      const arn = await fixture.startExecution(await fixture.create(machine, { roleArn }));
      await fixture.settle();
      return fixture.describe(arn);
    };
    expect((await read('/granted/x')).status).toBe('SUCCEEDED');
    const { error, cause } = await read('/secret/x');
    expect(error).toBe('Ssm.AccessDeniedException');
    expect(cause).toMatch(
      /^User: arn:aws:sts::000000000000:assumed-role\/reader\/\w+ is not authorized to perform: ssm:GetParameter on resource: .*:parameter\/secret\/x/,
    );
    const invoke = {
      StartAt: 'I',
      States: { I: { ...task('lambda:invoke', { FunctionName: 'worker' }), End: true } },
    };
    const arn = await fixture.startExecution(await fixture.create(invoke, { roleArn }));
    await fixture.settle();
    expect((await fixture.describe(arn)).error).toBe('Lambda.AWSLambdaException');
  });
});
