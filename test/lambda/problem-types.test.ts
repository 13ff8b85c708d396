import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { GatePolicy, MetricSettings } from '../../contracts/gate-policy';
import type { Problem } from '../../contracts/problem';
import { MetricPublisher } from '../../lambda/aws/metrics';
import { ModelInProduction } from '../../lambda/aws/watched-models/model-in-production';
import { DEFAULT_GATE_POLICY } from '../../lambda/domain/gate/gate-policy';
import { mostLikely } from '../../lambda/domain/metrics/several-classes';
import { emptyRouting } from '../../lambda/domain/release/routing';
import { evaluateChallenger } from '../../lambda/evaluate-challenger/evaluate-challenger';
import { monitorQuality } from '../../lambda/monitor-quality/monitor-quality';
import { profileBaseline } from '../../lambda/profile-baseline/profile-baseline';
import { askSamples } from '../../lambda/smoke-test/ask-samples';
import { splitData } from '../../lambda/split-data/split-data';
import { validateData } from '../../lambda/validate-data/validate-data';
import { START } from '../local/services/service-fixture';
import { DataFixture } from './data-fixture';
import { PIPELINE, productionRoute } from './pipeline-fixture';

const ROWS = 600;
const noise = (i: number) => (((i * 7919) % 101) - 50) / 50;

interface Case {
  readonly problem: Problem;
  readonly metric: MetricSettings;
  readonly quality: MetricSettings;
  readonly label: (row: number) => number;
  /** A line of an answer to a row, as far off as it is told. */
  readonly answer: (row: number, off: number) => string;
  /** What the first model and the next are said of. */
  readonly baseline: RegExp;
  readonly metrics: readonly string[];
}

const CASES: readonly [string, Case][] = [
  [
    'numbers',
    {
      problem: { type: 'regression' },
      metric: { name: 'mae' },
      quality: { name: 'mae' },
      label: (row) => (row * 37) % 101,
      answer: (row, off) => String(((row * 37) % 101) + 10 * off * noise(row)),
      baseline:
        /^challenger's mean absolute error .* is significantly better than 2\d\.\d+, that of the best answer/,
      metrics: ['mae', 'rmse'],
    },
  ],
  [
    'several classes',
    {
      problem: { type: 'multiClass', classes: 3 },
      metric: { name: 'logLoss', classes: 3 },
      quality: { name: 'accuracy', classes: 3 },
      label: (row) => (row * 7) % 3,
      answer: (row, off) => {
        const sure = 0.9 - 0.3 * off - 0.05 * noise(row);
        // Nine in ten are right.
        const taken = row % 10 === 0 ? (row * 7 + 1) % 3 : (row * 7) % 3;
        return [0, 1, 2].map((one) => (one === taken ? sure : (1 - sure) / 2)).join(',');
      },
      baseline: /^challenger's log loss .* is significantly better than 1\.099, that of the best answer/,
      metrics: ['logLoss', 'accuracy', 'macroF1'],
    },
  ],
];

