import { baselineProfile, type DatasetProfile, profileRows } from '../../../lambda/domain/data/profile';
import { type Hour, hourBefore } from '../../../lambda/domain/records/hour';
import { SeededRandom } from '../../../lambda/domain/statistics/seeded-random';
import { detectDrift } from '../../../lambda/domain/traffic/drift';
import { driftWindow } from '../../../lambda/monitor-model/drift-window';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-01T00:00:00Z');
const DAY = { hours: 24, maximumHours: 24, minimumRows: 100 };
const LONG_AGO = new Date(START - 1000 * HOUR);

describe('the window that is compared', () => {
  const baseline = baselineProfile([{ name: 'x', kind: 'numeric', cells: [1, 2, 3] }]);
  const rows = (count: number) =>
    profileRows(
      baseline,
      ['x'],
      Array.from({ length: count }, () => ({ cells: [1] })),
    );

  /** Of hours that have the given numbers of rows, the newest first. */
  async function windowOf(counts: readonly number[], since = LONG_AGO, policy = DAY) {
    const last = hourBefore(new Date(START));
    const read = async (hour: Hour) =>
      rows(counts[(last.start.getTime() - hour.start.getTime()) / HOUR] ?? 0);
    const { profile, ...others } = await driftWindow(
      { hour: last, profile: rows(counts[0] ?? 0) },
      since,
      policy,
      read,
    );
    return { rows: profile.rows, ...others };
  }

  test('is a day of traffic, each hour of the day once', async () => {
    const counts = Array.from({ length: 48 }, (_, index) => 10 + index);
    const ofDay = counts.slice(0, 24).reduce((sum, count) => sum + count, 0);
    expect(await windowOf(counts)).toEqual({ rows: ofDay, hours: 24, from: '2026-10-31T00:00:00.000Z' });
  });

  test('gives no verdict until the version has been in production for all of it', async () => {
    const since = new Date(START - 5.5 * HOUR);
    expect(await windowOf(new Array(48).fill(100), since)).toMatchObject({
      hours: 6,
      pending: 'the version has been in production for 6 of the 24 hours that are compared',
    });
  });

  test('grows while it has too few rows, as far as it may', async () => {
    const policy = { ...DAY, hours: 1 };
    expect(await windowOf([60, 60, 60], LONG_AGO, policy)).toMatchObject({ rows: 120, hours: 2 });
    expect(await windowOf([3, 3, 3], LONG_AGO, policy)).toMatchObject({
      rows: 9,
      hours: 24,
      pending: '9 rows in 24 hours, but at least 100 are needed',
    });
    expect(await windowOf([3, 3, 100], new Date(START - 2 * HOUR), policy)).toMatchObject({
      rows: 6,
      hours: 2,
    });
  });
});

/** What is published hour by hour, of a version that has been in production from the start. */
async function publish(baseline: DatasetProfile, rowsOfHour: (hour: number) => number[], hours: number) {
  const profiles = new Map<string, DatasetProfile>();
  const statuses: string[] = [];
  for (let index = 0; index < hours; index++) {
    const hour = hourBefore(new Date(START + (index + 1) * HOUR));
    const rows = rowsOfHour(index).map((value) => ({ cells: [value] }));
    const profile = profileRows(baseline, ['x'], rows);
    profiles.set(hour.path, profile);
    const read = async ({ path }: Hour) => profiles.get(path) as DatasetProfile;
    const window = await driftWindow({ hour, profile }, new Date(START), DAY, read);
    statuses.push(window.pending === undefined ? detectDrift(baseline, window.profile).status : 'pending');
  }
  return statuses;
}

describe('traffic with a daily cycle of 0.3 standard deviations, as in its training data', () => {
  const random = new SeededRandom(42);
  const uniform = () => (random.below(2 ** 30) + 0.5) / 2 ** 30;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const at = (hour: number) => normal() + 0.3 * Math.sqrt(2) * Math.sin((2 * Math.PI * hour) / 24);
  const baseline = baselineProfile([
    { name: 'x', kind: 'numeric', cells: Array.from({ length: 24_000 }, (_, index) => at(index % 24)) },
  ]);
  const hourOf = (rows: number, hour: number, shift = 0) =>
    Array.from({ length: rows }, () => at(hour % 24) + shift);

  test('is no drift in any hour of ten days', async () => {
    const statuses = await publish(baseline, (hour) => hourOf(200, hour), 240);
    expect(statuses.filter((status) => status === 'drift')).toEqual([]);
    expect(statuses.filter((status) => status === 'stable')).toHaveLength(240 - 23);
  });

  test('is found to have moved within a day, also at few rows an hour', async () => {
    const statuses = await publish(baseline, (hour) => hourOf(60, hour, hour < 30 ? 0 : 5), 54);
    expect(statuses.slice(0, 30)).not.toContain('drift');
    expect(statuses.indexOf('drift')).toBeLessThan(30 + 4);
  });

  test('is found to have moved by a quarter of a standard deviation within a day', async () => {
    const statuses = await publish(baseline, (hour) => hourOf(200, hour, hour < 30 ? 0 : 0.25), 54);
    expect(statuses).toContain('drift');
  });
});
