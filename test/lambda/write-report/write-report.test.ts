import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { ArtifactStore } from '../../../lambda/aws/store';
import { lookKey, reportKey, shadowKey } from '../../../lambda/domain/records/bucket-layout';
import type { ReleaseLook } from '../../../lambda/domain/release/release-look';
import { parseReleaseReport } from '../../../lambda/domain/release/release-report';
import { writeReport } from '../../../lambda/write-report/write-report';
import type { CloudWatchService } from '../../../local/services/cloudwatch/cloudwatch-service';
import { HOUR, MINUTE, ServiceFixture, START } from '../../local/services/service-fixture';
import { inShadow, look } from '../domain/pages/release/report-fixture';

const RELEASE = 'release-2';
const OF_ENDPOINT = {
  namespace: 'AWS/SageMaker',
  dimensions: { EndpointName: 'churn' },
  releaseDimension: 'EndpointConfigName' as const,
};
const atMinute = (minutes: number) => new Date(START.getTime() + minutes * MINUTE);

describe('writeReport', () => {
  let fixture: ServiceFixture;
  let store: ArtifactStore;

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    const s3 = new S3Client({ ...fixture.config(), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'artifacts' }));
    store = new ArtifactStore(s3, 'artifacts');
    await fixture.advance(HOUR);
  });
  afterEach(() => fixture.cloud.stop());

  /** What a variant did in a minute, under one endpoint config. */
  function publish(
    variant: string,
    minute: number,
    values: Record<string, readonly number[]>,
    config = 'churn-2',
  ) {
    const monitoring = fixture.cloud.service<CloudWatchService>('monitoring');
    const dimensions = { EndpointName: 'churn', VariantName: variant, EndpointConfigName: config };
    for (const [name, all] of Object.entries(values)) {
      for (const value of all)
        monitoring.record('AWS/SageMaker', name, dimensions, value, 'None', atMinute(minute));
    }
  }

  const requests = (count: number, errors: number, latency: number) => ({
    Invocations: [count],
    Invocation5XXErrors: [errors],
    ModelLatency: Array(count).fill(latency),
  });

  const keepLook = (minute: number, changes: Partial<ReleaseLook> = {}) => {
    const time = atMinute(minute);
    return store.writeJson(lookKey(RELEASE, time), { ...look(minute, changes), time: time.toISOString() });
  };

  /** A release that began at minute 10, with traffic from the middle of minute 12 on. */
  const end = (changes: object = {}, plan: object = {}) => ({
    plan: {
      releaseId: RELEASE,
      endpointName: 'churn',
      configName: 'churn-2',
      modelVersion: '1.1.0',
      variant: 'green',
      championVariant: 'blue',
      champion: {
        modelVersion: '1.0.0',
        variant: 'blue',
        modelName: 'churn-model-1',
        endpointConfigName: 'churn-1',
      },
      steps: [
        { challenger: 0.1, champion: 0.9 },
        { challenger: 1, champion: 0 },
      ],
      ...plan,
    },
    outcome: 'rolled-back',
    reasons: ['it failed too often'],
    reason: 'new data',
    startedAt: atMinute(10).toISOString(),
    trafficSince: atMinute(12.5).toISOString(),
    time: atMinute(20).toISOString(),
    ...changes,
  });

  async function write(event: object, cloudWatch = new CloudWatchClient(fixture.config())) {
    expect(await writeReport(event, { cloudWatch, store, requestMetrics: [OF_ENDPOINT] })).toEqual({
      report: store.uriOf(reportKey(RELEASE, 'html')),
    });
    return {
      report: parseReleaseReport(await store.readText(reportKey(RELEASE, 'json'))),
      page: await store.readText(reportKey(RELEASE, 'html')),
    };
  }

  test('tells fleets of one variant apart by their configs', async () => {
    for (const minute of [13, 14]) {
      publish('blue', minute, requests(90, 1, 20_000), 'churn-1');
      publish('blue', minute, requests(10, 4, 25_000));
    }
    const { report } = await write(end({}, { variant: 'blue' }));
    expect(report.missing).toEqual([]);
    expect(report.traffic).toMatchObject([
      {
        champion: { requests: 90, errors: 1, p50: 20_000 },
        challenger: { requests: 10, errors: 4, p50: 25_000 },
      },
      { champion: { requests: 90, errors: 1 }, challenger: { requests: 10, errors: 4 } },
    ]);
  });

  test('tells of both versions minute by minute, from their first common minute to the last one with requests', async () => {
    publish('green', 12, requests(5, 5, 1));
    publish('blue', 14, requests(1000, 1000, 1), 'churn-1');
    for (const minute of [13, 14, 16]) {
      publish('blue', minute, requests(90, 1, 20_000));
      publish('green', minute, requests(10, 4, 25_000));
    }
    for (const minute of [13.1, 14.1]) await keepLook(minute);
    await keepLook(15.1, { verdict: 'rollback' });
    const { report, page } = await write(end());
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      challenger: { modelVersion: '1.1.0', variant: 'green', endpointConfigName: 'churn-2' },
      champion: { modelVersion: '1.0.0', variant: 'blue' },
      reasons: ['it failed too often'],
      trafficShares: [0.1, 1],
      binMinutes: 1,
      missing: [],
      files: { html: 's3://artifacts/releases/release-2/report.html' },
    });
    expect(report.traffic.map(({ time }) => time)).toEqual(
      [13, 14, 15, 16].map((minute) => atMinute(minute).toISOString()),
    );
    expect(report.traffic[0]).toEqual({
      time: atMinute(13).toISOString(),
      minutes: 1,
      champion: { requests: 90, errors: 1, p50: 20_000, p95: 20_000, p99: 20_000 },
      challenger: { requests: 10, errors: 4, p50: 25_000, p95: 25_000, p99: 25_000 },
    });
    expect(report.traffic[2]?.challenger).toEqual({ requests: 0, errors: 0 });
    expect(report.looks.map(({ verdict, looks }) => [verdict, looks])).toEqual([
      ['hold', 2],
      ['rollback', 1],
    ]);
    expect(page).toContain('Version 1.1.0 was rolled back at 10 % of the traffic, after 3 minutes');
  });

  test('joins the minutes of a long release, and asks for the latency of whole bins', async () => {
    await fixture.advance(11 * HOUR);
    for (let minute = 13; minute < 640; minute++) {
      publish('green', minute, { Invocations: [2], ModelLatency: [1_000, minute % 5 === 0 ? 9_000 : 1_000] });
    }
    const { report } = await write(end({ time: atMinute(640).toISOString() }));
    expect(report.binMinutes).toBe(5);
    expect(report.traffic).toHaveLength(126);
    expect(report.traffic[0]).toEqual({
      time: atMinute(13).toISOString(),
      minutes: 2,
      champion: { requests: 0, errors: 0 },
      challenger: { requests: 4, errors: 0 },
    });
    const { time, minutes, challenger } = report.traffic[1] as (typeof report.traffic)[number];
    expect([time, minutes]).toEqual([atMinute(15).toISOString(), 5]);
    expect(challenger).toMatchObject({ requests: 10, p50: 1_000 });
    expect(challenger.p99).toBeGreaterThan(8_000);
    const counted = report.traffic.reduce((sum, point) => sum + point.challenger.requests, 0);
    expect(counted).toBe(2 * (640 - 13));
  });

  test('has the answers that the last look knew', async () => {
    const predictions = {
      edges: [0.5],
      champion: [1, 2],
      challenger: [3, 4],
      effect: 0.1,
      interval: [0, 0.3],
    };
    await keepLook(13, { predictions });
    await keepLook(14, { predictions: { ...predictions, effect: 0.2 } });
    await keepLook(15);
    expect((await write(end())).report.predictions).toEqual({ ...predictions, effect: 0.2 });
  });

  test('has what the last look at the shadow showed', async () => {
    await store.writeJson(shadowKey(RELEASE), inShadow());
    expect((await write(end())).report.shadow).toEqual(inShadow());
    await store.write(shadowKey(RELEASE), '{"since":');
    const { report } = await write(end());
    expect(report.shadow).toBeUndefined();
    expect(report.missing).toContainEqual(
      expect.stringMatching(/^the shadow could not be read: .*shadow\.json/),
    );
  });

  test('is short for a first release', async () => {
    const event = end(
      { outcome: 'released', trafficSince: '', reasons: 'all samples were answered' },
      { championVariant: null, champion: null },
    );
    const { report, page } = await write(event);
    expect(report).toMatchObject({
      champion: null,
      trafficSince: null,
      traffic: [],
      looks: [],
      reasons: ['all samples were answered'],
      missing: [],
    });
    expect(page).toContain('Version 1.1.0 is in production as the first');
    expect(page).not.toContain('<svg');
  });

  test('tells of looks and metrics that could not be read, and is written all the same', async () => {
    await keepLook(13);
    await store.write(lookKey(RELEASE, atMinute(14)), '{"version": 2}');
    const denied = await fixture.roleConfig('no-metrics', [
      { Effect: 'Allow', Action: 's3:*', Resource: '*' },
    ]);
    const { report, page } = await write(end(), new CloudWatchClient(denied));
    expect(report.looks).toHaveLength(1);
    expect(report.traffic).toEqual([]);
    expect(report.missing).toEqual([
      '1 of the evaluations could not be read',
      expect.stringMatching(/^the metrics could not be read: .*not authorized/),
    ]);
    expect(page).toContain('Not in this report: 1 of the evaluations could not be read; the metrics');
  });

  test('tells of the minute in which the traffic began, if it ended with it', async () => {
    publish('blue', 12, requests(30, 0, 20_000));
    publish('green', 12, requests(30, 28, 20_000));
    const { report } = await write(end({ time: atMinute(13.5).toISOString() }));
    expect(report.missing).toEqual([]);
    expect(report.traffic).toMatchObject([
      { time: atMinute(12).toISOString(), challenger: { requests: 30, errors: 28 } },
    ]);
  });

  test('says so if CloudWatch knows of no request', async () => {
    expect((await write(end())).report.missing).toEqual([
      'CloudWatch knows of no request during the release',
    ]);
  });

  test('names what is wrong with the end that it was told', async () => {
    const event = end({ outcome: 'good', time: 'today' });
    const cloudWatch = new CloudWatchClient(fixture.config());
    await expect(writeReport(event, { cloudWatch, store, requestMetrics: [OF_ENDPOINT] })).rejects.toThrow(
      /end of a release is not valid: outcome: expected "released" or "rolled-back", got "good"; time: /,
    );
  });
});