describe.each(CASES)('a pipeline of %s', (_, { problem, metric, quality, ...given }) => {
  let fixture: DataFixture;
  let dataVersion: string;
  const policy: GatePolicy = { ...DEFAULT_GATE_POLICY, metric };
  const scoresKey = (version: string) => `datasets/${dataVersion}/scores/${version}/features.csv.out`;
  const holdout = Array.from({ length: ROWS / 2 }, (_, i) => ROWS / 2 + i);

  beforeAll(async () => {
    fixture = new DataFixture();
    await fixture.start();
    await fixture.routing.create(emptyRouting(PIPELINE));
    const rows = Array.from({ length: ROWS }, (_, row) => `${given.label(row)},${noise(row)},${row}\n`);
    dataVersion = await fixture.snapshot({ '1.csv': `target,signal,id\n${rows.join('')}` });
  });
  afterAll(() => fixture.cloud.stop());

  /** What the batch job would write. */
  const score = (version: string, off: number) =>
    fixture.put(scoresKey(version), holdout.map((row) => `${given.answer(row, off)}\n`).join(''));
  const evaluate = (modelVersion: string, champion: string | null) =>
    evaluateChallenger(
      {
        modelVersion,
        dataVersion,
        challengerScoresKey: scoresKey(modelVersion),
        championScoresKey: champion && scoresKey(champion),
        champion: champion && { modelVersion: champion },
      },
      { pipelineName: PIPELINE, store: fixture.store, policy, judgedBy: {} },
    );

  test('takes its labels', async () => {
    const { store, routing } = fixture;
    const validation = await validateData(
      { dataVersion },
      {
        store,
        routing,
        label: 'target',
        problem,
        minimumRows: 100,
        ignoredColumns: ['id'],
        schema: {},
        now: () => START,
      },
    );
    expect(validation).toMatchObject({ valid: true, findings: [], rows: ROWS });
    await splitData(
      { dataVersion },
      { store, label: 'target', holdoutFraction: 0.5, ignoredColumns: ['id'] },
    );
  });

  test('judges its first model against the best constant, and profiles what it answers', async () => {
    await score('1.0.0', 1);
    const first = await evaluate('1.0.0', null);
    expect(first).toMatchObject({ verdict: 'promote', reasons: [expect.stringMatching(given.baseline)] });
    expect(Object.keys(first.metrics?.challenger ?? {})).toEqual(given.metrics);
    await profileBaseline(
      { modelVersion: '1.0.0', dataVersion, scoresKey: scoresKey('1.0.0') },
      { store: fixture.store, problem, servesByFunction: false },
    );
    const { prediction } = JSON.parse(await fixture.get('models/1.0.0/baseline.json'));
    expect(prediction.counts.reduce((sum: number, count: number) => sum + count, 0)).toBe(holdout.length);
    if (problem.type === 'multiClass') expect(prediction.counts.filter(Boolean)).toHaveLength(3);
  });

  test('promotes a better model, and keeps the champion against a worse one', async () => {
    await score('1.1.0', 0.2);
    await score('1.2.0', 1.8);
    expect(await evaluate('1.1.0', '1.0.0')).toMatchObject({ verdict: 'promote' });
    expect(await evaluate('1.2.0', '1.0.0')).toMatchObject({ verdict: 'keep' });
    const page = await fixture.get('models/1.1.0/evaluation-report.html');
    expect(page).toContain('may replace 1.0.0');
    expect(page).not.toContain('ROC');
  });

  test('asks the endpoint for the same answers', async () => {
    const ask = (off: number) =>
      askSamples(
        {
          name: 'green',
          precision: { tolerance: 1e-6, exceptions: 0 },
          ask: async () => given.answer(300, off).split(',').map(Number),
        },
        { samples: ['0.5'], expected: [given.answer(300, 1).split(',').map(Number)] },
      );
    expect(await ask(1)).toMatchObject({ passed: true });
    expect(await ask(0.2)).toMatchObject({ passed: false });
  });

  test('compares what it answers with labels that come later', async () => {
    const production = productionRoute({ since: '2026-11-24T07:00:00Z' });
    await fixture.routing.write({ ...emptyRouting(PIPELINE), production });
    const lines = (line: (row: number) => object) =>
      holdout.map((row) => JSON.stringify(line(row))).join('\n');
    const event = (row: number) => ({ eventId: String(row), inferenceTime: '2026-11-24T08:30:00Z' });
    const csv = (data: string) => ({ observedContentType: 'text/csv', encoding: 'CSV', data });
    await fixture.put(
      `capture/${PIPELINE}/blue/2026/11/24/08/1.jsonl`,
      lines((row) => ({
        captureData: { endpointInput: csv('0.5'), endpointOutput: csv(given.answer(row, 1)) },
        eventMetadata: event(row),
      })),
    );
    const send = (label: (row: number) => number | string) =>
      fixture.put(
        'ground-truth/2026/11/24/08/1.jsonl',
        lines((row) => ({
          groundTruthData: csv(String(label(row))),
          eventMetadata: event(row),
          eventVersion: '0',
        })),
      );
    const measure = () =>
      monitorQuality(
        { time: '2026-11-24T09:15:00Z' },
        {
          pipelineName: PIPELINE,
          sinks: { tell: async () => {} },
          store: fixture.store,
          source: new ModelInProduction(fixture.routing, fixture.store, 1),
          metrics: new MetricPublisher(new CloudWatchClient(fixture.config()), 'ModelPipeline', PIPELINE),
          problem,
          policy: { metric: quality, alpha: 0.01, minimumLabels: 100 },
          labels: 'first',
          slices: [],
          fairness: [],
          conceptDrift: 'adwin',
          windowHours: 24,
        },
      );
    await send(given.label);
    const good = await measure();
    expect(good).toMatchObject({ labels: holdout.length, unusable: 0, comparison: { hasFallen: false } });
    expect(good.comparison?.drop).toBeCloseTo(0, 12);
    await send((row) => given.label(row + 1));
    expect(await measure()).toMatchObject({ comparison: { metric: quality.name, hasFallen: true } });
  });
});

test('answers of several classes are the most likely one, the first of equals', () => {
  expect(mostLikely([0.2, 0.4, 0.4, 0.9, 0.05, 0.05], 0, 3)).toBe(1);
  expect(mostLikely([0.2, 0.4, 0.4, 0.9, 0.05, 0.05], 1, 3)).toBe(0);
});
