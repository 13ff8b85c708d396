import { Random } from '../../../bench/random';
import type { CompareShadowSettings } from '../../../contracts/functions/release';
import type { ArtifactStore } from '../../../lambda/aws/store';
import { compareShadow } from '../../../lambda/compare-shadow/compare-shadow';
import { baselineProfile } from '../../../lambda/domain/data/profile';
import {
  hourPath,
  modelKey,
  shadowAnswersKey,
  shadowKey,
} from '../../../lambda/domain/records/bucket-layout';
import { type ShadowReport, shadowReport } from '../../../lambda/domain/release/shadow-report';
import type { CloudWatchService } from '../../../local/services/cloudwatch/cloudwatch-service';
import { MINUTE } from '../../local/services/service-fixture';
import { captureLines, labelLines } from '../capture-lines';
import { EventQueue } from '../event-queue';
import { atMinute, TrafficFixture } from '../traffic-fixture';

const REGRESSION = { problem: { type: 'regression' } } as const;
const SETTINGS: CompareShadowSettings = {
  problem: { type: 'binary' },
  durations: { shortest: 5, longest: 20 },
  policy: {},
  requestMetrics: {
    namespace: 'AWS/SageMaker',
    dimensions: { EndpointName: 'churn' },
    releaseDimension: 'EndpointConfigName',
  },
};
const CONFIG = 'churn-shadow';

interface Asked {
  readonly minute: number;
  readonly row: readonly number[];
  readonly answer: number;
  readonly inferenceId?: string;
}

