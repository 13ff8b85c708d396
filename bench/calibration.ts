import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatasetProfile } from '../lambda/domain/data/profile';
import { detectDrift } from '../lambda/domain/traffic/drift';
import { hasVerdict } from '../lambda/domain/traffic/drift-document';
import { DEFAULT_PLAN, VirtualMonitor } from './calibration/virtual-monitor';
import { type Change, VirtualTraffic } from './calibration/virtual-traffic';
import { line, type Measured, Rivals } from './rivals';

const DAY = 24;
const ROWS_AN_HOUR = [20, 100, 1000, 10_000];
const DAYS = 60;
/** The convention above which a population has changed. */
const PSI = 0.1;
/** Windows of an hour that Evidently compares: it takes a second for each. */
const WINDOWS_OF_EVIDENTLY = 48;
const TRAINING_ROWS = 100_000;
const POWER_RUNS = 10;
const ROWS_OF_POWER = 1000;
/** Four weeks of the same hours are known. */
const LEARNED = 29 * DAY;

const CHANGES: Readonly<Record<string, Change>> = {
  'shift of 0.25 sigma': { shift: 0.25 },
  'shift of 0.5 sigma': { shift: 0.5 },
  'spread x 1.5': { scale: 1.5 },
  '10 % beyond all': { tail: 0.1 },
  '10 % missing': { missing: 0.1 },
  'a category loses 30 %': { category: 0.3 },
};

interface EvidentlyShares extends Measured {
  /** Mean share of the columns that have drifted. */
  readonly columns: number;
  /** Share of the windows that have drifted. */
  readonly alarms: number;
}

/**
 * False alarms of the drift monitor in traffic with a daily and a weekly cycle and no drift, beside those of
 * usual defaults on the same rows; and how soon the monitor finds changes of one feature.
 *
 * @param days of traffic. @default 60
 */
export async function calibration([days = String(DAYS)]: readonly string[]): Promise<void> {
  const rivals = await Rivals.install('drift');
  console.log(rivals.describe());
  const budget = DEFAULT_PLAN.expectedFalseAlarmsPerYear;
  console.log(`\n${days} days without drift, 20 features; budget: ${budget} false alarm a year`);
  line('rows an hour', 'alarms', 'hours', 'PSI, hour', 'PSI, day', 'Evidently', 'its columns');
  for (const rows of ROWS_AN_HOUR) await quiet(rivals, rows, Number(days));
  console.log(
    `\none feature changes after ${LEARNED / DAY} days, ${ROWS_OF_POWER} rows an hour, ${POWER_RUNS} runs`,
  );
  line('change', 'within a day', 'median hours', 'PSI, hour');
  const found = await changed();
  for (const [title, { hours, psi }] of found) {
    const within = hours.filter((hour) => hour <= DAY).length / hours.length;
    const median = [...hours].sort((a, b) => a - b)[Math.floor(hours.length / 2)] as number;
    line(title, percent(within), Number.isFinite(median) ? String(median) : 'none', percent(psi));
  }
}

/**
 * `alarms` counts alarms that go off, `hours` hours with drift in any comparison; PSI and Evidently, windows.
 */
async function quiet(rivals: Rivals, rows: number, days: number): Promise<void> {
  const traffic = new VirtualTraffic({ seed: rows, trainingRows: TRAINING_ROWS });
  const monitor = new VirtualMonitor(traffic.baseline);
  let [alarms, hours, wasAlarm, unstableHours, unstableDays] = [0, 0, false, 0, 0];
  for (let hour = 0; hour < days * DAY; hour++) {
    const profile = traffic.hour(hour, rows);
    const { comparisons, hasDrift, isAlarm } = await monitor.next(profile);
    if (hasDrift) hours++;
    if (isAlarm && !wasAlarm) alarms++;
    wasAlarm = isAlarm;
    if (isUnstable(traffic.baseline, profile)) unstableHours++;
    const day = comparisons[0];
    if (day && hasVerdict(day) && isUnstable(traffic.baseline, day.window)) unstableDays++;
  }
  const evidently = evidentlyOn(rivals, traffic, rows);
  const shareOf = (count: number) => percent(count / (days * DAY));
  line(
    String(rows),
    String(alarms),
    String(hours),
    shareOf(unstableHours),
    shareOf(unstableDays),
    percent(evidently.alarms),
    percent(evidently.columns),
  );
}

/** Whether any feature has a population stability index of at least {@link PSI}. */
function isUnstable(baseline: DatasetProfile, window: DatasetProfile): boolean {
  return detectDrift(baseline, window, { minimumRows: 1 }).features.some(
    ({ distances }) => (distances?.populationStabilityIndex ?? 0) >= PSI,
  );
}

function evidentlyOn(rivals: Rivals, traffic: VirtualTraffic, rows: number): EvidentlyShares {
  const folder = mkdtempSync(join(tmpdir(), 'calibration-'));
  try {
    const [training, windows] = ['training.csv', 'windows.csv'].map((name) => join(folder, name)) as [
      string,
      string,
    ];
    const csv = (hours: number, each: number, isNumbered: boolean) => {
      const lines = [[...(isNumbered ? ['window'] : []), ...traffic.names].join(',')];
      for (let hour = 0; hour < hours; hour++) {
        for (const { cells } of traffic.rows(hour, each)) {
          lines.push([...(isNumbered ? [hour] : []), ...cells].join(','));
        }
      }
      return `${lines.join('\n')}\n`;
    };
    // A week of training data, so that each hour of it is there alike.
    writeFileSync(training, csv(7 * DAY, 100, false));
    writeFileSync(windows, csv(WINDOWS_OF_EVIDENTLY, rows, true));
    return rivals.run<EvidentlyShares>([training, windows], 'windows.py');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Found {
  /** Until the alarm in each run; infinite without one. */
  readonly hours: number[];
  /** Share of the hours in which PSI alone would have said so. */
  psi: number;
}

async function changed(): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  for (let run = 0; run < POWER_RUNS; run++) {
    const traffic = new VirtualTraffic({ seed: 1000 + run, features: 5, trainingRows: TRAINING_ROWS });
    const learned = new VirtualMonitor(traffic.baseline);
    for (let hour = 0; hour < LEARNED; hour++) learned.remember(traffic.hour(hour, ROWS_OF_POWER));
    for (const [title, change] of Object.entries(CHANGES)) {
      const monitor = learned.copy();
      const result = found.get(title) ?? { hours: [], psi: 0 };
      found.set(title, result);
      let [alarm, unstable] = [Number.POSITIVE_INFINITY, 0];
      for (let hour = 1; hour <= DAY; hour++) {
        const profile = traffic.hour(LEARNED + hour - 1, ROWS_OF_POWER, change);
        const { isAlarm } = await monitor.next(profile);
        if (isAlarm) alarm = Math.min(alarm, hour);
        if (isUnstable(traffic.baseline, profile)) unstable++;
      }
      result.hours.push(alarm);
      result.psi += unstable / DAY / POWER_RUNS;
    }
  }
  return found;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
