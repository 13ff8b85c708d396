import { DEFAULT_PLAN, VirtualMonitor } from '../../../bench/calibration/virtual-monitor';
import { Random } from '../../../bench/random';
import { baselineProfile, profileRows } from '../../../lambda/domain/data/profile';
import { hourBefore } from '../../../lambda/domain/records/hour';
import { compareTraffic } from '../../../lambda/monitor-model/compare-traffic';
import { DriftComparison } from '../../../lib';
import { planOfHours } from '../drift-plan-fixture';
import { alarmAfter } from './alarm-after';

const DAY = 24;
const cells = <T>(count: number, of: (index: number) => T) => Array.from({ length: count }, (_, i) => of(i));

test('the comparisons are those of a monitor that names none', () => {
  expect(DEFAULT_PLAN.comparisons).toEqual(DriftComparison.defaults().map((one) => one._settings()));
});

test.each([
  [10, 2000, 500, 60],
  [100, 300, 300, 60],
  [300, 1000, 500, 60],
  [5000, 20_000, 500, 12],
])(
  '%i categories, %i rows of training data and %i of traffic, alike: no drift in %i windows',
  async (categories, before, now, windows) => {
    let drifted = 0;
    for (let run = 0; run < windows; run++) {
      const random = new Random(run * 7919 + 1);
      const value = () => `k${Math.floor(random.uniform() * categories)}`;
      const baseline = baselineProfile([{ name: 'c', kind: 'categorical', cells: cells(before, value) }]);
      const window = profileRows(
        baseline,
        ['c'],
        cells(now, () => ({ cells: [value()] })),
      );
      const [comparison] = await compareTraffic(planOfHours(), {
        baseline,
        since: new Date(0),
        last: hourBefore(new Date('2026-11-24T10:10:00Z')),
        read: async () => window,
        hasDrifted: async () => false,
      });
      expect(comparison?.pending).toBeUndefined();
      if (comparison?.report.status === 'drift') drifted++;
    }
    expect(drifted).toBe(0);
  },
);

describe('a number with a daily cycle of 0.3 standard deviations, as in its training data', () => {
  const random = new Random(42);
  const at = (hour: number) => random.normal() + 0.3 * Math.SQRT2 * Math.sin((2 * Math.PI * hour) / DAY);
  const baseline = baselineProfile([
    { name: 'x', kind: 'numeric', cells: cells(24_000, (index) => at(index % DAY)) },
  ]);
  const hourOf = (rows: number, hour: number, shift = 0) =>
    profileRows(
      baseline,
      ['x'],
      cells(rows, () => ({ cells: [at(hour % DAY) + shift] })),
    );

  test('is no drift in any of 240 hours of 300 rows', async () => {
    const monitor = new VirtualMonitor(baseline);
    const hours: boolean[] = [];
    for (let hour = 0; hour < 240; hour++) hours.push((await monitor.next(hourOf(300, hour))).hasDrift);
    expect(hours.filter(Boolean)).toEqual([]);
  });

  test.each([
    ['in its second week', 9 * DAY],
    ['in its first days', 2 * DAY],
  ])(
    'raises the alarm within a day if it moves by 5 standard deviations at 60 rows an hour %s',
    async (_title, change) => {
      const monitor = new VirtualMonitor(baseline);
      expect(
        await alarmAfter(monitor, (hour) => hourOf(60, hour, hour < change ? 0 : 5), change),
      ).toBeLessThan(DAY);
    },
  );
});
