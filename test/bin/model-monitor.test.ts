import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constraintsDocument, statisticsDocument } from '../../bin/model-monitor/documents';
import { exportConstraints, exportStatistics } from '../../bin/model-monitor/export-statistics';
import { importStatistics } from '../../bin/model-monitor/import-statistics';
import { baselineProfile, type DatasetProfile, profileRows } from '../../lambda/domain/data/profile';
import { detectDrift } from '../../lambda/domain/traffic/drift';
import { runCli } from './cli';

const ROLES = { label: undefined, prediction: undefined, ignored: [] };

/**
 * From tests/data/monitor/ of the SageMaker Python SDK 2 (Apache-2.0), as a prebuilt container wrote them.
 */
const SDK_STATISTICS = {
  version: 0.0,
  dataset: { item_count: 418 },
  features: [
    {
      name: 'message',
      inferred_type: 'String',
      string_statistics: {
        common: { num_present: 418, num_missing: 0 },
        distinct_count: 1.0,
        distribution: {
          categorical: { buckets: [{ value: 'preproc-not-YET-supported-for-csv-json', count: 418 }] },
        },
      },
    },
  ],
};

/** The 10 buckets of a feature, in the form of the documentation. */
function numbersOf(name: string, kll: object, common = { num_present: 100, num_missing: 25 }) {
  return {
    name,
    inferred_type: 'Fractional',
    numerical_statistics: { common, mean: 0, sum: 0, std_dev: 0, min: 0, max: 10, distribution: { kll } },
  };
}

function imported(features: readonly object[], items: number, constraints?: object) {
  const statistics = statisticsDocument.parse({ version: 0, dataset: { item_count: items }, features });
  const limits = constraints && constraintsDocument.parse(constraints);
  return importStatistics(statistics, limits, ROLES);
}

/** Levels of a sketch: sorted values, of which every second one rises to the next level. */
function sketchOf(values: readonly number[], capacity: number): number[][] {
  const levels: number[][] = [[...values]];
  for (let level = 0; (levels[level] as number[]).length > capacity; level++) {
    const sorted = (levels[level] as number[]).sort((a, b) => a - b);
    const isOdd = sorted.length % 2 === 1;
    levels.push(sorted.filter((_, index) => index % 2 === 1));
    levels[level] = isOdd ? [sorted.at(-1) as number] : [];
  }
  return levels;
}

const ROWS = 40_000;
const spread = Array.from({ length: ROWS }, (_, index) => ((index * 7919) % ROWS) / 100);
const exact = baselineProfile([{ name: 'load', kind: 'numeric', cells: spread }]);
const distanceOf = (baseline: DatasetProfile, values: readonly number[]) => {
  const window = profileRows(
    baseline,
    ['load'],
    values.map((value) => ({ cells: [value] })),
  );
  return detectDrift(baseline, window).features[0]?.distance as number;
};
const bucketsOf = (values: readonly number[], low: number, high: number) =>
  Array.from({ length: 10 }, (_, index) => {
    const [from, to] = [low + (index * (high - low)) / 10, low + ((index + 1) * (high - low)) / 10];
    const inside = values.filter((value) => value >= from && (value < to || index === 9));
    return { lower_bound: from, upper_bound: to, count: inside.length };
  });

describe('statistics.json of Model Monitor', () => {
  test('gives categories with their counts', () => {
    const { baseline, lost } = importStatistics(statisticsDocument.parse(SDK_STATISTICS), undefined, ROLES);
    expect(baseline).toEqual({
      rows: 418,
      features: {
        message: {
          kind: 'categorical',
          categories: ['preproc-not-YET-supported-for-csv-json'],
          counts: [418],
          other: 0,
          missing: 0,
        },
      },
    });
    expect(lost).toEqual([]);
  });

  test('gives numbers from their sketch about as finely as the rows themselves', () => {
    const data = sketchOf(spread, 2048);
    const kll = { buckets: bucketsOf(spread, 0, 400), sketch: { parameters: { c: 0.64, k: 2048 }, data } };
    const { baseline, lost } = imported(
      [numbersOf('load', kll, { num_present: ROWS, num_missing: 0 })],
      ROWS,
    );
    const profile = baseline.features.load;
    if (profile?.kind !== 'numeric') throw new Error('no numbers');
    expect(profile.counts.reduce((sum, count) => sum + count)).toBe(ROWS);
    expect(profile.edges.length).toBeGreaterThan(1000);
    const moved = spread.slice(0, 4000).map((value) => value + 10);
    expect(distanceOf(baseline, spread)).toBeLessThan(0.002);
    expect(distanceOf(baseline, moved)).toBeCloseTo(distanceOf(exact, moved), 2);
    expect(lost).toEqual([]);
  });

  test('gives 10 bins of numbers without a sketch, in which whole numbers stay in their bucket, and says so', () => {
    const whole = Array.from({ length: 1000 }, (_, index) => index % 11);
    const { baseline, lost } = imported(
      [numbersOf('load', { buckets: bucketsOf(whole, 0, 10) }, { num_present: 1000, num_missing: 0 })],
      1000,
    );
    expect(distanceOf(baseline, whole)).toBe(0);
    expect(
      distanceOf(
        baseline,
        whole.map((value) => value + 1),
      ),
    ).toBeCloseTo(1 / 11, 2);
    expect(lost).toEqual(['load has no sketch: a shift within one of its 10 buckets is not found.']);
  });

  test('compares texts without a distribution by their missing values alone, and says so', () => {
    const zip = {
      name: 'zip',
      inferred_type: 'String',
      string_statistics: { common: { num_present: 90, num_missing: 10 }, distinct_count: 4811 },
    };
    const { baseline, lost } = imported([zip], 100);
    expect(baseline.features.zip).toEqual({
      kind: 'categorical',
      categories: [],
      counts: [],
      other: 90,
      missing: 10,
    });
    expect(lost).toEqual(['zip has no distribution: only the share of its missing values is compared.']);
  });

  test('with constraints, has the domains, the distance and the features that are not evaluated', () => {
    const plan = {
      name: 'plan',
      inferred_type: 'String',
      string_statistics: {
        common: { num_present: 100, num_missing: 0 },
        distribution: { categorical: { buckets: [{ value: 'gold', count: 60 }] } },
      },
    };
    const { baseline, settings } = imported([plan, numbersOf('load', { buckets: [] })], 100, {
      version: 0,
      features: [
        { name: 'plan', inferred_type: 'String', string_constraints: { domains: ['gold', 'silver'] } },
        {
          name: 'load',
          inferred_type: 'Fractional',
          monitoring_config_overrides: { evaluate_constraints: 'Disabled' },
        },
      ],
      monitoring_config: { distribution_constraints: { comparison_threshold: 0.2 } },
    });
    expect(baseline.features.plan).toMatchObject({
      categories: ['gold', 'silver'],
      counts: [60, 0],
      other: 40,
    });
    expect(settings).toEqual({ minimumDriftDistance: 0.2, ignoredFeatures: ['load'] });
  });
});

