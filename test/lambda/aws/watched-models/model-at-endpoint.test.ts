import type { DescribeEndpointCommandOutput, SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { RecordedFile } from '../../../../lambda/aws/recorded-files';
import { ModelAtEndpoint } from '../../../../lambda/aws/watched-models/model-at-endpoint';
import { hourBefore } from '../../../../lambda/domain/records/hour';
import { captureLines } from '../../capture-lines';
import { collect } from '../../collect';
import { TrafficFixture } from '../../traffic-fixture';
import { textOf } from '../text-of';

const HOUR = hourBefore(new Date('2026-11-24T10:10:00Z'));
const CAPTURE = { EnableCapture: true, DestinationS3Uri: 's3://artifacts/recorded/' };
const SETTINGS = {
  is: 'atEndpoint' as const,
  endpointName: 'credit',
  variantName: 'AllTraffic',
  capture: { bucket: 'artifacts', prefix: 'recorded/' },
  baseline: { bucket: 'artifacts', key: 'baseline.json' },
  prefix: 'model-monitor/credit/',
  groundTruthPrefix: 'labels/',
};

describe('the model at an endpoint', () => {
  const fixture = new TrafficFixture();

  beforeAll(() => fixture.start());
  afterAll(() => fixture.stop());

  /** At an endpoint that SageMaker describes so. */
  function find(endpoint: Partial<DescribeEndpointCommandOutput> | Error, settings = SETTINGS) {
    const sageMaker = {
      send: async ({ constructor: { name } }: object) => {
        if (name === 'DescribeEndpointConfigCommand') {
          return {
            ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'credit-7' }],
            CreationTime: new Date('2026-11-20T12:00:00Z'),
          };
        }
        if (endpoint instanceof Error) throw endpoint;
        return { EndpointStatus: 'InService', EndpointConfigName: 'credit-config', ...endpoint };
      },
    } as unknown as SageMakerClient;
    return new ModelAtEndpoint({ sageMaker, settings, storeOf: () => fixture.store }).find();
  }

  test('is the one of the endpoint config, from the time when the config was made', async () => {
    const model = await find({ DataCaptureConfig: CAPTURE as never });
    expect(model).toMatchObject({
      modelVersion: 'credit-7',
      variant: 'AllTraffic',
      since: new Date('2026-11-20T12:00:00Z'),
    });
    expect(model?.reportKey(HOUR, 'drift.json')).toBe(
      'model-monitor/credit/profiles/2026/11/24/09/drift.json',
    );
    expect(model?.tableKey('drift', HOUR)).toBe(
      'model-monitor/credit/profiles/drift-table/day=2026-11-24/09-AllTraffic.jsonl',
    );
    expect(model?.answersKey(HOUR)).toBe('model-monitor/credit/answers/credit-7/2026/11/24/09.json');
    expect(model?.labelsPrefix('2026/11/24')).toBe('labels/2026/11/24/');
    expect(await model?.readHoldoutQuality('auc')).toBeUndefined();
  });

  test("has its requests where SageMaker's data capture files them", async () => {
    const recorded = captureLines([
      { eventId: 'a', inferenceTime: '2026-11-24T09:30:00Z', input: '1', answers: [0.5] },
    ]);
    await fixture.store.write('recorded/credit/AllTraffic/2026/11/24/09/30-00-a.jsonl', recorded);
    await fixture.store.write('recorded/credit/other/2026/11/24/09/30-00-b.jsonl', recorded);
    const model = await find({ DataCaptureConfig: CAPTURE as never });
    const files = await collect(model?.recorded(HOUR) as AsyncIterable<RecordedFile>);
    expect(await Promise.all(files.map(textOf))).toEqual([recorded]);
  });

  test('is not there while the endpoint is being created', async () => {
    expect(await find({ EndpointStatus: 'Creating' })).toBeUndefined();
  });

  test.each<[string, Partial<DescribeEndpointCommandOutput> | Error, object, string]>([
    [
      'there is no endpoint',
      Object.assign(new Error('Could not find endpoint "arn".'), { name: 'ValidationException' }),
      {},
      "there is no endpoint 'credit' in this account and region",
    ],
    [
      'the endpoint records nothing',
      {},
      {},
      "the endpoint 'credit' does not record requests: give its endpoint config a DataCaptureConfig with EnableCapture, both capture modes, and the destination s3://artifacts/recorded/",
    ],
    [
      'the endpoint records elsewhere',
      { DataCaptureConfig: { ...CAPTURE, DestinationS3Uri: 's3://other/data' } as never },
      {},
      "the endpoint 'credit' records requests to s3://other/data, and its monitor reads s3://artifacts/recorded/",
    ],
    [
      'the endpoint has no such variant',
      { DataCaptureConfig: CAPTURE as never },
      { variantName: 'blue' },
      "the endpoint 'credit' has no variant 'blue', but AllTraffic: set variantName of its monitor",
    ],
  ])('is an error that says what to do if %s', async (_, endpoint, changes, message) => {
    await expect(find(endpoint, { ...SETTINGS, ...changes })).rejects.toThrow(message);
  });
});
