import { VirtualMonitor } from '../../../bench/calibration/virtual-monitor';
import { VirtualTraffic } from '../../../bench/calibration/virtual-traffic';
import { Random } from '../../../bench/random';
import { baselineProfile, profileRows } from '../../../lambda/domain/data/profile';
import { alarmAfter } from './alarm-after';

const DAY = 24;

test('a daily cycle of 0.3 standard deviations, as in training data, is no drift in any of 720 hours of 1,000 rows', async () => {
  const random = new Random(42);
  const at = (hour: number) => random.normal() + 0.3 * Math.SQRT2 * Math.sin((2 * Math.PI * hour) / DAY);
  const cells = Array.from({ length: 72_000 }, (_, index) => at(index % DAY));
  const baseline = baselineProfile([{ name: 'x', kind: 'numeric', cells }]);
  const monitor = new VirtualMonitor(baseline);
  for (let hour = 0; hour < 720; hour++) {
    const rows = Array.from({ length: 1000 }, () => ({ cells: [at(hour % DAY)] }));
    expect((await monitor.next(profileRows(baseline, ['x'], rows))).hasDrift).toBe(false);
  }
});

describe('traffic with a daily and a weekly cycle', () => {
  test('raises no alarm in 16 days of 150 rows an hour, and then one within a day if a feature moves by a quarter of its standard deviation', async () => {
    const traffic = new VirtualTraffic({ seed: 1, features: 3, trainingRows: 20_000 });
    const change = 16 * DAY;
    const monitor = new VirtualMonitor(traffic.baseline);
    const hours = await alarmAfter(
      monitor,
      (hour) => traffic.hour(hour, 150, hour < change ? {} : { shift: 0.25 }),
      change,
    );
    expect(hours).toBeLessThan(DAY);
  });

  test('has no verdict on 1 row an hour for four days, and then a verdict on as many days as it needs', async () => {
    const traffic = new VirtualTraffic({ seed: 2, features: 5, trainingRows: 5000 });
    const monitor = new VirtualMonitor(traffic.baseline);
    const pending: (string | undefined)[] = [];
    for (let hour = 0; hour < 6 * DAY; hour++) {
      pending.push((await monitor.next(traffic.hour(hour, 1))).comparisons[0]?.pending);
    }
    expect(pending[4 * DAY - 1]).toBe('96 rows in 96 hours, but at least 100 are needed');
    expect(pending.slice(5 * DAY)).toEqual(Array(DAY).fill(undefined));
  });
});

test('wrong data of half a day raise one alarm, and none when the same weekdays come again', async () => {
  const traffic = new VirtualTraffic({ seed: 3, features: 1, trainingRows: 20_000 });
  const monitor = new VirtualMonitor(traffic.baseline);
  const begin = 9 * DAY + 8;
  const alarms: number[] = [];
  for (let hour = 0; hour < 18 * DAY; hour++) {
    const isWrong = hour >= begin && hour < begin + 12;
    const { comparisons } = await monitor.next(traffic.hour(hour, 60, isWrong ? { shift: 5 } : {}));
    if (
      comparisons.some(({ settings, report, pending }) => {
        return settings.window.hours === DAY && pending === undefined && report.status === 'drift';
      })
    ) {
      alarms.push(hour);
    }
  }
  expect(alarms[0]).toBeLessThan(begin + 12);
  expect(alarms.at(-1)).toBeLessThan(begin + 12 + DAY);
});
