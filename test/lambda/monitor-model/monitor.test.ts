import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { MetricPublisher } from '../../../lambda/aws/metrics';
import { RoutingStore } from '../../../lambda/aws/routing-store';
import { ArtifactStore } from '../../../lambda/aws/store';
import { baselineProfile } from '../../../lambda/domain/profile';
import { emptyRouting } from '../../../lambda/domain/routing';
import { monitor } from '../../../lambda/monitor-model/monitor';
import { HOUR, ServiceFixture, START } from '../../local/services/service-fixture';

const EVENT = { source: 'aws.events', time: '2026-11-24T10:10:00Z', detail: {} };
const AGES = Array.from({ length: 200 }, (_, i) => i);
const BASELINE = baselineProfile([{ name: 'age', kind: 'numeric', cells: AGES }], AGES);

describe('monitor', () => {
  let fixture: ServiceFixture;
  let store: ArtifactStore;
  let routing: RoutingStore;
  let cloudWatch: CloudWatchClient;

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    const s3 = new S3Client({ ...fixture.config(), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'artifacts' }));
    store = new ArtifactStore(s3, 'artifacts');
    routing = new RoutingStore(new SSMClient(fixture.config()), '/model-pipeline/churn/routing');
    cloudWatch = new CloudWatchClient(fixture.config());
    await store.writeJson('models/1.2.0/baseline.json', BASELINE);
    await fixture.advance(10 * 60_000);
  });
  afterEach(() => fixture.cloud.stop());

  const run = () =>
    monitor(EVENT, {
      store,
      routing,
      metrics: new MetricPublisher(cloudWatch, 'ModelPipeline', 'churn'),
      policy: {},
      ignoredFeatures: [],
    });

  async function putIntoProduction(): Promise<void> {
    await routing.write({
      ...emptyRouting('churn'),
      production: {
        modelVersion: '1.2.0',
        variant: 'green',
        modelName: 'churn-model',
        endpointConfigName: 'churn-config',
        modelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/1',
        since: '2026-11-23T09:00:00Z',
        ledgerSequence: 1,
      },
    });
  }

  /** Records a request with a row for each age, at half past the hour of the path. */
  async function capture(variant: string, hour: string, ages: readonly number[]): Promise<void> {
    const csv = { observedContentType: 'text/csv', data: ages.join('\n'), encoding: 'CSV' };
    const [yyyy, mm, dd, hh] = hour.split('/');
    const record = {
      captureData: {
        endpointInput: { ...csv, mode: 'INPUT' },
        endpointOutput: { ...csv, mode: 'OUTPUT' },
      },
      eventMetadata: { eventId: 'e', inferenceTime: `${yyyy}-${mm}-${dd}T${hh}:30:00Z` },
      eventVersion: '0',
    };
    await store.write(
      `capture/churn/${variant}/${hour}/30-00-${ages[0]}.jsonl`,
      `${JSON.stringify(record)}\n`,
    );
  }

  /** Values of a metric that belong to the hour's end. */
  async function metric(name: string): Promise<number[]> {
    const { Datapoints = [] } = await cloudWatch.send(
      new GetMetricStatisticsCommand({
        Namespace: 'ModelPipeline',
        MetricName: name,
        Dimensions: [{ Name: 'Pipeline', Value: 'churn' }],
        StartTime: START,
        EndTime: new Date(START.getTime() + HOUR),
        Period: 60,
        Statistics: ['Maximum', 'SampleCount'],
      }),
    );
    expect(Datapoints.every(({ Timestamp }) => Timestamp?.getTime() === START.getTime())).toBe(true);
    return Datapoints.map(({ Maximum }) => Maximum as number);
  }

  test("profiles the hour of the production's variant and publishes how far it has moved", async () => {
    await putIntoProduction();
    const moved = AGES.map((age) => age + 100);
    await capture('green', '2026/11/24/09', moved.slice(0, 150));
    await capture('green', '2026/11/24/09', moved.slice(150));
    await capture('green', '2026/11/24/08', AGES);
    await capture('blue', '2026/11/24/09', AGES);

    const expected = {
      DriftedFeatures: 2,
      LargestDrift: 0.5,
      PredictionDrift: 0.5,
      MonitoredRows: 200,
      UnreadableRecords: 0,
    };
    expect(await run()).toEqual({
      until: '2026-11-24T10:00:00.000Z',
      modelVersion: '1.2.0',
      metrics: expected,
    });
    for (const [name, value] of Object.entries(expected)) expect(await metric(name)).toEqual([value]);
    const folder = 'profiles/green/2026/11/24/09';
    expect(JSON.parse(await store.readText(`${folder}/profile.json`))).toMatchObject({ rows: 200 });
    expect(JSON.parse(await store.readText(`${folder}/drift.json`))).toMatchObject({
      modelVersion: '1.2.0',
      report: { status: 'drift', drifted: ['age', 'prediction'] },
    });
  });

  test('publishes that there were no rows in an hour without traffic, and no drift', async () => {
    await putIntoProduction();
    expect(await run()).toMatchObject({ metrics: { MonitoredRows: 0 } });
    expect(await metric('MonitoredRows')).toEqual([0]);
    expect(await metric('DriftedFeatures')).toEqual([]);
    expect(await store.tryReadText('profiles/green/2026/11/24/09/drift.json')).toBeUndefined();
  });

  test('does nothing while nothing is in production', async () => {
    await routing.write(emptyRouting('churn'));
    expect(await run()).toEqual({ until: '2026-11-24T10:00:00.000Z' });
    expect(await metric('MonitoredRows')).toEqual([]);
  });

  test('names what is wrong with a baseline', async () => {
    await putIntoProduction();
    await store.writeJson('models/1.2.0/baseline.json', { rows: 3 });
    await expect(run()).rejects.toThrow(
      's3://artifacts/models/1.2.0/baseline.json is not valid: features: expected record, got nothing',
    );
  });
});
