import type { Topic } from '../../../lambda/aws/topic';
import { baselineProfile } from '../../../lambda/domain/data/profile';
import { formatEvaluation } from '../../../lambda/domain/gate/evaluation';
import type { Message } from '../../../lambda/domain/pages/message';
import type { QualityPolicy } from '../../../lambda/domain/quality/quality-test';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import { monitorQuality, type QualityMonitorProps } from '../../../lambda/monitor-quality/monitor-quality';
import { tellQuality } from '../../../lambda/monitor-quality/tell-quality';
import { MINUTE } from '../../local/services/service-fixture';
import { captureLines, labelLines } from '../capture-lines';
import { candidateRoute, productionRoute } from '../pipeline-fixture';
import { TrafficFixture } from '../traffic-fixture';

const POLICY: QualityPolicy = {
  metric: { name: 'accuracy' },
  tolerance: 0.02,
  alpha: 0.001,
  minimumLabels: 100,
};

describe('monitorQuality', () => {
  let fixture: TrafficFixture;

  beforeEach(async () => {
    fixture = new TrafficFixture();
    await fixture.start();
    await fixture.routing.write({
      ...emptyRouting('churn'),
      production: productionRoute({ variant: 'green', since: '2026-11-24T07:20:00Z' }),
    });
    const metrics = { auc: 0.95, accuracy: 0.9 };
    await fixture.store.write(
      'models/1.0.0/evaluation.json',
      formatEvaluation({
        version: 1,
        modelVersion: '1.0.0',
        champion: null,
        dataVersion: '0123456789abcdef',
        rows: 2000,
        verdict: 'promote',
        metrics: { primary: 'auc', challenger: metrics, difference: 0.45, interval: [0.4, 0.5], pValue: 0 },
        reasons: [],
      }),
    );
    await fixture.advance(15 * MINUTE);
  });
  afterEach(() => fixture.stop());

  const run = (
    policy: Partial<QualityPolicy> = {},
    windowHours = 24,
    others: Partial<QualityMonitorProps> = {},
  ) => monitorAt('10', policy, windowHours, others);

  const monitorAt = (
    hour: string,
    policy: Partial<QualityPolicy> = {},
    windowHours = 24,
    others: Partial<QualityMonitorProps> = {},
  ) =>
    monitorQuality(
      { time: `2026-11-24T${hour}:15:00Z` },
      {
        ...fixture,
        problem: { type: 'binary' },
        policy: { ...POLICY, ...policy },
        labels: 'first',
        slices: [],
        fairness: [],
        conceptDrift: 'adwin',
        windowHours,
        ...others,
      },
    );

  /** Records requests that were answered with these scores, at a time of this day: `07:30-0` and so on. */
  async function capture(time: string, scores: readonly number[], more: object = {}, variant = 'green') {
    const requests = scores.map((score, index) => ({
      eventId: `${time}-${index}`,
      inferenceTime: `2026-11-24T${time}:00Z`,
      input: '1,2',
      answers: [score],
      ...more,
    }));
    const key = `capture/churn/${variant}/2026/11/24/${time.slice(0, 2)}/${time.slice(3)}.jsonl`;
    await fixture.store.write(key, captureLines(requests));
  }

  /** Sends labels of 1, or others, for requests that were recorded at a time. */
  const label = (time: string, count: number, hour = '09', file = time, value = 1) =>
    fixture.store.write(
      `ground-truth/2026/11/24/${hour}/${file}.jsonl`,
      labelLines(Array.from({ length: count }, (_, index) => ({ id: `${time}-${index}`, label: value }))),
    );

  const answers = (right: number, wrong: number) => [...Array(right).fill(0.8), ...Array(wrong).fill(0.2)];

  const metric = async (name: string) => (await fixture.published(name)).map(({ value }) => value);

  test('finds that a version has become worse than on its holdout, and publishes it', async () => {
    await capture('09:30', answers(120, 80));
    await label('09:30', 200);
    expect(await run()).toMatchObject({
      from: '2026-11-24T07:00:00.000Z',
      until: '2026-11-24T10:00:00.000Z',
      modelVersion: '1.0.0',
      labels: 200,
      unusable: 0,
      metrics: { accuracy: 0.6 },
      comparison: { holdout: 0.9, production: 0.6, hasFallen: true },
    });
    const published = {
      QualityFell: [1],
      QualityDrop: [expect.closeTo(0.3, 12)],
      Accuracy: [0.6],
      LabelledAnswers: [200],
      Precision: [1],
      Recall: [0.6],
      Auc: [],
    };
    for (const [name, values] of Object.entries(published)) expect(await metric(name)).toEqual(values);
    const kept = await fixture.store.readText('profiles/green/2026/11/24/09/quality.json');
    const report = JSON.parse(kept);
    expect(report).toMatchObject({ version: 1, comparison: { hasFallen: true } });
    const [accuracy] = report.figures.filter(({ metric }: { metric: string }) => metric === 'accuracy');
    const [lower, upper] = accuracy.interval;
    const interval = { Quality: 0.6, QualityLower: lower, QualityUpper: upper };
    for (const [name, value] of Object.entries(interval)) expect(await metric(name)).toEqual([value]);
    // 120 of 200: .6 +- 1.972 sqrt(.24 / 199).
    expect(accuracy.value).toBe(0.6);
    expect(accuracy.interval[0]).toBeCloseTo(0.5315, 4);
    expect(accuracy.interval[1]).toBeCloseTo(0.6685, 4);
    const table = await fixture.store.readText('profiles/quality-table/day=2026-11-24/09-green.jsonl');
    const rows = table.trimEnd().split('\n');
    expect(rows.map((row) => JSON.parse(row))).toContainEqual({
      until: '2026-11-24 10:00:00',
      window_from: '2026-11-24 07:00:00',
      pipeline: 'churn',
      model_version: '1.0.0',
      variant: 'green',
      role: 'production',
      metric: 'accuracy',
      value: 0.6,
      lower,
      upper,
      label_count: 200,
      holdout_value: 0.9,
      has_fallen: true,
      since: '2026-11-24 10:00:00',
    });
    expect(fixture.told).toEqual([{ report: 'quality', key: 'profiles/green/2026/11/24/09/quality.json' }]);
  });

  test('finds nothing in the noise of a version that is as good as on its holdout', async () => {
    await capture('09:30', answers(174, 26));
    await label('09:30', 200);
    expect(await run()).toMatchObject({ comparison: { hasFallen: false } });
    expect(await metric('QualityFell')).toEqual([0]);
  });

  test('compares both versions of a release since the challenger has had requests, by slice, too', async () => {
    const document = {
      ...emptyRouting('churn'),
      production: productionRoute({ variant: 'green', since: '2026-11-24T07:20:00Z' }),
      candidate: candidateRoute({
        modelVersion: '1.1.0',
        variant: 'blue',
        trafficSince: '2026-11-24T09:10:00.000Z',
      }),
    };
    await fixture.routing.write(document);
    const columns = ['age', 'region'];
    const baseline = (order: readonly string[]) =>
      baselineProfile(order.map((name) => ({ name, kind: 'categorical' as const, cells: ['1', '2'] })));
    await fixture.store.writeJson('models/1.0.0/baseline.json', baseline(columns));
    // The challenger has its columns in another order.
    await fixture.store.writeJson('models/1.1.0/baseline.json', baseline([...columns].reverse()));
    await capture('08:30', answers(0, 200), { input: '1,south' });
    await capture('09:30', answers(120, 80), { input: '1,south' });
    await capture('09:40', answers(180, 20), { input: 'south,1' }, 'blue');
    expect(await run({}, 24, { slices: ['region'] })).not.toHaveProperty('versions');
    for (const time of ['08:30', '09:30', '09:40']) await label(time, 200);
    const { versions, labels, unanswered } = await run({}, 24, { slices: ['region'] });
    expect({ labels, unanswered }).toEqual({ labels: 400, unanswered: 0 });
    const from = '2026-11-24T09:10:00.000Z';
    const measured = (modelVersion: string, variant: string, accuracy: number) => ({
      modelVersion,
      variant,
      from,
      labels: 200,
      figures: expect.arrayContaining([expect.objectContaining({ metric: 'accuracy', value: accuracy })]),
      slices: [expect.objectContaining({ name: 'region = south', metric: 'accuracy', value: accuracy })],
    });
    expect(versions).toEqual([measured('1.0.0', 'green', 0.6), measured('1.1.0', 'blue', 0.9)]);
    const table = await fixture.store.readText('profiles/quality-table/day=2026-11-24/09-green.jsonl');
    const rows = table
      .trimEnd()
      .split('\n')
      .map((row) => JSON.parse(row));
    expect(rows.filter(({ metric, slice }) => metric === 'accuracy' && !slice)).toEqual([
      expect.objectContaining({ role: 'production', model_version: '1.0.0', value: 0.3 }),
      expect.objectContaining({ role: 'champion', model_version: '1.0.0', value: 0.6 }),
      expect.objectContaining({ role: 'challenger', model_version: '1.1.0', variant: 'blue', value: 0.9 }),
    ]);
  });

  test('waits for labels: hours later they find their answers, whichever hour they are filed under', async () => {
    await capture('07:30', answers(60, 0));
    await capture('08:30', answers(60, 0));
    await label('07:30', 60);
    await label('08:30', 60, '08');
    expect(await run()).toMatchObject({ labels: 120, metrics: { accuracy: 1 } });
    await fixture.store.write('capture/churn/green/2026/11/24/07/30.jsonl', 'is not read again');
    expect(await run()).toMatchObject({ labels: 120 });
    expect(await run({}, 1)).toMatchObject({ labels: 0 });
  });

  test('counts a label once, though it comes twice and says something else', async () => {
    await capture('09:30', answers(2, 0));
    await label('09:30', 2, '09', 'a');
    await fixture.store.write(
      'ground-truth/2026/11/24/09/b.jsonl',
      labelLines([{ id: '09:30-0', label: 0 }]),
    );
    expect(await run()).toMatchObject({ labels: 2, metrics: { accuracy: 1 } });
  });

  test('takes the last label if asked: corrections win by hour, then key, then line', async () => {
    await capture('07:30', answers(4, 0));
    await label('07:30', 4, '08', 'b');
    const correct = (hour: string, file: string, ...found: readonly [number, number][]) =>
      fixture.store.write(
        `ground-truth/2026/11/24/${hour}/${file}.jsonl`,
        labelLines(found.map(([index, value]) => ({ id: `07:30-${index}`, label: value }))),
      );
    // An earlier key of a later hour, a later key of the same hour, and a later line.
    await correct('09', 'a', [0, 0], [1, 1]);
    await correct('08', 'c', [1, 0], [2, 0], [3, 0], [3, 1]);
    expect(await run()).toMatchObject({ metrics: { accuracy: 1 }, completeness: { changed: 4 } });
    const corrected = await run({}, 24, { labels: 'last' });
    expect(corrected).toMatchObject({ labels: 4, metrics: { accuracy: 0.5 }, completeness: { changed: 4 } });
    // What is no label corrects nothing.
    await correct('09', 'z', [1, 7]);
    expect(await run({}, 24, { labels: 'last' })).toMatchObject({ unusable: 1, metrics: { accuracy: 0.5 } });
  });

  test('says how much is labelled, and how late', async () => {
    await capture('09:30', answers(10, 0));
    await capture('08:30', answers(10, 0));
    await label('09:30', 4, '09');
    // The clock stands at 10:15.
    await fixture.advance(30 * MINUTE);
    await label('08:30', 1, '08');
    const { completeness } = await run();
    expect(completeness).toEqual({
      requests: 20,
      sampled: 1,
      labelled: 5,
      share: 0.25,
      changed: 0,
      delay: { medianSeconds: 45 * 60, p95Seconds: 135 * 60 },
    });
    expect(await metric('LabelledShare')).toEqual([0.25]);
    expect(await metric('MedianLabelDelay')).toEqual([45 * 60]);
    expect(await metric('P95LabelDelay')).toEqual([135 * 60]);
  });

  test('weighs labels that stand for others', async () => {
    await capture('09:30', answers(120, 80));
    const weighted = (weightOf: (index: number) => number) =>
      fixture.store.write(
        'ground-truth/2026/11/24/09/weighted.jsonl',
        labelLines(
          Array.from({ length: 200 }, (_, index) => ({
            id: `09:30-${index}`,
            label: 1,
            weight: weightOf(index),
          })),
        ),
      );
    // The last 80 are wrong, and each of them was chosen among 6 like it.
    await weighted((index) => (index < 120 ? 1 : 6));
    const report = await run();
    expect(report.metrics.accuracy).toBeCloseTo(120 / 600, 12);
    // (120 + 480)^2 / (120 + 80 * 36)
    expect(report.effectiveLabels).toBe(120);
    expect(report).toMatchObject({ labels: 200, comparison: { hasFallen: true } });
    expect(await run({ minimumLabels: 121 })).not.toHaveProperty('comparison');
    await weighted(() => -1);
    expect(await run()).toMatchObject({ labels: 0, unusable: 200 });
  });

  test('says since when quality has fallen, hour by hour, and tells people', async () => {
    const published: Message[] = [];
    const tell = () =>
      tellQuality(
        {
          id: 'event-1',
          time: '2026-11-24T10:16:00Z',
          detail: { alarmName: 'churn-quality', state: { reason: 'Threshold Crossed' } },
        },
        {
          ...fixture,
          pipelineName: 'churn',
          bucketName: 'artifacts',
          remedy: 'retrain.',
          topic: { publish: async (message: Message) => void published.push(message) } as Topic,
        },
      );
    await capture('08:30', answers(120, 80));
    await label('08:30', 200, '08');
    await monitorAt('09');
    await capture('09:30', answers(60, 40));
    await label('09:30', 100);
    expect(await run()).toMatchObject({ comparison: { hasFallen: true, since: '2026-11-24T09:00:00.000Z' } });
    await tell();
    await tell();
    expect(published).toEqual([
      {
        cause: 'churn-quality',
        subject: 'churn: accuracy has fallen',
        text: expect.stringContaining(
          '- accuracy is 0.6 (0.5442 to 0.6558) instead of 0.9, worse by 0.3, with 300 labels, since 2026-11-24 09:00 UTC\n',
        ),
      },
    ]);
    expect(published[0]?.text).toContain(
      '\nReport: s3://artifacts/profiles/green/2026/11/24/09/quality.html',
    );
    const page = await fixture.store.readText('profiles/green/2026/11/24/09/quality.html');
    expect(page).toContain('Accuracy is worse than on the holdout: 0.6 instead of 0.9');
  });

  describe('by slices', () => {
    const sliced = { slices: ['region', 'shop'], fairness: ['region'] };

    beforeEach(async () => {
      const regions = { name: 'region', kind: 'categorical', cells: ['north', 'south'] } as const;
      const ages = { name: 'age', kind: 'numeric', cells: [20, 30] } as const;
      await fixture.store.writeJson('models/1.0.0/baseline.json', baselineProfile([ages, regions], [0, 1]));
      const evaluation = JSON.parse(await fixture.store.readText('models/1.0.0/evaluation.json'));
      const slice = (region: string, accuracy: number) => ({
        name: `region = ${region}`,
        rows: 1000,
        metrics: { accuracy },
      });
      await fixture.store.write(
        'models/1.0.0/evaluation.json',
        JSON.stringify({ ...evaluation, slices: [slice('north', 0.95), slice('south', 0.85)] }),
      );
    });

    test('quality falls in one of them, and groups are compared', async () => {
      await capture('08:30', answers(150, 0), { input: '30,north' });
      await capture('09:30', answers(90, 60), { input: '40,south' });
      await label('08:30', 150);
      await label('09:30', 150);
      const report = await run({ tolerance: 0.1 }, 24, sliced);
      expect(report).toMatchObject({
        comparison: { production: 0.8, hasFallen: false },
        slices: [
          { name: 'region = north', labels: 150, value: 1, comparison: { holdout: 0.95, hasFallen: false } },
          { name: 'region = south', labels: 150, value: 0.6, comparison: { drop: 0.25, hasFallen: true } },
        ],
        unknownColumns: ['shop'],
      });
      expect(report.fairness).toMatchObject([
        {
          column: 'region',
          gaps: [
            { measure: 'selectionRate', gap: 0.4, high: 'region = north', low: 'region = south' },
            { measure: 'truePositiveRate', gap: 0.4 },
            { measure: 'accuracy', gap: 0.4 },
          ],
        },
      ]);
      expect(await metric('QualityFell')).toEqual([1]);
      expect(await metric('SelectionRateGap')).toEqual([expect.closeTo(0.4, 12)]);
      const lower = report.fairness?.flatMap(({ gaps }) =>
        gaps.filter(({ measure }) => measure.endsWith('Rate')).map(({ interval }) => interval[0]),
      );
      expect(await metric('ShareGapLower')).toEqual([Math.max(...(lower ?? []))]);
      expect(await metric('QualityGap')).toEqual([expect.closeTo(0.4, 12)]);
    });

    test('answers are read again if other columns are asked for', async () => {
      await capture('09:30', answers(100, 0), { input: '30,north' });
      await label('09:30', 100);
      expect(await run()).not.toHaveProperty('slices');
      expect(await run({}, 24, sliced)).toMatchObject({ slices: [{ name: 'region = north', labels: 100 }] });
    });
  });

  test("joins by the caller's own id where there is one", async () => {
    await capture('09:30', [0.8], { inferenceId: 'mine' });
    await label('09:30', 1);
    expect(await run()).toMatchObject({ labels: 0 });
    await fixture.store.write(
      'ground-truth/2026/11/24/09/mine.jsonl',
      labelLines([{ id: 'mine', label: 1 }]),
    );
    expect(await run()).toMatchObject({ labels: 1 });
  });

  test('leaves out what another version answered: by the other variant, or earlier by the same', async () => {
    await capture('09:30', answers(0, 5), {}, 'blue');
    await capture('07:10', answers(0, 5));
    await capture('07:30', answers(5, 0));
    for (const time of ['09:30', '07:10', '07:30']) await label(time, 5);
    expect(await run()).toMatchObject({ labels: 5, metrics: { accuracy: 1 } });
  });

  test('leaves out what is no label', async () => {
    await capture('09:30', answers(2, 0));
    await label('09:30', 2, '09', '09:30', 7);
    expect(await run()).toMatchObject({
      labels: 0,
      unusable: 2,
      firstProblem: 'request 09:30-0 has the label 7, which is neither 0 nor 1',
    });
  });

  test('says where a label is that cannot be used, and goes on without it', async () => {
    await capture('09:30', answers(1, 0));
    await label('09:30', 1);
    await fixture.store.write('ground-truth/2026/11/24/09/bad.jsonl', '\nyes');
    expect(await run()).toMatchObject({ labels: 1, unusable: 1 });
    expect((await run()).firstProblem).toMatch(
      /^ground-truth\/2026\/11\/24\/09\/bad\.jsonl: line 2: label is not JSON/,
    );
    expect(await metric('UnusableLabels')).toEqual([1]);
  });

  test('compares nothing without an evaluation, or with too few labels, and says how good it was', async () => {
    await capture('09:30', answers(40, 60));
    await label('09:30', 100);
    expect(await run({ minimumLabels: 101 })).not.toHaveProperty('comparison');
    expect(await run({ metric: { name: 'logLoss' } })).not.toHaveProperty('comparison');
    expect(await metric('QualityFell')).toEqual([]);
    expect(await run()).toMatchObject({ comparison: { hasFallen: true } });
  });

  test('estimates how good answers are if no labels have come, from their probabilities', async () => {
    await capture('09:30', [0.9, 0.9, 0.2, 0.4]);
    expect(await run()).toMatchObject({
      labels: 0,
      metrics: {},
      estimated: { rows: 4, accuracy: expect.closeTo((0.9 + 0.9 + 0.8 + 0.6) / 4, 12) },
    });
    expect(await metric('EstimatedAccuracy')).toEqual([expect.closeTo(0.8, 12)]);
    expect(await metric('EstimatedAuc')).toHaveLength(1);
    expect(await fixture.store.readText('profiles/green/2026/11/24/09/quality.json')).toMatch(/estimated/);
  });

  test('says since when answers are wrong more often', async () => {
    await capture('08:30', answers(400, 0));
    await capture('09:30', answers(0, 200));
    await label('08:30', 400);
    await label('09:30', 200);
    expect(await run()).toMatchObject({
      conceptDrift: { hasDrifted: true, since: '2026-11-24T09:30:00.000Z', before: 0, after: 1 },
    });
    expect(await metric('ConceptDrift')).toEqual([1]);
  });

  test('publishes that no labels have come, reads no numbers for it, and does nothing before a first release', async () => {
    await capture('09:30', answers(1, 0));
    const numbers = { problem: { type: 'regression' } } as const;
    expect(await run({}, 24, numbers)).toMatchObject({ labels: 0, metrics: {} });
    expect(await metric('LabelledAnswers')).toEqual([0]);
    expect(await fixture.store.tryReadText('answers/1.0.0/2026/11/24/09.json')).toBeUndefined();
    await fixture.routing.write(emptyRouting('churn'));
    expect(await run()).toEqual({
      version: 1,
      from: '2026-11-24T09:00:00.000Z',
      until: '2026-11-24T10:00:00.000Z',
      labels: 0,
      unusable: 0,
      unanswered: 0,
      metrics: {},
    });
  });

  test('counts labels of requests that nobody recorded, which may be none of the window or of its sample', async () => {
    await capture('09:30', answers(1, 0));
    await label('09:30', 1);
    await label('05:00', 3);
    expect(await run()).toMatchObject({ labels: 1, unusable: 0, unanswered: 3 });
    expect(await metric('UnansweredLabels')).toEqual([3]);
    expect(await metric('UnusableLabelShare')).toEqual([0]);
  });

  test('says that labels cannot be used if no request is recorded for any of them', async () => {
    await capture('09:30', answers(3, 0), { inferenceId: 'order-1' });
    await label('09:30', 3);
    const report = await run({}, 2);
    expect(report).toMatchObject({ labels: 0, unanswered: 3 });
    expect(report.firstProblem).toMatch(
      /^no request is recorded for any of 3 labels, such as '09:30-0': the id is the InferenceId/,
    );
    expect(await metric('UnusableLabelShare')).toEqual([1]);
    const kept = await fixture.store.readText('profiles/green/2026/11/24/09/quality.json');
    expect(JSON.parse(kept)).toMatchObject({ unanswered: 3 });
  });

  test('does not say so while the requests may be older than the version in production', async () => {
    await label('05:00', 3);
    expect(await run()).toMatchObject({ unanswered: 3 });
    expect(await metric('UnusableLabelShare')).toEqual([]);
  });
});
