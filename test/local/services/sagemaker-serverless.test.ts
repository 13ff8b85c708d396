import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogStreamsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateModelCommand,
  type ProductionVariant,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { BUCKET, IMAGE, ROLE, SageMakerFixture, variant } from './sagemaker-fixture';
import { MINUTE, START } from './service-fixture';

function serverless(
  ModelName: string,
  config: Partial<ProductionVariant['ServerlessConfig']> = {},
): ProductionVariant {
  return {
    VariantName: 'blue',
    ModelName,
    ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5, ...config },
  };
}

describe('a serverless endpoint', () => {
  let fixture: SageMakerFixture;

  beforeEach(async () => {
    fixture = new SageMakerFixture();
    await fixture.start();
    await fixture.model('one', 100);
  }, 300_000);
  afterEach(() => fixture.cloud.stop());

  /** Containers that were started: each has a log stream of its own. */
  async function containers(endpoint: string): Promise<number> {
    const logs = new CloudWatchLogsClient(fixture.config());
    const { logStreams = [] } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName: `/aws/sagemaker/Endpoints/${endpoint}` }),
    );
    return logStreams.length;
  }

  async function metric(name: string): Promise<number | undefined> {
    const cloudwatch = new CloudWatchClient(fixture.config());
    const { Datapoints = [] } = await cloudwatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/SageMaker',
        MetricName: name,
        Dimensions: [
          { Name: 'EndpointName', Value: 'flights' },
          { Name: 'VariantName', Value: 'blue' },
        ],
        StartTime: new Date(START),
        EndTime: new Date(START.getTime() + 60 * MINUTE),
        Period: 3600,
        Statistics: ['SampleCount'],
      }),
    );
    return Datapoints.length === 0
      ? undefined
      : Datapoints.reduce((sum, { SampleCount = 0 }) => sum + SampleCount, 0);
  }

  test('starts its container at the first request, and again after a time without any', async () => {
    await fixture.endpoint('flights', [serverless('one')]);
    expect((await fixture.describe('flights')).ProductionVariants).toEqual([
      expect.objectContaining({
        VariantName: 'blue',
        CurrentServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5 },
      }),
    ]);
    // The health check of the creation has started one.
    const atFirst = await containers('flights');
    expect((await fixture.invoke('flights', '1,2\n')).text).toBe('103\n');
    expect((await fixture.invoke('flights', '1,3\n')).text).toBe('104\n');
    expect(await containers('flights')).toBe(atFirst + 1);
    await fixture.advance(6 * MINUTE);
    expect((await fixture.invoke('flights', '1,2\n')).text).toBe('103\n');
    expect(await containers('flights')).toBe(atFirst + 2);
    await fixture.advance(MINUTE);
    expect(await metric('Invocations')).toBe(3);
    expect(await metric('ModelSetupTime')).toBe(2);
    expect(await metric('ServerlessConcurrentExecutionsUtilization')).toBe(3);
    // What AWS does not publish for serverless endpoints.
    expect(await metric('InvocationsPerInstance')).toBeUndefined();
    expect(await metric('InvocationModelErrors')).toBeUndefined();
  });

  test('keeps its container with provisioned concurrency', async () => {
    await fixture.endpoint('flights', [serverless('one', { ProvisionedConcurrency: 1 })]);
    const atFirst = await containers('flights');
    await fixture.advance(10 * MINUTE);
    expect((await fixture.invoke('flights', '1,2\n')).text).toBe('103\n');
    expect(await containers('flights')).toBe(atFirst);
    await fixture.advance(MINUTE);
    expect(await metric('ModelSetupTime')).toBeUndefined();
    expect(await metric('ServerlessProvisionedConcurrencyInvocations')).toBe(1);
    expect(await metric('ServerlessProvisionedConcurrencySpilloverInvocations')).toBeUndefined();
  });

  test('throttles requests beyond its concurrency', async () => {
    await fixture.endpoint('flights', [serverless('one', { MaxConcurrency: 1 })]);
    const runtime = new SageMakerRuntimeClient({ ...fixture.config(), maxAttempts: 1 });
    const ask = () =>
      runtime.send(
        new InvokeEndpointCommand({ EndpointName: 'flights', ContentType: 'text/csv', Body: '1,2\n' }),
      );
    // The first one waits for a container to start.
    const answers = await Promise.allSettled([ask(), ask(), ask()]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    for (const answer of answers) {
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ name: 'ThrottlingException' });
    }
    expect((await fixture.invoke('flights', '1,2\n')).text).toBe('103\n');
  });

  test('is updated to another model, and takes no more than 4 MB', async () => {
    await fixture.model('two', 200);
    await fixture.endpoint('flights', [serverless('one')]);
    await fixture.endpointConfig('next', [serverless('two')]);
    await fixture.sagemaker.send(
      new UpdateEndpointCommand({ EndpointName: 'flights', EndpointConfigName: 'next' }),
    );
    await fixture.settle();
    expect((await fixture.invoke('flights', '1,2\n')).text).toBe('203\n');
    await expect(fixture.invoke('flights', '1'.repeat(4 * 1024 * 1024 + 1))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 413 },
    });
    await expect(
      fixture.sagemaker.send(
        new UpdateEndpointWeightsAndCapacitiesCommand({
          EndpointName: 'flights',
          DesiredWeightsAndCapacities: [{ VariantName: 'blue', DesiredWeight: 0 }],
        }),
      ),
    ).rejects.toThrow('serverless');
  });

  test('cannot be made of an endpoint with instances, and is updated without a deployment config', async () => {
    await fixture.endpointConfig('serverless', [serverless('one')]);
    await fixture.endpoint('flights', [variant('blue', 'one')]);
    const update = (more = {}) =>
      fixture.sagemaker.send(
        new UpdateEndpointCommand({ EndpointName: 'flights', EndpointConfigName: 'serverless', ...more }),
      );
    await expect(update()).rejects.toThrow('to a serverless endpoint');
    await fixture.endpoint('trains', [serverless('one')]);
    await expect(
      fixture.sagemaker.send(
        new UpdateEndpointCommand({
          EndpointName: 'trains',
          EndpointConfigName: 'serverless',
          DeploymentConfig: { AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'a' }] } },
        }),
      ),
    ).rejects.toThrow('DeploymentConfig is not supported for serverless endpoints');
    await fixture.endpointConfig('instances', [variant('blue', 'one')]);
    await fixture.sagemaker.send(
      new UpdateEndpointCommand({ EndpointName: 'trains', EndpointConfigName: 'instances' }),
    );
    await fixture.settle();
    expect((await fixture.describe('trains')).ProductionVariants?.[0]).toMatchObject({
      CurrentInstanceCount: 1,
    });
  });

  test.each<[string, readonly ProductionVariant[], object, string]>([
    ['a second variant', [serverless('one'), variant('green', 'one')], {}, 'multiple production variants'],
    [
      'data capture',
      [serverless('one')],
      {
        DataCaptureConfig: {
          EnableCapture: true,
          InitialSamplingPercentage: 100,
          DestinationS3Uri: `s3://${BUCKET}/capture`,
          CaptureOptions: [{ CaptureMode: 'Input' }],
        },
      },
      'data capture',
    ],
    ['an instance type', [{ ...serverless('one'), InstanceType: 'ml.m5.large' }], {}, 'InstanceType'],
    ['too little memory', [serverless('one', { MemorySizeInMB: 512 })], {}, 'memorySizeInMB'],
    ['too much concurrency', [serverless('one', { MaxConcurrency: 201 })], {}, 'maxConcurrency'],
    [
      'more provisioned than there may be',
      [serverless('one', { ProvisionedConcurrency: 6 })],
      {},
      'provisionedConcurrency',
    ],
    ['a model without a network', [serverless('isolated')], {}, 'network isolation'],
    ['a model in a VPC', [serverless('in-vpc')], {}, 'VPC configuration'],
  ])('is refused with %s', async (_, variants, more, message) => {
    const container = { Image: IMAGE, ModelDataUrl: `s3://${BUCKET}/models/one/model.tar.gz` };
    await fixture.sagemaker.send(
      new CreateModelCommand({
        ModelName: 'isolated',
        ExecutionRoleArn: ROLE,
        PrimaryContainer: container,
        EnableNetworkIsolation: true,
      }),
    );
    await fixture.sagemaker.send(
      new CreateModelCommand({
        ModelName: 'in-vpc',
        ExecutionRoleArn: ROLE,
        PrimaryContainer: container,
        VpcConfig: { SecurityGroupIds: ['sg-12345678'], Subnets: ['subnet-12345678'] },
      }),
    );
    await expect(fixture.endpointConfig('refused', variants, more)).rejects.toThrow(message);
  });
});
