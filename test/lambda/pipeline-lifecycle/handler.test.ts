import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Context } from 'aws-lambda';
import { logger } from '../../../lambda/aws/logger';
import { handler } from '../../../lambda/pipeline-lifecycle/handler';
import { ServiceFixture } from '../../local/services/service-fixture';

const CONTEXT = { getRemainingTimeInMillis: () => 60_000 } as Context;

describe('the handler of the lifecycle', () => {
  const fixture = new ServiceFixture();
  const environment = { ...process.env };
  const answers: Record<string, unknown>[] = [];
  let server: Server;

  beforeAll(async () => {
    await fixture.cloud.start();
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      answers.push(JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(() => {
    answers.length = 0;
    Object.assign(process.env, fixture.cloud.environment(), {
      PIPELINE_NAME: 'churn',
      OWNER_ID: 'stack/1',
      BUCKET_NAME: 'artifacts',
      ROUTING_PARAMETER: '/model-pipeline/churn/routing',
      MODEL_PACKAGE_GROUP: 'churn',
      ENDPOINT_NAME: 'churn',
      TOPIC_ARN: 'topic',
      SETTINGS: JSON.stringify({
        releaseStateMachineArn: 'a',
        restoreStateMachineArn: 'b',
        challengerStateMachineArns: ['c'],
        hasEndpoint: true,
      }),
    });
  });
  afterAll(async () => {
    process.env = environment;
    await fixture.cloud.stop();
    await new Promise((resolve) => server.close(resolve));
  });

  const request = (changes: object = {}) => ({
    RequestType: 'Create',
    ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    StackId: 'stack',
    RequestId: 'request-1',
    ResourceType: 'Custom::ModelPipelineLifecycle',
    LogicalResourceId: 'Lifecycle',
    ResourceProperties: { ServiceToken: 'function', Hosting: '{}' },
    ...changes,
  });

  test('serves a request and answers it', async () => {
    await handler(request(), CONTEXT);
    expect(answers).toEqual([
      {
        Status: 'SUCCESS',
        PhysicalResourceId: 'Lifecycle',
        StackId: 'stack',
        RequestId: 'request-1',
        LogicalResourceId: 'Lifecycle',
      },
    ]);
    const { Parameter } = await new SSMClient(fixture.config()).send(
      new GetParameterCommand({ Name: '/model-pipeline/churn/routing' }),
    );
    expect(JSON.parse(Parameter?.Value as string)).toEqual({ version: 1, endpointName: 'churn' });
  });

  test('answers with the reason when something fails, and keeps the physical id', async () => {
    process.env.SETTINGS = '{}';
    const log = jest.spyOn(logger, 'error').mockImplementation();
    await handler(request({ RequestType: 'Delete', PhysicalResourceId: 'physical' }), CONTEXT);
    expect(answers).toMatchObject([
      {
        Status: 'FAILED',
        PhysicalResourceId: 'physical',
        Reason: expect.stringContaining('releaseStateMachineArn: expected string, got nothing'),
      },
    ]);
    expect(log).toHaveBeenCalledTimes(1);
  });
});