describe('compareShadow', () => {
  let fixture: TrafficFixture;
  let store: ArtifactStore;
  let events: EventQueue;
  let files: number;

  beforeEach(async () => {
    fixture = new TrafficFixture();
    await fixture.start();
    fixture.endpointConfigName = CONFIG;
    store = fixture.store;
    events = await EventQueue.create(fixture);
    files = 0;
    const hundred = Array.from({ length: 100 }, (_, index) => index / 100);
    await store.writeJson(
      modelKey('1.0.0', 'baseline.json'),
      baselineProfile([{ name: 'price', kind: 'numeric', cells: hundred }], hundred),
    );
    await fixture.advance(30 * MINUTE);
  });
  afterEach(() => fixture.stop());

  /** Publishes what both did in a minute. */
  function publish(minute: number, champion: number, challenger: number, errors = 0): void {
    fixture.publish('blue', minute, { Invocations: [champion] }, CONFIG);
    fixture.publish('green', minute, { Invocations: [challenger], Invocation5XXErrors: [errors] }, CONFIG);
  }

  /** Writes what was recorded of a variant, each time in a file of its own. */
  async function capture(variant: string, asked: readonly Asked[]): Promise<void> {
    const requests = asked.map(({ minute, row, answer, inferenceId }, index) => ({
      eventId: `${variant}-${files}-${index}`,
      inferenceId,
      inferenceTime: `${atMinute(minute).toISOString().slice(0, 19)}Z`,
      input: row.join(','),
      answers: [answer],
    }));
    const folder = `capture/churn/${variant}/${hourPath(atMinute(12))}`;
    await store.write(`${folder}/${files++}.jsonl`, captureLines(requests));
  }

  const look = (now: number, settings: Partial<CompareShadowSettings> = {}, request: object = {}) =>
    compareShadow(
      {
        releaseId: 'release-2',
        endpointName: 'churn',
        endpointConfigName: CONFIG,
        modelVersion: '1.1.0',
        championVersion: '1.0.0',
        championVariant: 'blue',
        challengerVariant: 'green',
        since: atMinute(12).toISOString(),
        now: atMinute(now).toISOString(),
        ...request,
      },
      {
        cloudWatch: fixture.cloudWatch,
        sagemaker: fixture.sagemaker,
        store,
        eventBus: events.eventBus,
        settings: { ...SETTINGS, ...settings },
      },
    );

  const report = (): Promise<ShadowReport> => store.readJson(shadowKey('release-2'), shadowReport);

  const publishAll = (errors = 0) => {
    for (let minute = 12; minute < 17; minute++) publish(minute, 60, 30, errors);
  };

  test('goes on when the time is over and nothing speaks against it, and says why', async () => {
    publishAll();
    expect(await look(16)).toEqual({ verdict: 'hold', reasons: ['the step has lasted 4 of 5 minutes'] });
    const { verdict, reasons } = await look(17);
    expect(verdict).toBe('promote');
    expect(reasons).toEqual([
      expect.stringMatching(/^challenger failed 0 of 150 .* champion 0 of 300 /),
      'latency is not compared: the champion had no requests before the release',
      'answers are not compared: no request with answers of both was recorded',
      'quality is not known: no labels have arrived for requests that both answered',
      'in this step the challenger had 150 requests, the champion 300; 100 are needed',
      'the step has lasted 5 of 5 minutes',
    ]);
    expect(await report()).toMatchObject({
      since: atMinute(12).toISOString(),
      until: atMinute(17).toISOString(),
      verdict: 'promote',
      errors: { champion: { events: 0, requests: 300 }, challenger: { events: 0, requests: 150 } },
    });
  });

  test('rolls one back that fails where the champion answers', async () => {
    publishAll(10);
    const { verdict, reasons } = await look(14);
    expect(verdict).toBe('rollback');
    expect(reasons).toEqual([expect.stringContaining('challenger failed 20 of 60 (33 %) requests')]);
  });

  test('tells other systems once that the shadow is over, and nothing while it goes on', async () => {
    publishAll();
    await look(16);
    expect(await events.receive()).toEqual([]);
    const { reasons } = await look(17);
    const told = await events.receive();
    expect(told).toMatchObject([
      {
        'detail-type': 'ShadowAnalysed',
        detail: {
          version: 1,
          id: 'churn/release-2/ShadowAnalysed',
          pipeline: 'churn',
          releaseId: 'release-2',
          modelVersion: '1.1.0',
          champion: '1.0.0',
          since: atMinute(12).toISOString(),
          verdict: 'promote',
          reasons,
        },
      },
    ]);
  });

  test('joins answers to the same request, whenever their files arrive, and counts each once', async () => {
    publishAll();
    const random = new Random(3);
    const rows = Array.from({ length: 200 }, () => [random.uniform()]);
    // The challenger answers .5 more where the price is in its last quarter.
    const asked = (difference: number) =>
      rows.map((row) => ({
        minute: 13,
        row,
        answer: (row[0] as number) / 2 + ((row[0] as number) > 0.75 ? difference : 0),
      }));
    await capture('blue', asked(0).slice(0, 150));
    await capture('green', asked(0.5).slice(100));
    await look(15);
    expect((await report()).answers?.requests).toBe(50);
    await capture('green', asked(0.5).slice(0, 100));
    await look(16);
    await capture('blue', asked(0).slice(150));
    await look(17);
    await look(18);
    const { answers } = await report();
    const last = rows.filter(([price]) => (price as number) > 0.75).length;
    expect(answers).toMatchObject({ requests: 200, rows: 200, agreement: 1 - last / 200 });
    // A tenth of the distance between the 5th and the 95th percentile of what the champion answered to its
    // training data.
    expect(answers?.tolerance).toBeCloseTo(0.09, 12);
    expect(answers?.slices[0]).toMatchObject({ feature: 'price', rows: last, agreement: 0 });
    expect(answers?.slices[0]?.meanDifference).toBeCloseTo(0.5, 12);
  });

  test('does not take for the same request what has another inference id, or came before the shadow', async () => {
    publishAll();
    const ask = (inferenceId: string, minute = 13) => [{ minute, row: [0.5], answer: 0.5, inferenceId }];
    await capture('blue', [...ask('a'), ...ask('b'), ...ask('c', 11)]);
    await capture('green', [...ask('b'), ...ask('c'), ...ask('d')]);
    await look(17);
    expect((await report()).answers?.requests).toBe(1);
  });

  test('counts a record once that is delivered twice, and the same question as often as it was asked', async () => {
    publishAll();
    const ask = (inferenceId: string) => ({ minute: 13, row: [0.5], answer: 0.5, inferenceId });
    const anonymous = { minute: 13, row: [0.7], answer: 0.5 };
    for (let delivery = 0; delivery < 2; delivery++) {
      await capture('blue', [ask('a'), ask('b')]);
      await capture('green', [ask('a'), ask('b')]);
      await look(15 + delivery);
      expect((await report()).answers?.requests).toBe(2);
    }
    for (const now of [17, 18]) {
      await capture('blue', [anonymous]);
      await capture('green', [anonymous]);
      await look(now);
    }
    expect((await report()).answers?.requests).toBe(4);
  });

  test('looks no more for what came hours ago, and does not forget what that told', async () => {
    publishAll();
    const asked = [{ minute: 13, row: [0.5], answer: 0.5 }];
    await capture('blue', asked);
    await capture('green', asked);
    await look(17);
    await look(12 + 180);
    expect((await report()).answers?.requests).toBe(1);
    const { files } = JSON.parse(await store.readText(shadowAnswersKey('release-2')));
    expect(Object.values(files)).toHaveLength(4);
    expect(Object.values(files)).toEqual(Array(4).fill(expect.objectContaining({ known: '' })));
  });

  describe('with labels of what both answered', () => {
    const rows = Array.from({ length: 200 }, (_, index) => index);
    /** Both answer all requests; a version is wrong where it answers 0.1, for all labels are 1. */
    const answer = (variant: string, isWrong: (row: number) => boolean, aMinute = 100) =>
      capture(
        variant,
        rows.map((row) => ({
          minute: 13 + Math.floor(row / aMinute),
          row: [row],
          answer: isWrong(row) ? 0.1 : 0.9,
          inferenceId: `order-${row}`,
        })),
      );
    const label = (from: number, to: number, value: (row: number) => number = () => 1, file = `${from}`) =>
      store.write(
        `ground-truth/${hourPath(atMinute(14))}/${file}.jsonl`,
        labelLines(rows.slice(from, to).map((row) => ({ id: `order-${row}`, label: value(row) }))),
      );

    beforeEach(async () => {
      publishAll();
    });

    test('rolls one back that is wrong where the champion is right', async () => {
      await answer('blue', (row) => row % 10 === 0, 20);
      await answer('green', (row) => row % 3 === 0, 20);
      await label(0, 200);
      const { verdict, reasons } = await look(24);
      expect(verdict).toBe('rollback');
      expect(reasons).toEqual([
        expect.stringMatching(
          /^of the same answers with a label, challenger was wrong in 67 of 200 \(34 %\), champion in 20; alone in 60 and 13: evidence/,
        ),
      ]);
      expect((await report()).quality).toEqual({
        rows: 200,
        challengerOnly: 60,
        championOnly: 13,
        both: 7,
      });
    });

    test('does not mind how often both are wrong alike, and counts each label once, late or doubled', async () => {
      await answer('blue', (row) => row % 10 === 0);
      await answer('green', (row) => row % 10 === 0);
      await label(0, 150);
      await look(15);
      await label(100, 200, () => 0, 'again');
      expect((await look(17)).verdict).toBe('promote');
      expect((await report()).quality).toEqual({
        rows: 200,
        challengerOnly: 0,
        championOnly: 0,
        both: 15 + 45,
      });
    });

    test('of numbers, wrong is farther off than the median of the first of the champion', async () => {
      await answer('blue', (row) => row % 10 === 0);
      await answer('green', () => false);
      await label(0, 100, (row) => 0.9 + row / 100);
      await look(15, REGRESSION);
      expect((await report()).quality).toBeUndefined();
      await label(100, 200, () => 10);
      await look(16, REGRESSION);
      expect((await report()).quality).toMatchObject({
        rows: 100,
        both: 100,
        limit: expect.closeTo(0.56, 12),
      });
    });

    test('says which label cannot be read, and goes on', async () => {
      await answer('blue', (row) => row % 10 === 0);
      await answer('green', () => false);
      await label(0, 200);
      await store.write(`ground-truth/${hourPath(atMinute(14))}/bad.jsonl`, 'x');
      await look(17);
      const message = (await report()).reasons.find(({ rule }) => rule === 'quality')?.message;
      expect(message).toContain('(1 labels could not be used: ground-truth/');
      expect((await report()).quality).toMatchObject({ rows: 200, championOnly: 20 });
    });
  });

  test('rolls one back that significantly agrees on too few requests, if it must agree', async () => {
    publishAll();
    const rows = Array.from({ length: 120 }, (_, index) => ({ minute: 13, row: [index / 120], answer: 0.2 }));
    await capture('blue', rows);
    await capture(
      'green',
      rows.map((one, index) => ({ ...one, answer: index % 2 === 0 ? 0.2 : 0.8 })),
    );
    const strict = { tolerance: 0.05, policy: { minimumAgreement: 0.9 } };
    const { verdict, reasons } = await look(17, strict);
    expect(verdict).toBe('rollback');
    expect(reasons).toEqual([
      expect.stringMatching(/^of 120 requests that both answered, 50 % agree within 0.05/),
    ]);
  });

  test('counts what a function that serves alone has counted in this release, and looks at no endpoint', async () => {
    fixture.endpointConfigName = 'of-somebody-else';
    const count = (variant: string, releaseId: string, name: string, value: number, minute: number) =>
      fixture.cloud
        .service<CloudWatchService>('monitoring')
        .record(
          'ModelPipeline',
          name,
          { Pipeline: 'churn', VariantName: variant, ReleaseId: releaseId },
          value,
          'Count',
          atMinute(minute),
        );
    for (const minute of [13, 14]) {
      for (const variant of ['blue', 'green']) count(variant, 'release-2', 'Invocations', 60, minute);
      count('green', 'release-1', 'Invocation5XXErrors', 60, minute);
    }
    const requestMetrics = {
      namespace: 'ModelPipeline',
      dimensions: { Pipeline: 'churn' },
      releaseDimension: 'ReleaseId',
    } as const;
    const ofFunction = { endpointConfigName: null };
    expect((await look(15, { requestMetrics }, ofFunction)).verdict).toBe('hold');
    for (const minute of [13, 14]) count('green', 'release-2', 'Invocation5XXErrors', 20, minute);
    expect(await look(15, { requestMetrics }, ofFunction)).toMatchObject({
      verdict: 'rollback',
      reasons: [expect.stringContaining('challenger failed 40 of 120 (33 %) requests')],
    });
  });

  test('rolls back at once if somebody else has given the endpoint another config', async () => {
    fixture.endpointConfigName = 'of-somebody-else';
    expect(await look(13)).toEqual({
      verdict: 'rollback',
      reasons: ['somebody gave the endpoint the config of-somebody-else during this release'],
    });
  });

  test('is inconclusive when nobody asked anything', async () => {
    expect((await look(31)).verdict).toBe('hold');
    expect(await look(32)).toMatchObject({
      verdict: 'inconclusive',
      reasons: ['in this step the challenger had 0 requests, the champion 0; 100 are needed'],
    });
  });
});
