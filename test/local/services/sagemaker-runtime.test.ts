import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  type DataCaptureConfig,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  type ProductionVariant,
  UpdateEndpointCommand,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { ADDER, BUCKET, SageMakerFixture, variant } from './sagemaker-fixture';
import { MINUTE, START } from './service-fixture';

const CAPTURE: DataCaptureConfig = {
  EnableCapture: true,
  InitialSamplingPercentage: 100,
  DestinationS3Uri: `s3://${BUCKET}/capture`,
  CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
  CaptureContentTypeHeader: { CsvContentTypes: ['text/csv'], JsonContentTypes: ['application/json'] },
};

/** Of Flask, which serves in AWS's scikit-learn images. */
const INTERNAL_SERVER_ERROR = `<!doctype html>
<html lang=en>
<title>500 Internal Server Error</title>
<h1>Internal Server Error</h1>
<p>The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application.</p>
`;

describe('SageMaker Runtime', () => {
  let fixture: SageMakerFixture;
  beforeEach(async () => {
    fixture = new SageMakerFixture();
    await fixture.start();
    await fixture.model('one', 100);
  }, 300_000);
  afterEach(() => fixture.cloud.stop());

  async function records(key: string) {
    return (await fixture.get(key))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  test('requests and answers are captured by the hour of their time', async () => {
    await fixture.endpoint('flights', [variant('blue', 'one')], { DataCaptureConfig: CAPTURE });
    await fixture.invoke('flights', '1,2\n3,4\n', { InferenceId: 'flight-7' });
    await fixture.invoke('flights', '5,6', { ContentType: 'application/x-other' });
    expect(await fixture.keys('capture/')).toEqual([]);
    await fixture.advance(MINUTE);
    await fixture.advance(60 * MINUTE);
    await fixture.invoke('flights', '7,8');
    await fixture.advance(MINUTE);
    const keys = await fixture.keys('capture/');
    expect(keys).toEqual([
      expect.stringMatching(/^capture\/flights\/blue\/2026\/11\/24\/10\/00-00-000-[0-9a-f-]{36}\.jsonl$/),
      expect.stringMatching(/^capture\/flights\/blue\/2026\/11\/24\/11\/01-00-000-[0-9a-f-]{36}\.jsonl$/),
    ]);
    expect(await records(keys[0] as string)).toEqual([
      {
        captureData: {
          endpointInput: {
            observedContentType: 'text/csv',
            mode: 'INPUT',
            data: '1,2\n3,4\n',
            encoding: 'CSV',
          },
          endpointOutput: {
            observedContentType: 'text/csv; charset=utf-8',
            mode: 'OUTPUT',
            data: '103\n107\n',
            encoding: 'CSV',
          },
        },
        eventMetadata: {
          eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          inferenceId: 'flight-7',
          inferenceTime: '2026-11-24T10:00:00Z',
        },
        eventVersion: '0',
      },
      expect.objectContaining({
        captureData: expect.objectContaining({
          endpointInput: {
            observedContentType: 'application/x-other',
            mode: 'INPUT',
            data: Buffer.from('5,6').toString('base64'),
            encoding: 'BASE64',
          },
        }),
      }),
    ]);
  });

  test('a share of the requests is captured, and what is pending when the endpoint goes', async () => {
    await fixture.endpoint('flights', [variant('blue', 'one')], {
      DataCaptureConfig: {
        ...CAPTURE,
        InitialSamplingPercentage: 25,
        CaptureOptions: [{ CaptureMode: 'Input' }],
      },
    });
    await Promise.all(Array.from({ length: 200 }, (_, i) => fixture.invoke('flights', String(i))));
    await fixture.sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'flights' }));
    await fixture.settle();
    const [key] = await fixture.keys('capture/');
    const captured = await records(key as string);
    // A quarter of 200; five standard deviations are 31.
    expect(Math.abs(captured.length - 50)).toBeLessThan(31);
    expect(Object.keys(captured[0].captureData)).toEqual(['endpointInput']);
  });

  test('without the right to write, requests are answered and their capture is lost', async () => {
    await fixture.executionRole('reader', [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }]);
    await fixture.model('two', 200, { role: 'arn:aws:iam::000000000000:role/reader' });
    await fixture.endpoint('flights', [variant('blue', 'two')], { DataCaptureConfig: CAPTURE });
    expect((await fixture.invoke('flights', '1')).text).toBe('201\n');
    await fixture.advance(MINUTE);
    expect(await fixture.keys('capture/')).toEqual([]);
    expect(fixture.lines.join('\n')).toMatch(/1 captured requests are lost:.*s3:PutObject/);
  });

  test('a shadow gets a copy, and its answers are seen in the capture only', async () => {
    await fixture.model('two', 200);
    await fixture.endpoint('flights', [variant('blue', 'one')], {
      ShadowProductionVariants: [variant('shadow', 'two')],
      DataCaptureConfig: CAPTURE,
    });
    expect(await fixture.invoke('flights', '1')).toMatchObject({
      text: '101\n',
      InvokedProductionVariant: 'blue',
    });
    await fixture.settle();
    await fixture.advance(MINUTE);
    const [key] = await fixture.keys('capture/flights/shadow/');
    expect((await records(key as string))[0].captureData.endpointOutput.data).toBe('201\n');
  });

  test('a shadow gets the share of requests that its weight is of the production variant, and metrics of its own', async () => {
    await fixture.model('two', 200);
    await fixture.endpoint('flights', [{ ...variant('blue', 'one'), InitialVariantWeight: 2 }], {
      ShadowProductionVariants: [{ ...variant('green', 'two'), InitialVariantWeight: 1 }],
    });
    const answers = await Promise.all(Array.from({ length: 100 }, () => fixture.invoke('flights', '1')));
    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['101\n']));
    await fixture.settle();
    const invocations = async (VariantName: string) => {
      const { Datapoints } = await new CloudWatchClient(fixture.config()).send(
        new GetMetricStatisticsCommand({
          Namespace: 'AWS/SageMaker',
          MetricName: 'Invocations',
          Dimensions: [
            { Name: 'EndpointName', Value: 'flights' },
            { Name: 'VariantName', Value: VariantName },
          ],
          StartTime: START,
          EndTime: new Date(START.getTime() + 10 * MINUTE),
          Period: 600,
          Statistics: ['Sum'],
        }),
      );
      return Datapoints?.[0]?.Sum;
    };
    expect(await invocations('blue')).toBe(100);
    const copies = await invocations('green');
    // More than 5 standard deviations would have to come together.
    expect(Math.abs((copies ?? 0) - 50)).toBeLessThan(26);
  });

  test('a shadow that fails or has no container harms nobody, and cannot be asked', async () => {
    await fixture.model('two', 200, { script: ADDER.replace("body.startswith('crash')", 'True') });
    await fixture.endpoint('flights', [variant('blue', 'one')], {
      ShadowProductionVariants: [variant('green', 'two')],
    });
    for (const row of ['1', '2', '3']) {
      expect((await fixture.invoke('flights', row)).text).toBe(`${100 + Number(row)}\n`);
      await fixture.settle();
    }
    await expect(fixture.invoke('flights', '1', { TargetVariant: 'green' })).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Variant green not found for Endpoint flights.',
    });
  });

  test('an update brings a shadow, makes it a production variant with the container that it has, and ends it', async () => {
    await fixture.model('two', 200);
    await fixture.endpoint('flights', [variant('blue', 'one')]);
    const update = async (config: string, ...args: [ProductionVariant[], ProductionVariant[]?]) => {
      const [production, ShadowProductionVariants] = args;
      await fixture.endpointConfig(config, production, { ShadowProductionVariants });
      await fixture.sagemaker.send(
        new UpdateEndpointCommand({ EndpointName: 'flights', EndpointConfigName: config }),
      );
      await fixture.settle();
      return fixture.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'flights' }));
    };
    const shadowed = await update('with-shadow', [variant('blue', 'one')], [variant('green', 'two')]);
    expect(shadowed).toMatchObject({
      EndpointStatus: 'InService',
      ProductionVariants: [{ VariantName: 'blue', CurrentWeight: 1 }],
      ShadowProductionVariants: [{ VariantName: 'green', CurrentWeight: 1, CurrentInstanceCount: 1 }],
    });
    const both = [variant('blue', 'one'), { ...variant('green', 'two'), InitialVariantWeight: 0 }];
    expect((await update('both', both)).ShadowProductionVariants).toBeUndefined();
    expect((await fixture.invoke('flights', '1', { TargetVariant: 'green' })).text).toBe('201\n');
    const alone = await update('alone', [variant('blue', 'one')]);
    expect(alone.ProductionVariants).toMatchObject([{ VariantName: 'blue' }]);
  });

  test.each([
    ['refuse', 400, 'client', '{"error": "Refused", "message": "not these rows"}'],
    ['fail', 500, 'server', INTERNAL_SERVER_ERROR],
  ])('an error of the model (%s) becomes a ModelError', async (body, status, side, message) => {
    await fixture.endpoint('flights', [variant('blue', 'one')]);
    await expect(fixture.invoke('flights', body)).rejects.toMatchObject({
      name: 'ModelError',
      $metadata: { httpStatusCode: 424 },
      message: `Received ${side} error (${status}) from primary with message "${message}". See https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logEventViewer:group=/aws/sagemaker/Endpoints/flights in account 000000000000 for more information.`,
      OriginalStatusCode: status,
      OriginalMessage: message,
      LogStreamArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/sagemaker/Endpoints/flights',
    });
  });

  test('what the container prints is in the log of the endpoint', async () => {
    await fixture.endpoint('flights', [variant('blue', 'one')]);
    await expect(fixture.invoke('flights', 'fail')).rejects.toThrow();
    await fixture.sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'flights' }));
    await fixture.settle();
    const { events } = await new CloudWatchLogsClient(fixture.config()).send(
      new FilterLogEventsCommand({
        logGroupName: '/aws/sagemaker/Endpoints/flights',
        filterPattern: '"KeyError: "',
      }),
    );
    expect(events).toMatchObject([
      { message: "KeyError: 'inside'", logStreamName: expect.stringMatching(/^blue\/i-[0-9a-f]{17}$/) },
    ]);
  });

  test('requests are measured, for the variant and for its deployment', async () => {
    await fixture.endpoint('flights', [{ ...variant('blue', 'one'), InitialInstanceCount: 2 }]);
    for (const body of ['1', '2', 'refuse', 'fail']) {
      await fixture.invoke('flights', body).catch((error) => expect(error.name).toBe('ModelError'));
    }
    const cloudwatch = new CloudWatchClient(fixture.config());
    const ofVariant = [
      { Name: 'EndpointName', Value: 'flights' },
      { Name: 'VariantName', Value: 'blue' },
    ];
    const sum = async (MetricName: string, Dimensions: { Name: string; Value: string }[] = ofVariant) => {
      const { Datapoints } = await cloudwatch.send(
        new GetMetricStatisticsCommand({
          Namespace: 'AWS/SageMaker',
          MetricName,
          Dimensions,
          StartTime: START,
          EndTime: new Date(START.getTime() + MINUTE),
          Period: 60,
          Statistics: ['Sum', 'Minimum'],
        }),
      );
      return Datapoints?.[0];
    };
    expect(await sum('Invocations')).toMatchObject({ Sum: 4 });
    expect(await sum('InvocationsPerInstance')).toMatchObject({ Sum: 2 });
    expect(await sum('Invocation4XXErrors')).toMatchObject({ Sum: 1 });
    expect(await sum('Invocation5XXErrors')).toMatchObject({ Sum: 1 });
    expect(await sum('InvocationModelErrors')).toMatchObject({ Sum: 2 });
    const latency = await sum('ModelLatency');
    expect(latency?.Unit).toBe('Microseconds');
    expect(latency?.Minimum).toBeGreaterThan(50);
    expect(await sum('OverheadLatency')).toBeDefined();
    const deployment = [...ofVariant, { Name: 'EndpointConfigName', Value: 'flights-config' }];
    expect(await sum('Invocations', deployment)).toMatchObject({ Sum: 4 });
  });

  test('what is not implemented is refused by name', async () => {
    await fixture.endpoint('flights', [variant('blue', 'one')]);
    await expect(fixture.invoke('flights', '1', { TargetModel: 'm' })).rejects.toThrow(/TargetModel/);
  });

  test('a request of 6 MB is answered, and a larger one is refused', async () => {
    await fixture.endpoint('flights', [variant('blue', 'one')]);
    const row = '1,2,3,4,5,6,7,8\n';
    const most = row.repeat((6 * 1024 * 1024) / row.length);
    const { text } = await fixture.invoke('flights', most);
    expect(text).toBe('136\n'.repeat(most.length / row.length));
    await expect(fixture.invoke('flights', `${most}1`)).rejects.toMatchObject({
      message: 'HTTP content length exceeded 6291456 bytes.',
      $metadata: { httpStatusCode: 413 },
    });
  });

  test('a role asks only the endpoints that it may ask', async () => {
    await fixture.endpoint('flights', [variant('blue', 'one')]);
    await fixture.endpoint('other', [variant('blue', 'one')]);
    const Resource = 'arn:aws:sagemaker:us-east-1:000000000000:endpoint/flights';
    const config = await fixture.roleConfig('caller', [
      { Effect: 'Allow', Action: 'sagemaker:InvokeEndpoint', Resource },
    ]);
    const runtime = new SageMakerRuntimeClient(config);
    const ask = (EndpointName: string) =>
      runtime.send(new InvokeEndpointCommand({ EndpointName, ContentType: 'text/csv', Body: '1' }));
    expect(Buffer.from((await ask('flights')).Body).toString()).toBe('101\n');
    await expect(ask('other')).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('sagemaker:InvokeEndpoint on resource'),
    });
  });
});
