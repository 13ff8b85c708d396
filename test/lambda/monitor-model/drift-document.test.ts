import type { RecordedFile } from '../../../lambda/aws/recorded-files';
import { baselineProfile } from '../../../lambda/domain/data/profile';
import { hourBefore } from '../../../lambda/domain/records/hour';
import { reportDrift } from '../../../lambda/monitor-model/drift-document';
import { profileCapture } from '../../../lambda/monitor-model/profile-capture';
import { captureLines } from '../capture-lines';
import { filesOfRequests } from '../files-of-requests';

const ROWS = 1000;
const BASELINE = baselineProfile(
  [
    { name: 'age', kind: 'numeric', cells: spread(0, 1) },
    { name: 'weekday', kind: 'numeric', cells: spread(0, 1) },
  ],
  spread(0, 1),
);
const PROPS = {
  modelVersion: '1.2.0',
  variant: 'green',
  baseline: BASELINE,
  policy: {},
  ignoredFeatures: [] as string[],
};
const CAPTURE = { baseline: BASELINE, columns: ['age', 'weekday'], since: new Date('2026-11-01T00:00:00Z') };
const HOUR = hourBefore(new Date('2026-11-24T10:10:00Z'));

/** Of a window of one hour. */
async function reportHour(files: AsyncIterable<RecordedFile>, props = PROPS, pending?: string) {
  const last = { hour: HOUR, ...(await profileCapture(files, CAPTURE)) };
  const window = { profile: last.profile, from: HOUR.start.toISOString(), hours: 1 };
  const { document, metrics } = reportDrift({ ...window, ...(pending && { pending }) }, last, props);
  return { profile: last.profile, document, metrics };
}

describe('reportDrift', () => {
  test('finds nothing in traffic like the training data', async () => {
    const report = await reportHour(traffic(spread(0, 1), spread(0, 1), spread(0, 1)), PROPS);
    expect(report.document).toMatchObject({
      version: 1,
      modelVersion: '1.2.0',
      variant: 'green',
      from: '2026-11-24T09:00:00.000Z',
      until: '2026-11-24T10:00:00.000Z',
      report: { status: 'stable', drifted: [] },
    });
    expect(report.metrics).toEqual({
      DriftedFeatures: 0,
      LargestDrift: 0,
      PredictionDrift: 0,
      MonitoredRows: ROWS,
      UnreadableRecords: 0,
      UnreadableShare: 0,
      ComparedRows: ROWS,
    });
    expect(report.profile).toEqual(BASELINE);
  });

  test('measures how far inputs and predictions have moved', async () => {
    const report = await reportHour(traffic(spread(0.3, 1.3), spread(0, 1), spread(0.1, 1.1)), PROPS);
    expect(report.document.report.drifted).toEqual(['age', 'prediction']);
    expect(report.metrics.DriftedFeatures).toBe(2);
    expect(report.metrics.LargestDrift).toBeCloseTo(0.3, 2);
    expect(report.metrics.PredictionDrift).toBeCloseTo(0.1, 2);
  });

  test('profiles ignored features without testing them', async () => {
    const report = await reportHour(traffic(spread(0, 1), spread(0.5, 1.5), spread(0, 1)), {
      ...PROPS,
      ignoredFeatures: ['weekday', 'gone'],
    });
    expect(report.metrics.DriftedFeatures).toBe(0);
    expect(report.document.ignoredFeatures).toEqual(['weekday']);
    expect(report.profile.features.weekday).not.toEqual(BASELINE.features.weekday);
  });

  test('gives no verdict on too few rows', async () => {
    const few = [5, 6, 7];
    const report = await reportHour(traffic(few, few, few), PROPS);
    expect(report.document.report.status).toBe('insufficient-rows');
    expect(report.metrics).toEqual({ MonitoredRows: 3, UnreadableRecords: 0, UnreadableShare: 0 });
  });

  test('counts what it cannot read, even if there is nothing else', async () => {
    const report = await reportHour(filesOfRequests('garbage\n{}'), PROPS);
    expect(report.metrics).toEqual({ MonitoredRows: 0, UnreadableRecords: 2, UnreadableShare: 1 });
    expect(report.document.firstProblem).toMatch(/^1.jsonl, line 1: capture record is not JSON/);
  });

  test('publishes no drift while the window is not complete, and says why', async () => {
    const moved = traffic(spread(0.3, 1.3), spread(0, 1), spread(0.1, 1.1));
    const { document, metrics } = await reportHour(moved, PROPS, 'too early');
    expect(document.pending).toBe('too early');
    expect(metrics).toEqual({ MonitoredRows: ROWS, UnreadableRecords: 0, UnreadableShare: 0 });
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
