import { baselineProfile } from '../../../lambda/domain/data/profile';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import type { GroupedHourInput } from '../../../lambda/monitor-model/grouped-hours';
import { monitor } from '../../../lambda/monitor-model/monitor';
import { profileGroup } from '../../../lambda/profile-capture/profile-group';
import { MINUTE, START } from '../../local/services/service-fixture';
import { captureLines } from '../capture-lines';
import { planOfHours } from '../drift-plan-fixture';
import { productionRoute } from '../pipeline-fixture';
import { TrafficFixture } from '../traffic-fixture';

const EVENT = { source: 'aws.events', time: '2026-11-24T10:10:00Z', detail: {} };
const AGES = Array.from({ length: 200 }, (_, i) => i);
const BASELINE = baselineProfile([{ name: 'age', kind: 'numeric', cells: AGES }], AGES);

describe('monitor', () => {
  let fixture: TrafficFixture;

  beforeEach(async () => {
    fixture = new TrafficFixture();
    await fixture.start();
    await fixture.store.writeJson('models/1.2.0/baseline.json', BASELINE);
    await fixture.advance(10 * MINUTE);
  });
  afterEach(() => fixture.stop());

  const run = (plan = planOfHours(), event = EVENT) => monitor(event, { ...fixture, plan });

  const putIntoProduction = () =>
    fixture.routing.write({
      ...emptyRouting('churn'),
      production: productionRoute({
        modelVersion: '1.2.0',
        variant: 'green',
        since: '2026-11-23T09:00:00Z',
      }),
    });

  /** Records a request with a row for each age, at half past the hour of the path. */
  async function capture(variant: string, hour: string, ages: readonly number[]): Promise<void> {
    const [yyyy, mm, dd, hh] = hour.split('/');
    const request = {
      eventId: `${ages[0]}`,
      inferenceTime: `${yyyy}-${mm}-${dd}T${hh}:30:00Z`,
      input: ages.join('\n'),
      answers: ages,
    };
    await fixture.store.write(
      `capture/churn/${variant}/${hour}/30-00-${ages[0]}.jsonl`,
      captureLines([request]),
    );
  }

  /** Values of a metric that belong to the hour's end. */
  async function metric(name: string): Promise<number[]> {
    const points = await fixture.published(name);
    expect(points.every(({ time }) => time.getTime() === START.getTime())).toBe(true);
    return points.map(({ value }) => value);
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
      UnreadableShare: 0,
      ComparedRows: 200,
      HoursWithoutVerdict: 0,
      UnrecordedRequests: 0,
    };
    expect(await run()).toEqual({
      until: '2026-11-24T10:00:00.000Z',
      modelVersion: '1.2.0',
      metrics: expected,
    });
    for (const [name, value] of Object.entries(expected)) expect(await metric(name)).toEqual([value]);
    const folder = 'profiles/green/2026/11/24/09';
    expect(JSON.parse(await fixture.store.readText(`${folder}/profile.json`))).toMatchObject({ rows: 200 });
    expect(JSON.parse(await fixture.store.readText(`${folder}/drift.json`))).toMatchObject({
      modelVersion: '1.2.0',
      status: 'drift',
      drifted: ['age', 'prediction'],
      comparisons: [{ report: { status: 'drift', drifted: ['age', 'prediction'] } }],
    });
    const table = await fixture.store.readText('profiles/drift-table/day=2026-11-24/09-green.jsonl');
    expect(
      table
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { pipeline: 'churn', until: '2026-11-24 10:00:00', feature: 'age', status: 'drift', row_count: 200 },
      { pipeline: 'churn', until: '2026-11-24 10:00:00', feature: 'prediction', status: 'drift' },
    ]);
    const page = await fixture.store.readText(`${folder}/drift.html`);
    expect(page).toContain('age and 1 more of 2 features and answers have drifted from the training data');
    expect(page).toContain('200 rows of requests to green, 2026-11-24 09:00 to 2026-11-24 10:00 UTC');
    expect(fixture.told).toEqual([{ report: 'drift', key: `${folder}/drift.json` }]);
  });

  test('an hour with more files than a group is measured once a workflow has profiled its groups', async () => {
    await putIntoProduction();
    for (const start of [0, 50, 100, 150])
      await capture('green', '2026/11/24/09', AGES.slice(start, start + 50));
    const started: { name: string; input: GroupedHourInput }[] = [];
    const groups = {
      storeOf: () => fixture.store,
      start: async (name: string, input: GroupedHourInput) => void started.push({ name, input }),
      size: { bytes: 1e9, files: 2, knownBytes: 1 },
    };
    const inGroups = (isAfterGroups: boolean, time = EVENT.time) =>
      monitor({ time }, { ...fixture, groups, isAfterGroups, plan: planOfHours() });

    const pending =
      '2 of 2 groups of files below s3://artifacts/capture/churn/green/2026/11/24/09/ are being profiled';
    expect(await inGroups(false)).toEqual({ until: START.toISOString(), modelVersion: '1.2.0', pending });
    expect(await metric('MonitoredRows')).toEqual([]);
    const [{ input }] = started as [(typeof started)[number]];
    for (const group of JSON.parse(await fixture.store.readText(input.list))) {
      await profileGroup(group, { store: fixture.store, storeOf: groups.storeOf });
    }
    expect(await inGroups(true, input.time)).toMatchObject({
      until: START.toISOString(),
      metrics: { MonitoredRows: 200, DriftedFeatures: 0 },
    });
    expect(await metric('MonitoredRows')).toEqual([200]);
    expect(started).toHaveLength(1);
  });

  test('says since when a feature has drifted, hour after hour, also after a report that cannot be read', async () => {
    await putIntoProduction();
    const since = async (hour: number, older: number) => {
      const path = `2026/11/24/0${hour}`;
      await capture(
        'green',
        path,
        AGES.map((age) => age + older),
      );
      const time = `2026-11-24T${String(hour + 1).padStart(2, '0')}:10:00Z`;
      await run(planOfHours(), { ...EVENT, time });
      const document = JSON.parse(await fixture.store.readText(`profiles/green/${path}/drift.json`));
      return document.comparisons[0].report.features[0].since;
    };
    expect(await since(4, 100)).toBe('2026-11-24T05:00:00.000Z');
    expect(await since(5, 60)).toBe('2026-11-24T05:00:00.000Z');
    expect(await since(6, 0)).toBeUndefined();
    expect(await since(7, 100)).toBe('2026-11-24T08:00:00.000Z');
    await fixture.store.write('profiles/green/2026/11/24/07/drift.json', 'x');
    expect(await since(8, 100)).toBe('2026-11-24T09:00:00.000Z');
  });

  test('publishes that there were no rows in an hour without traffic, and no drift', async () => {
    await putIntoProduction();
    expect(await run()).toMatchObject({ metrics: { MonitoredRows: 0 } });
    expect(await metric('MonitoredRows')).toEqual([0]);
    expect(await metric('DriftedFeatures')).toEqual([]);
    expect(await fixture.store.tryReadText('profiles/green/2026/11/24/09/drift.json')).toBeUndefined();
  });

  test('says that requests are answered and none is recorded', async () => {
    await putIntoProduction();
    fixture.publish('green', -30, { Invocations: Array(50).fill(1) }, 'config');
    expect(await run()).toMatchObject({ metrics: { UnrecordedRequests: 50, HoursWithoutVerdict: 1 } });
    const document = await fixture.store.readText('profiles/green/2026/11/24/09/drift.json');
    expect(JSON.parse(document)).toMatchObject({ unrecordedRequests: 50, status: 'insufficient-rows' });
  });

  test('counts records that cannot be read by their reason, and keeps them for people', async () => {
    await putIntoProduction();
    const folder = 'capture/churn/green/2026/11/24/09';
    await capture('green', '2026/11/24/09', AGES);
    await fixture.store.write(`${folder}/31.jsonl`, 'garbage\n{"a":1}\n');
    const image = captureLines([
      { eventId: 'i', inferenceTime: '2026-11-24T09:40:00Z', input: 'x', answers: [1] },
    ]).replace(
      '"text/csv","mode":"INPUT","data":"x","encoding":"CSV"',
      '"image/png","mode":"INPUT","data":"eA==","encoding":"BASE64"',
    );
    await fixture.store.write(`${folder}/40.jsonl`, image);
    expect(await run()).toMatchObject({ metrics: { MonitoredRows: 200, UnreadableRecords: 3 } });
    const rejectedRecords = 'answers/1.2.0/2026/11/24/09-rejected.jsonl';
    const document = await fixture.store.readText('profiles/green/2026/11/24/09/drift.json');
    expect(JSON.parse(document)).toMatchObject({
      unreadable: 3,
      rejections: { record: 2, contentType: 1 },
      rejectedRecords,
    });
    const samples = (await fixture.store.readText(rejectedRecords))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(samples).toEqual([
      {
        place: expect.stringMatching(/31\.jsonl, line 1$/),
        reason: 'record',
        problem: expect.stringContaining("begins with 'garbage'"),
        record: 'garbage',
      },
      expect.objectContaining({ reason: 'record', record: '{"a":1}' }),
      expect.objectContaining({ reason: 'contentType', record: image }),
    ]);
  });

  test('does nothing while nothing is in production', async () => {
    await fixture.routing.write(emptyRouting('churn'));
    expect(await run()).toEqual({ until: '2026-11-24T10:00:00.000Z' });
    expect(await metric('MonitoredRows')).toEqual([]);
  });

  test('profiles an hour again whose profile was made with another baseline', async () => {
    await putIntoProduction();
    await capture('green', '2026/11/24/08', AGES);
    await capture('green', '2026/11/24/09', AGES);
    const other = baselineProfile([{ name: 'age', kind: 'numeric', cells: [1, 2, 3] }], [1, 2, 3]);
    await fixture.store.writeJson('profiles/green/2026/11/24/08/profile.json', other);
    expect(await run(planOfHours(2))).toMatchObject({ metrics: { ComparedRows: 400 } });
  });

  test('names what is wrong with a baseline', async () => {
    await putIntoProduction();
    await fixture.store.writeJson('models/1.2.0/baseline.json', { rows: 3 });
    await expect(run()).rejects.toThrow(
      's3://artifacts/models/1.2.0/baseline.json is not valid: features: expected record, got nothing',
    );
  });
});
