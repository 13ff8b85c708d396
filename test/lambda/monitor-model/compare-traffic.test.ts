import type { DriftReferenceSettings } from '../../../contracts/drift-comparison';
import { baselineProfile, profileRows } from '../../../lambda/domain/data/profile';
import { type Hour, hourBefore } from '../../../lambda/domain/records/hour';
import { comparedWindow } from '../../../lambda/monitor-model/compared-window';
import { referenceOf } from '../../../lambda/monitor-model/reference-profile';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-01T00:00:00Z');
const LAST = hourBefore(new Date(START));
const BASELINE = baselineProfile([{ name: 'x', kind: 'numeric', cells: Array(200).fill(1) }]);
const LONG_AGO = new Date(START - 5000 * HOUR);

const rows = (count: number) => profileRows(BASELINE, ['x'], Array(count).fill({ cells: [1] }));

/**
 * Reads traffic with so many rows in the hours before, the newest first; the last number of all earlier ones.
 */
const history = (counts: readonly number[]) => async (last: Hour, hours: number) => {
  const first = (LAST.end.getTime() - last.end.getTime()) / HOUR;
  const all = Array.from({ length: hours }, (_, index) => counts[first + index] ?? counts.at(-1) ?? 0);
  return rows(all.reduce((sum, count) => sum + count, 0));
};

describe('the window that is compared', () => {
  async function windowOf(
    counts: readonly number[],
    { hours = 24, maximumHours = 24, inProduction = 5000 }: Record<string, number> = {},
  ) {
    const window = await comparedWindow(LAST, inProduction, { hours, maximumHours }, 100, history(counts));
    return { rows: window.profile.rows, hours: window.hours, pending: window.pending };
  }

  test('is a day of traffic, each hour of the day once', async () => {
    const counts = Array.from({ length: 48 }, (_, index) => 10 + index);
    const ofDay = counts.slice(0, 24).reduce((sum, count) => sum + count, 0);
    expect(await windowOf(counts, { maximumHours: 168 })).toEqual({ rows: ofDay, hours: 24 });
  });

  test('gives no verdict until the version has been in production for all of it', async () => {
    expect(await windowOf([100], { inProduction: 6 })).toMatchObject({
      hours: 6,
      pending: 'the version has been in production for 6 of the 24 hours that are compared',
    });
    expect(await windowOf([0], { inProduction: 0 })).toMatchObject({ hours: 1, pending: expect.anything() });
  });

  test('grows by whole windows while it has too few rows, as far as it may', async () => {
    expect(await windowOf([60, 60, 60], { hours: 1 })).toEqual({ rows: 120, hours: 2 });
    expect(await windowOf([1], { maximumHours: 168 })).toEqual({ rows: 120, hours: 120 });
    expect(await windowOf([3, 3, 3, 0], { hours: 1 })).toEqual({
      rows: 9,
      hours: 24,
      pending: '9 rows in 24 hours, but at least 100 are needed',
    });
    expect(await windowOf([1], { maximumHours: 168, inProduction: 50 })).toEqual({
      rows: 48,
      hours: 48,
      pending: '48 rows in 48 hours, but at least 100 are needed',
    });
  });
});

describe('the reference of a window of two hours', () => {
  /** Of traffic with 1000 rows in the last hour, 999 in the one before, and so on. */
  async function referenceTo(
    settings: DriftReferenceSettings,
    since = LONG_AGO,
    hasDrifted = async (_last: Hour, _hours: number) => false,
  ) {
    const counts = Array.from({ length: 1000 }, (_, index) => 1000 - index);
    const window = { profile: rows(2), last: LAST, hours: 2 };
    const read = history(counts);
    const reference = await referenceOf(window, settings, {
      baseline: BASELINE,
      since,
      minimumRows: 100,
      read,
      hasDrifted,
    });
    const { profile, ...others } = reference;
    return { ...others, ...(profile && { rows: profile.rows }) };
  }
  const hoursAgo = (hours: number) => new Date(START - hours * HOUR);

  test('is the training data', async () => {
    expect(await referenceTo({ is: 'trainingData' })).toEqual({ rows: 200 });
  });

  test('is the same hours of past weeks, as many as the version has been in production', async () => {
    const weekly: DriftReferenceSettings = { is: 'sameHours', everyHours: 168, times: 4 };
    const ofWeek = (week: number) => 2 * (1000 - 168 * week) - 1;
    expect(await referenceTo(weekly)).toEqual({
      rows: ofWeek(1) + ofWeek(2) + ofWeek(3) + ofWeek(4),
      times: 4,
    });
    expect(await referenceTo(weekly, hoursAgo(170))).toEqual({ rows: ofWeek(1), times: 1 });
    expect(await referenceTo(weekly, hoursAgo(169))).toEqual({
      pending: 'the past is still being learned: the version has been in production for 169 of 170 hours',
    });
  });

  test('leaves out weeks in which the same hours had drifted, unless all had', async () => {
    const weekly: DriftReferenceSettings = { is: 'sameHours', everyHours: 168, times: 2 };
    const ofWeek = (week: number) => 2 * (1000 - 168 * week) - 1;
    const asked: number[] = [];
    const inLastWeek = async ({ end }: Hour, hours: number) => {
      asked.push(hours);
      return end.getTime() === START - 168 * HOUR;
    };
    expect(await referenceTo(weekly, LONG_AGO, inLastWeek)).toEqual({
      rows: ofWeek(2),
      times: 1,
      leftOut: 1,
    });
    expect(asked).toEqual([2, 2]);
    expect(await referenceTo(weekly, LONG_AGO, async () => true)).toEqual({
      rows: ofWeek(1) + ofWeek(2),
      times: 2,
    });
  });

  test('is as many hours just before it', async () => {
    expect(await referenceTo({ is: 'previousWindow' })).toEqual({ rows: 998 + 997 });
    expect(await referenceTo({ is: 'previousWindow' }, hoursAgo(3))).toEqual({
      pending: 'the past is still being learned: the version has been in production for 3 of 4 hours',
    });
  });

  test('is a period in which the version was in production', async () => {
    const period = (from: number, to: number): DriftReferenceSettings => ({
      is: 'period',
      from: hoursAgo(from).toISOString(),
      to: hoursAgo(to).toISOString(),
    });
    expect(await referenceTo(period(30, 28))).toEqual({ rows: 1000 - 28 + (1000 - 29) });
    for (const [asked, since] of [
      [period(30, 28), hoursAgo(29)],
      [period(1, -1), LONG_AGO],
    ] as const) {
      expect(await referenceTo(asked, since)).toEqual({
        pending: expect.stringMatching(/^the version was not in production for all of 2026-1/),
      });
    }
  });

  test('needs rows, as the window does', async () => {
    const settings = { is: 'previousWindow' } as const;
    const read = history([5]);
    const window = { profile: rows(500), last: LAST, hours: 2 };
    const hasDrifted = async () => false;
    const props = { baseline: BASELINE, since: LONG_AGO, minimumRows: 100, read, hasDrifted };
    expect(await referenceOf(window, settings, props)).toMatchObject({
      pending: 'the reference has 10 rows, but at least 100 are needed',
    });
  });
});
