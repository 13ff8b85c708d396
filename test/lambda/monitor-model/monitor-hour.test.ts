import { hourBefore } from '../../../lambda/domain/hour';
import { baselineProfile } from '../../../lambda/domain/profile';
import { monitorHour } from '../../../lambda/monitor-model/monitor-hour';
import { captureLines } from '../capture-lines';

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
  hour: hourBefore(new Date('2026-11-24T10:10:00Z')),
  baseline: BASELINE,
  columns: ['age', 'weekday'],
  since: new Date('2026-11-01T00:00:00Z'),
  policy: {},
  ignoredFeatures: [],
};

describe('monitorHour', () => {
  test('finds nothing in traffic like the training data', async () => {
    const report = await monitorHour(traffic(spread(0, 1), spread(0, 1), spread(0, 1)), PROPS);
    expect(report?.drift).toMatchObject({
      version: 1,
      modelVersion: '1.2.0',
      variant: 'green',
      from: '2026-11-24T09:00:00.000Z',
      until: '2026-11-24T10:00:00.000Z',
      report: { status: 'stable', drifted: [] },
    });
    expect(report?.metrics).toEqual({
      DriftedFeatures: 0,
      LargestDrift: 0,
      PredictionDrift: 0,
      MonitoredRows: ROWS,
      UnreadableRecords: 0,
    });
    expect(report?.profile).toEqual(BASELINE);
  });

  test('measures how far inputs and predictions have moved', async () => {
    const report = await monitorHour(traffic(spread(0.3, 1.3), spread(0, 1), spread(0.1, 1.1)), PROPS);
    expect(report?.drift.report.drifted).toEqual(['age', 'prediction']);
    expect(report?.metrics.DriftedFeatures).toBe(2);
    expect(report?.metrics.LargestDrift).toBeCloseTo(0.3, 2);
    expect(report?.metrics.PredictionDrift).toBeCloseTo(0.1, 2);
  });

  test('profiles ignored features without testing them', async () => {
    const report = await monitorHour(traffic(spread(0, 1), spread(0.5, 1.5), spread(0, 1)), {
      ...PROPS,
      ignoredFeatures: ['weekday', 'gone'],
    });
    expect(report?.metrics.DriftedFeatures).toBe(0);
    expect(report?.drift.ignoredFeatures).toEqual(['weekday']);
    expect(report?.profile.features.weekday).not.toEqual(BASELINE.features.weekday);
  });

  test('gives no verdict on too few rows', async () => {
    const few = [5, 6, 7];
    const report = await monitorHour(traffic(few, few, few), PROPS);
    expect(report?.drift.report.status).toBe('insufficient-rows');
    expect(report?.metrics).toEqual({ MonitoredRows: 3, UnreadableRecords: 0 });
  });

  test('counts what it cannot read, even if there is nothing else', async () => {
    const report = await monitorHour(lines('garbage\n{}'), PROPS);
    expect(report?.metrics).toEqual({ MonitoredRows: 0, UnreadableRecords: 2 });
    expect(report?.drift.firstProblem).toMatch(/^line 1: capture record is not JSON/);
  });

  test('has nothing to say of an hour without traffic', async () => {
    expect(await monitorHour(lines(), PROPS)).toBeUndefined();
  });
});

/** Evenly spread numbers. */
function spread(from: number, to: number): number[] {
  return Array.from({ length: ROWS }, (_, i) => from + ((i + 0.5) / ROWS) * (to - from));
}

/** One request with a row for each number. */
function traffic(ages: number[], weekdays: number[], predictions: number[]): AsyncIterable<string> {
  const input = ages.map((age, i) => `${age},${weekdays[i]}`).join('\n');
  return lines(
    captureLines([{ eventId: 'e', inferenceTime: '2026-11-24T09:30:00Z', input, answers: predictions }]),
  );
}

async function* lines(...files: string[]): AsyncIterable<string> {
  yield* files;
}