describe('a baseline as files of Model Monitor', () => {
  const baseline = baselineProfile(
    [
      { name: 'load', kind: 'numeric', cells: [...spread.slice(0, 999), ''] },
      {
        name: 'plan',
        kind: 'categorical',
        cells: Array.from({ length: 1000 }, (_, index) => (index < 300 ? 'gold' : 'basic')),
      },
    ],
    spread.slice(0, 1000),
  );

  test('has the schema of the documentation, ten buckets, and every row', () => {
    const statistics = exportStatistics(baseline);
    expect(statisticsDocument.parse(statistics)).toEqual(statistics);
    const load = statistics.features[0]?.numerical_statistics;
    expect(load?.common).toEqual({ num_present: 999, num_missing: 1 });
    const kll = load?.distribution?.kll;
    expect(kll?.buckets).toHaveLength(10);
    expect(kll?.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(999);
    const rows = kll?.sketch?.data.reduce((sum, values, level) => sum + values.length * 2 ** level, 0);
    expect(rows).toBe(999);
    const mean = spread.slice(0, 999).reduce((sum, value) => sum + value) / 999;
    expect(load?.mean).toBeCloseTo(mean, 0);
    expect(statistics.features.map(({ name, inferred_type }) => [name, inferred_type])).toEqual([
      ['load', 'Fractional'],
      ['plan', 'String'],
      ['prediction', 'Fractional'],
    ]);
  });

  test('has the constraints that a baseline suggests', () => {
    const constraints = exportConstraints(baseline);
    expect(constraintsDocument.parse(constraints)).toEqual(constraints);
    expect(constraints.features.slice(0, 2)).toEqual([
      {
        name: 'load',
        inferred_type: 'Fractional',
        completeness: 0.999,
        num_constraints: { is_non_negative: true },
      },
      {
        name: 'plan',
        inferred_type: 'String',
        completeness: 1,
        string_constraints: { domains: ['basic', 'gold'] },
      },
    ]);
  });

  test('is read back without drift from itself', () => {
    const back = importStatistics(exportStatistics(baseline), exportConstraints(baseline), {
      ...ROLES,
      prediction: 'prediction',
    }).baseline;
    const rows = spread.slice(0, 1000).map((value, index) => ({
      cells: [index < 999 ? value : '', index < 300 ? 'gold' : 'basic'],
      prediction: value,
    }));
    const report = detectDrift(back, profileRows(back, ['load', 'plan'], rows));
    expect(report.features.map(({ distance = 1 }) => distance < 0.002)).toEqual([true, true, true]);
  });
});

describe('model-pipeline baseline', () => {
  const folder = mkdtempSync(join(tmpdir(), 'model-monitor-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);

  test('reads and writes the files of Model Monitor', async () => {
    writeFileSync(at('statistics.json'), JSON.stringify(SDK_STATISTICS));
    const from = ['baseline', '--from-model-monitor', at('statistics.json'), '-o', at('baseline.json')];
    const read = await runCli([...from, '--to-model-monitor', folder], { HOME: folder, PWD: folder });
    expect(read.stderr).toBe('');
    expect(read.stdout).toContain('categories: message');
    expect(JSON.parse(readFileSync(at('baseline.json'), 'utf8'))).toMatchObject({ rows: 418 });
    expect(JSON.parse(readFileSync(at('constraints.json'), 'utf8')).features[0].completeness).toBe(1);
    const wrong = await runCli([...from, '--label', 'price'], { HOME: folder, PWD: folder });
    expect(wrong.stderr).toContain("the statistics have no feature 'price', but message");
    expect(wrong.code).not.toBe(0);
  });
});
