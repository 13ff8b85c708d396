import type { RecordedFile } from '../../../lambda/aws/recorded-files';
import { baselineProfile, type DatasetProfile } from '../../../lambda/domain/data/profile';
import { hourBefore } from '../../../lambda/domain/records/hour';
import type { DriftDocument } from '../../../lambda/domain/traffic/drift-document';
import { compareTraffic, type DriftPlan } from '../../../lambda/monitor-model/compare-traffic';
import { reportDrift } from '../../../lambda/monitor-model/drift-document';
import { driftMetrics } from '../../../lambda/monitor-model/drift-metrics';
import { NotProfiledYet } from '../../../lambda/monitor-model/not-profiled-yet';
import { profileCapture } from '../../../lambda/profile-capture/profile-capture';
import { captureLines } from '../capture-lines';
import { planOfHours } from '../drift-plan-fixture';
import { filesOfRequests } from '../files-of-requests';

const ROWS = 1000;
const SINCE = new Date('2026-11-01T00:00:00Z');
const BASELINE = baselineProfile(
  [
    { name: 'age', kind: 'numeric', cells: spread(0, 1) },
    { name: 'weekday', kind: 'numeric', cells: spread(0, 1) },
  ],
  spread(0, 1),
);
const CAPTURE = { baseline: BASELINE, columns: ['age', 'weekday'], since: SINCE };
const HOUR = hourBefore(new Date('2026-11-24T10:10:00Z'));
const UNREADABLE = { UnreadableRecords: 0, UnreadableShare: 0 };

interface ReportOptions {
  readonly since?: Date;
  readonly past?: DatasetProfile | Error;
  readonly previous?: DriftDocument;
  readonly unrecorded?: number;
}

/** Of an hour, with the same hour's profile for each hour of the past, unless others are given. */
async function reportHour(
  files: AsyncIterable<RecordedFile>,
  plan: DriftPlan = planOfHours(),
  { since = SINCE, past, previous, unrecorded }: ReportOptions = {},
) {
  const found = await profileCapture(files, CAPTURE);
  const last = { hour: HOUR, ...found, ...(unrecorded !== undefined && { unrecorded }) };
  const comparisons = await compareTraffic(plan, {
    baseline: BASELINE,
    since,
    last: HOUR,
    hasDrifted: async () => false,
    read: async (end) => {
      if (past instanceof Error) throw past;
      return end.path === HOUR.path ? last.profile : (past ?? last.profile);
    },
  });
  const { ignoredFeatures } = plan;
  const document = reportDrift(comparisons, last, {
    modelVersion: '1.2.0',
    variant: 'green',
    ignoredFeatures,
    ...(previous && { previous }),
  });
  return { profile: last.profile, document, metrics: driftMetrics(document, last) };
}

