import type { VirtualMonitor } from '../../../bench/calibration/virtual-monitor';
import type { DatasetProfile } from '../../../lambda/domain/data/profile';

const DAY = 24;

/** Hours from a change to the alarm. @throws Error if there is none within two days, or one before it */
export async function alarmAfter(
  monitor: VirtualMonitor,
  profileOf: (hour: number) => DatasetProfile,
  change: number,
): Promise<number> {
  for (let hour = 0; hour < change + 2 * DAY; hour++) {
    const { isAlarm } = await monitor.next(profileOf(hour));
    if (isAlarm && hour < change) throw new Error(`a false alarm in hour ${hour}`);
    if (isAlarm) return hour - change;
  }
  throw new Error('no alarm within two days');
}
