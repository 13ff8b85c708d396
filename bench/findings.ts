import { baselineProfile, type DatasetProfile, profileRows } from '../lambda/domain/data/profile';
import type { Distances } from '../lambda/domain/traffic/distances';
import { type DriftReport, detectDrift } from '../lambda/domain/traffic/drift';
import { CHANGES, type Change, columnsOf, rowsOf, TABLE } from './findings/table';
import { Random } from './random';
import { line } from './rivals';

const TRAINING_ROWS = 10_000;
const WINDOWS = [100, 1000, 10_000];
const ALPHA = 0.01;
const POWER_PART = 5;
/** Where Evidently alarms by default, and the convention of PSI. */
const THRESHOLD = 0.1;

const MEASURES: Readonly<Record<keyof Distances, string>> = {
  populationStabilityIndex: 'PSI',
  jensenShannon: 'J.-Shannon',
  hellinger: 'Hellinger',
  wasserstein: 'Wasserstein',
};
const measures = Object.keys(MEASURES) as (keyof Distances)[];

/**
 * How often windows of 20 healthy features are drift, by our tests and by thresholds on distances, and how
 * often a changed feature is named.
 *
 * @param runs healthy windows of each size, of which a fifth is drawn of each change, too. @default 300
 */
export function findings([runs = '300']: readonly string[]): void {
  falseAlarms(Number(runs));
  power(Math.ceil(Number(runs) / POWER_PART));
}

function falseAlarms(runs: number): void {
  console.log(
    `\nHealthy windows with an alarm, of ${runs}: ${TABLE.length} features, ${TRAINING_ROWS} training rows, alpha ${ALPHA}; the last four by a threshold of ${THRESHOLD}`,
  );
  line('rows', 'both', 'moved', 'findings', 'at defaults', ...Object.values(MEASURES));
  for (const rows of WINDOWS) {
    const counts = new Map<string, number>();
    const count = (name: string, isAlarm: boolean) =>
      counts.set(name, (counts.get(name) ?? 0) + Number(isAlarm));
    for (let run = 0; run < runs; run++) {
      const [baseline, window] = draw(new Random(1000 * rows + run), rows);
      const tests = detectDrift(baseline, window, { alpha: ALPHA, minimumDistance: 0 });
      const hasMoved = tests.features.some(({ adjustedPValue = 1 }) => adjustedPValue <= ALPHA);
      count('both', hasMoved || tests.findings.length > 0);
      count('moved', hasMoved);
      count('findings', tests.findings.length > 0);
      count('at defaults', detectDrift(baseline, window, { alpha: ALPHA }).status === 'drift');
      for (const name of measures) count(name, isAbove(tests, name));
    }
    const shares = ['both', 'moved', 'findings', 'at defaults', ...measures].map((name) =>
      ((counts.get(name) ?? 0) / runs).toFixed(3),
    );
    line(String(rows), ...shares);
  }
}

function isAbove({ features }: DriftReport, measure: keyof Distances): boolean {
  return features.some(({ distances }) => (distances?.[measure] ?? 0) >= THRESHOLD);
}

function power(runs: number): void {
  console.log(`\nWindows in which the changed feature is named, at the default distances and alpha ${ALPHA}`);
  line('change', ...WINDOWS.map((rows) => `${rows} rows`), 'as a finding');
  for (const [name, change] of Object.entries(CHANGES)) {
    let found = 0;
    const shares = WINDOWS.map((rows) => {
      let named = 0;
      for (let run = 0; run < runs; run++) {
        const [baseline, window] = draw(new Random(1000 * rows + run), rows, change);
        const report = detectDrift(baseline, window, { alpha: ALPHA });
        if (report.drifted.includes(change.feature)) named++;
        if (rows === 1000 && report.findings.some(({ feature }) => feature === change.feature)) found++;
      }
      return (named / runs).toFixed(2);
    });
    line(name, ...shares, (found / runs).toFixed(2));
  }
}

function draw(random: Random, rows: number, change?: Change): [DatasetProfile, DatasetProfile] {
  const baseline = baselineProfile(columnsOf(random, TRAINING_ROWS));
  const names = TABLE.map(({ name }) => name);
  return [baseline, profileRows(baseline, names, rowsOf(random, rows, change))];
}