describe('the report on an hour', () => {
  test('finds nothing in traffic like the training data', async () => {
    const report = await reportHour(traffic(spread(0, 1), spread(0, 1), spread(0, 1)));
    expect(report.document).toMatchObject({
      version: 2,
      modelVersion: '1.2.0',
      variant: 'green',
      until: '2026-11-24T10:00:00.000Z',
      status: 'stable',
      drifted: [],
      comparisons: [
        {
          from: '2026-11-24T09:00:00.000Z',
          windowHours: 1,
          reference: { settings: { is: 'trainingData' }, rows: ROWS },
          falseAlarmsPerYear: 1,
          alpha: 1 / 8766,
          minimumDistance: 0.05,
          report: { status: 'stable', drifted: [], rows: ROWS },
        },
      ],
    });
    expect(report.metrics).toEqual({
      DriftedFeatures: 0,
      LargestDrift: 0,
      PredictionDrift: 0,
      MonitoredRows: ROWS,
      ComparedRows: ROWS,
      HoursWithoutVerdict: 0,
      ...UNREADABLE,
    });
    expect(report.profile).toEqual(BASELINE);
  });

  test('measures how far inputs and predictions have moved', async () => {
    const { document, metrics } = await reportHour(
      traffic(spread(0.3, 1.3), spread(0, 1), spread(0.15, 1.15)),
    );
    expect(document.drifted).toEqual(['age', 'prediction']);
    expect(metrics.DriftedFeatures).toBe(2);
    expect(metrics.LargestDrift).toBeCloseTo(0.3, 2);
    expect(metrics.PredictionDrift).toBeCloseTo(0.15, 2);
  });

  test('counts a feature once that several comparisons find, and needs no verdict of all', async () => {
    const [hour] = planOfHours().comparisons;
    const comparisons = [
      { ...hour, reference: { is: 'sameHours', everyHours: 168, times: 4 }, minimumDistance: 0.2 },
      { ...hour, reference: { is: 'previousWindow' } },
      { ...hour, window: { hours: 1000, maximumHours: 1000 } },
    ] as DriftPlan['comparisons'];
    const moved = traffic(spread(0.3, 1.3), spread(0.15, 1), spread(0, 1));
    const { document, metrics } = await reportHour(
      moved,
      { ...planOfHours(), comparisons },
      { past: BASELINE },
    );
    expect(document.comparisons.map(({ report, pending }) => [report.drifted, pending])).toEqual([
      [['age'], undefined],
      [['age', 'weekday'], undefined],
      [expect.anything(), 'the version has been in production for 562 of the 1000 hours that are compared'],
    ]);
    expect(document.comparisons[0]?.reference).toMatchObject({ times: 3 });
    expect(document.comparisons[0]?.falseAlarmsPerYear).toBeCloseTo(1 / 3, 12);
    expect(document).toMatchObject({ status: 'drift', drifted: ['age', 'weekday'] });
    expect(metrics.DriftedFeatures).toBe(2);
  });

  test('profiles ignored features without testing them', async () => {
    const report = await reportHour(traffic(spread(0, 1), spread(0.5, 1.5), spread(0, 1)), {
      ...planOfHours(),
      ignoredFeatures: ['weekday', 'gone'],
    });
    expect(report.metrics.DriftedFeatures).toBe(0);
    expect(report.document.ignoredFeatures).toEqual(['weekday']);
    expect(report.profile.features.weekday).not.toEqual(BASELINE.features.weekday);
  });

  test('gives no verdict on too few rows', async () => {
    const few = [5, 6, 7];
    const { document, metrics } = await reportHour(traffic(few, few, few), planOfHours(1, 2));
    expect(document.status).toBe('insufficient-rows');
    expect(document.comparisons[0]?.pending).toBe('6 rows in 2 hours, but at least 100 are needed');
    expect(metrics).toEqual({ MonitoredRows: 3, HoursWithoutVerdict: 1, ...UNREADABLE });
  });

  test('counts what it cannot read, even if there is nothing else', async () => {
    const { document, metrics } = await reportHour(filesOfRequests('garbage\n{}'));
    expect(metrics).toMatchObject({ MonitoredRows: 0, UnreadableRecords: 2, UnreadableShare: 1 });
    expect(document.firstProblem).toMatch(/^1.jsonl, line 1: capture record is not JSON/);
  });

  test('publishes no drift while the version is too young, and says so', async () => {
    const moved = traffic(spread(0.3, 1.3), spread(0, 1), spread(0.15, 1.15));
    const since = new Date('2026-11-24T08:30:00Z');
    const { document, metrics } = await reportHour(moved, planOfHours(24), { since });
    expect(document.comparisons[0]?.pending).toBe(
      'the version has been in production for 2 of the 24 hours that are compared',
    );
    expect(document).toMatchObject({ status: 'insufficient-rows', drifted: [] });
    expect(metrics).toEqual({ MonitoredRows: ROWS, HoursWithoutVerdict: 1, ...UNREADABLE });
  });

  test('counts the hours without a verdict from the first one, of the same version', async () => {
    const few = () => traffic([5, 6, 7], [5, 6, 7], [5, 6, 7]);
    const { document } = await reportHour(few());
    expect(document.noVerdictSince).toBe('2026-11-24T09:00:00.000Z');
    const previous = { ...document, noVerdictSince: '2026-11-21T09:00:00.000Z' };
    expect((await reportHour(few(), planOfHours(), { previous })).metrics.HoursWithoutVerdict).toBe(73);
    const other = { ...previous, modelVersion: '1.1.0' };
    expect((await reportHour(few(), planOfHours(), { previous: other })).metrics.HoursWithoutVerdict).toBe(1);
    const enough = await reportHour(traffic(spread(0, 1), spread(0, 1), spread(0, 1)), planOfHours(), {
      previous,
    });
    expect(enough.document.noVerdictSince).toBeUndefined();
    expect(enough.metrics.HoursWithoutVerdict).toBe(0);
  });

  test('says that requests were answered and not recorded', async () => {
    const { document, metrics } = await reportHour(filesOfRequests(''), planOfHours(), { unrecorded: 70 });
    expect(document.unrecordedRequests).toBe(70);
    expect(metrics.UnrecordedRequests).toBe(70);
    const none = await reportHour(filesOfRequests(''), planOfHours(), { unrecorded: 0 });
    expect(none.document.unrecordedRequests).toBeUndefined();
    expect(none.metrics.UnrecordedRequests).toBe(0);
  });

  test('says that hours of the past are not profiled yet, and fails for any other reason', async () => {
    const moved = () => traffic(spread(0.3, 1.3), spread(0, 1), spread(0.15, 1.15));
    const { document } = await reportHour(moved(), planOfHours(), {
      past: new NotProfiledYet('past hours are still being profiled'),
    });
    expect(document.comparisons[0]?.pending).toContain('past hours are still being profiled');
    await expect(reportHour(moved(), planOfHours(), { past: new Error('denied') })).rejects.toThrow('denied');
  });
});

/** Evenly spread numbers. */
function spread(from: number, to: number): number[] {
  return Array.from({ length: ROWS }, (_, i) => from + ((i + 0.5) / ROWS) * (to - from));
}

/** One request with a row for each number. */
function traffic(ages: number[], weekdays: number[], predictions: number[]): AsyncIterable<RecordedFile> {
  const input = ages.map((age, i) => `${age},${weekdays[i]}`).join('\n');
  return filesOfRequests(
    captureLines([{ eventId: 'e', inferenceTime: '2026-11-24T09:30:00Z', input, answers: predictions }]),
  );
}
