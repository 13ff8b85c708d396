import type { AnalyseStepSettings } from '../../../contracts/functions/release';
import { analyseStep } from '../../../lambda/analyse-step/analyse-step';
import type { ArtifactStore } from '../../../lambda/aws/store';
import { baselineProfile } from '../../../lambda/domain/data/profile';
import { lookKey, releaseLabelsKey } from '../../../lambda/domain/records/bucket-layout';
import { type ReleaseLook, releaseLook } from '../../../lambda/domain/release/release-look';
import type { CloudWatchService } from '../../../local/services/cloudwatch/cloudwatch-service';
import { MINUTE } from '../../local/services/service-fixture';
import { captureLines, labelLines } from '../capture-lines';
import { EventQueue } from '../event-queue';
import { atMinute, TrafficFixture } from '../traffic-fixture';

const OF_ENDPOINT = {
  namespace: 'AWS/SageMaker',
  dimensions: { EndpointName: 'churn' },
  releaseDimension: 'EndpointConfigName' as const,
};
const OF_FUNCTION = {
  namespace: 'ModelPipeline',
  dimensions: { Pipeline: 'churn' },
  releaseDimension: 'ReleaseId' as const,
};
const SETTINGS: AnalyseStepSettings = {
  problem: { type: 'binary' },
  requestMetrics: [OF_ENDPOINT],
  durations: { step: 5, bake: 3, longest: 20 },
  policy: {},
  businessMetrics: [],
};

describe('analyseStep', () => {
  let fixture: TrafficFixture;
  let store: ArtifactStore;
  let events: EventQueue;

  beforeEach(async () => {
    fixture = new TrafficFixture();
    await fixture.start();
    fixture.endpointConfigName = 'churn-2';
    store = fixture.store;
    events = await EventQueue.create(fixture);
    await fixture.advance(30 * MINUTE);
  });
  afterEach(() => fixture.stop());

  const publish = (
    variant: string,
    minute: number,
    values: Readonly<Record<string, readonly number[]>>,
    config = 'churn-2',
  ) => fixture.publish(variant, minute, values, config);

  const requests = (count: number, errors = 0, latency = 1000) => ({
    Invocations: [count],
    Invocation5XXErrors: [errors],
    ModelLatency: Array(count).fill(latency),
  });

  /** A release that began at minute 10, with traffic from the middle of minute 12 on. */
  const analyse = (now: number, more: object = {}, settings: Partial<AnalyseStepSettings> = {}) =>
    analyseStep(
      {
        releaseId: 'release-2',
        endpointName: 'churn',
        endpointConfigName: 'churn-2',
        modelVersion: '1.1.0',
        championVersion: '1.0.0',
        championVariant: 'blue',
        challengerVariant: 'green',
        trafficSince: atMinute(12.5).toISOString(),
        stepSince: atMinute(12.5).toISOString(),
        now: atMinute(now).toISOString(),
        step: 0,
        trafficShare: 0.25,
        baking: false,
        ...more,
      },
      {
        cloudWatch: fixture.cloudWatch,
        sagemaker: fixture.sagemaker,
        store,
        eventBus: events.eventBus,
        settings: { ...SETTINGS, ...settings },
      },
    );

  const publishRelease = (challenger: Readonly<Record<string, readonly number[]>>) => {
    for (let minute = 0; minute < 10; minute++) publish('blue', minute, requests(20), 'churn-1');
    for (let minute = 13; minute < 18; minute++) {
      publish('blue', minute, requests(90));
      publish('green', minute, challenger);
    }
  };

  test('promotes a challenger that is no worse when its step is over, and says why', async () => {
    publishRelease(requests(30));
    expect(await analyse(17.9)).toMatchObject({
      verdict: 'hold',
      reasons: ['the step has lasted 4 of 5 minutes'],
    });
    const { verdict, reasons } = await analyse(18);
    expect(verdict).toBe('promote');
    expect(reasons).toEqual([
      expect.stringMatching(/^challenger failed 0 of 150 .* champion 0 of 450 /),
      expect.stringMatching(/^p50: challenger took more than 11 ms for 0 of 120 .*; p95: .*; p99: /),
      'answers are not compared: too few of both were recorded, or none',
      'quality is not known: no labels have arrived for answers of both in the same minute',
      'in this step the challenger had 150 requests, the champion 450; 100 are needed',
      'the step has lasted 5 of 5 minutes',
    ]);
  });

  test('tells other systems how a step ended, and nothing while it goes on', async () => {
    publishRelease(requests(30));
    await analyse(16);
    await analyse(17.9);
    expect(await events.receive()).toEqual([]);
    const { reasons } = await analyse(18);
    const [event, ...others] = await events.receive();
    expect(event).toMatchObject({
      'detail-type': 'StepAnalysed',
      detail: {
        version: 1,
        id: 'churn/release-2/0/StepAnalysed',
        pipeline: 'churn',
        releaseId: 'release-2',
        modelVersion: '1.1.0',
        champion: '1.0.0',
        step: 0,
        trafficShare: 0.25,
        baking: false,
        verdict: 'promote',
        reasons,
      },
    });
    expect(others).toEqual([]);
  });

  test('counts the requests of a function beside the endpoint, those of this release alone', async () => {
    publishRelease(requests(30));
    const monitoring = fixture.cloud.service<CloudWatchService>('monitoring');
    const answered = (variant: string, releaseId: string, counts: Readonly<Record<string, number>>) => {
      const dimensions = { Pipeline: 'churn', VariantName: variant, ReleaseId: releaseId };
      for (const minute of [13, 14]) {
        for (const [name, value] of Object.entries(counts)) {
          monitoring.record('ModelPipeline', name, dimensions, value, 'Count', atMinute(minute));
        }
      }
    };
    answered('blue', 'release-2', { Invocations: 10 });
    answered('green', 'release-1', { Invocations: 10, Invocation5XXErrors: 10 });
    expect((await analyse(15, {}, { requestMetrics: [OF_ENDPOINT, OF_FUNCTION] })).verdict).toBe('hold');
    answered('green', 'release-2', { Invocations: 10, Invocation5XXErrors: 10 });
    const { verdict, reasons } = await analyse(15, {}, { requestMetrics: [OF_ENDPOINT, OF_FUNCTION] });
    expect(verdict).toBe('rollback');
    expect(reasons).toEqual([expect.stringMatching(/^challenger failed 20 of 80 .* champion 0 of 200 /)]);
  });

  test('judges the answers of a function that serves alone, and how long they take', async () => {
    const monitoring = fixture.cloud.service<CloudWatchService>('monitoring');
    const answer = (variant: string, minute: number, micros: number, release: object) => {
      const dimensions = { Pipeline: 'churn', VariantName: variant, ...release };
      monitoring.record('ModelPipeline', 'Invocations', dimensions, 1, 'Count', atMinute(minute));
      monitoring.record(
        'ModelPipeline',
        'ModelLatency',
        dimensions,
        micros,
        'Microseconds',
        atMinute(minute),
      );
    };
    // Before the release, and in its first whole minutes.
    for (let request = 0; request < 100; request++) answer('blue', 5, 5_000, {});
    for (let request = 0; request < 270; request++) {
      const minute = 13 + Math.floor(request / 30);
      answer('blue', minute, 5_000, { ReleaseId: 'release-2' });
      answer('green', minute, 40_000, { ReleaseId: 'release-2' });
    }
    const analysis = await analyse(22, { endpointConfigName: null }, { requestMetrics: [OF_FUNCTION] });
    expect(analysis.verdict).toBe('rollback');
    expect(analysis.reasons[0]).toContain('p50: challenger took more than 15 ms for 240 of 240');
  });

  test('rolls a failing challenger back within two minutes, for that reason alone', async () => {
    publishRelease(requests(30, 10));
    const { verdict, reasons } = await analyse(15);
    expect(verdict).toBe('rollback');
    expect(reasons).toEqual([expect.stringContaining('challenger failed 20 of 60 (33 %) requests')]);
  });

  test('rolls a slow challenger back', async () => {
    publishRelease(requests(30, 0, 12_000));
    for (let minute = 18; minute < 22; minute++) {
      publish('blue', minute, requests(90));
      publish('green', minute, requests(30, 0, 12_000));
    }
    const { verdict, reasons } = await analyse(22);
    expect(verdict).toBe('rollback');
    expect(reasons).toEqual([expect.stringContaining('challenger took more than 11 ms for 240 of 240')]);
  });

  test("counts timeouts as the model's errors, and not the caller's own mistakes", async () => {
    publishRelease({ Invocations: [30], InvocationModelErrors: [7], Invocation4XXErrors: [7] });
    expect(await analyse(18)).toMatchObject({ verdict: 'promote' });
    publishRelease({ Invocations: [30], InvocationModelErrors: [7], Invocation4XXErrors: [0] });
    expect(await analyse(18)).toMatchObject({ verdict: 'rollback' });
  });

  test('leaves out what came before the traffic, like the smoke test, and under other configs', async () => {
    publishRelease(requests(30));
    publish('green', 12, requests(20, 20));
    publish('green', 14, requests(100, 100), 'churn-1');
    expect(await analyse(18)).toMatchObject({ verdict: 'promote' });
  });

  test('rolls back at once if somebody else has given the endpoint another config, and says which', async () => {
    publishRelease(requests(30));
    fixture.endpointConfigName = 'of-somebody-else';
    expect(await analyse(14)).toEqual({
      verdict: 'rollback',
      reasons: ['somebody gave the endpoint the config of-somebody-else during this release'],
    });
  });

  test('a clock that went back, or far ahead, is no evidence of anything', async () => {
    publishRelease(requests(30));
    expect(await analyse(11)).toMatchObject({ verdict: 'hold' });
    const { verdict, reasons } = await analyse(24 * 60);
    expect(verdict).toBe('promote');
    expect(reasons[0]).toMatch(/^challenger failed 0 of 150 /);
    const nextStep = { stepSince: atMinute(60).toISOString() };
    expect(await analyse(24 * 60, nextStep)).toMatchObject({
      verdict: 'inconclusive',
      reasons: ['in this step the challenger had 0 requests, the champion 0; 100 are needed'],
    });
  });

  test('is inconclusive when there was too little traffic for too long', async () => {
    publishRelease(requests(1));
    expect(await analyse(18)).toMatchObject({ verdict: 'hold' });
    expect(await analyse(33)).toMatchObject({
      verdict: 'inconclusive',
      reasons: ['in this step the challenger had 5 requests, the champion 450; 100 are needed'],
    });
  });

  test('compares one that got all traffic at once with what the champion failed in the hours before', async () => {
    for (let minute = 0; minute < 10; minute++) publish('blue', minute, requests(100, 1), 'churn-1');
    for (const minute of [13, 14]) publish('green', minute, requests(90, 12));
    const atOnce = { trafficShare: 1, baking: true };
    const { verdict, reasons } = await analyse(15, atOnce);
    expect(verdict).toBe('rollback');
    expect(reasons).toEqual([
      expect.stringMatching(/^challenger failed 24 of 180 .* champion 10 of 1000 .* in the hours before: /),
    ]);
  });

  test('lets a challenger bake for its own time', async () => {
    publishRelease(requests(30));
    for (let minute = 18; minute < 21; minute++) publish('green', minute, requests(120));
    const baking = { baking: true, stepSince: atMinute(18).toISOString() };
    expect(await analyse(20, baking)).toMatchObject({ verdict: 'hold' });
    expect(await analyse(21, baking)).toMatchObject({ verdict: 'promote' });
  });

  test('compares the counts of the user, by variant', async () => {
    publishRelease(requests(30));
    const monitoring = fixture.cloud.service<CloudWatchService>('monitoring');
    for (let minute = 13; minute < 18; minute++) {
      for (const [variant, orders] of Object.entries({ blue: 40, green: 1 })) {
        const dimensions = { Shop: 'de', VariantName: variant };
        monitoring.record('Shop', 'Orders', dimensions, orders, 'Count', atMinute(minute));
      }
    }
    const settings: Partial<AnalyseStepSettings> = {
      policy: { business: [{ name: 'Orders', better: 'higher', toleratedChange: 0.05 }] },
      businessMetrics: [{ namespace: 'Shop', metricName: 'Orders', dimensions: { Shop: 'de' } }],
    };
    const { verdict, reasons } = await analyse(18, {}, settings);
    expect(verdict).toBe('rollback');
    expect(reasons).toEqual([
      expect.stringMatching(
        /^Orders: challenger 5 of 150 \(3\.3 %\), champion 200 of 450 \(44 %\): evidence/,
      ),
    ]);
  });

  describe('with recorded answers', () => {
    const scores = Array.from({ length: 400 }, (_, i) => i / 400);
    const BLOCKING: Partial<AnalyseStepSettings> = { policy: { maximumPredictionShift: 0.1 } };

    beforeEach(async () => {
      await store.writeJson('models/1.0.0/baseline.json', baselineProfile([], scores));
      publishRelease(requests(30));
    });

    /** Records requests that a variant answered with these scores in a minute: `green-14-a-0` and so on. */
    async function capture(
      variant: string,
      minute: number,
      answers: readonly number[],
      file = 'a',
      copyOf = file,
    ): Promise<void> {
      const requests = answers.map((answer, index) => ({
        eventId: `${variant}-${minute}-${copyOf}-${index}`,
        inferenceTime: atMinute(minute).toISOString(),
        input: '1,2',
        answers: [answer],
      }));
      await store.write(
        `capture/churn/${variant}/2026/11/24/10/${minute}-${file}.jsonl`,
        captureLines(requests),
      );
    }

    const look = async (now: number) => store.readJson(lookKey('release-2', atMinute(now)), releaseLook);

    test('keeps what it saw, answers side by side, for the report', async () => {
      await capture('blue', 14, scores);
      await capture('green', 14, scores);
      await analyse(16);
      const { predictions, ...rest } = await look(16);
      expect(rest).toMatchObject({ version: 1, step: 0, trafficShare: 0.25, baking: false, verdict: 'hold' });
      expect(rest.reasons.map(({ rule }) => rule)).toEqual([
        'errors',
        'latency',
        'predictions',
        'quality',
        'traffic',
        'duration',
      ]);
      expect(predictions?.edges).toHaveLength((predictions?.champion.length ?? 0) - 1);
      expect(predictions?.champion.reduce((a, b) => a + b)).toBe(400);
      expect(predictions?.challenger).toEqual(predictions?.champion);
      expect(predictions?.effect).toBe(0);
    });

    test('rolls back a challenger that answers otherwise, if asked to', async () => {
      for (let file = 0; file < 10; file++) {
        await capture('blue', 14, scores, `${file}`);
        await capture(
          'green',
          14,
          scores.map((score) => score ** 3),
          `${file}`,
        );
      }
      const { verdict, reasons } = await analyse(18, {}, BLOCKING);
      expect(verdict).toBe('rollback');
      expect(reasons).toEqual([expect.stringMatching(/^the distributions of 4000 answers .* 0\.38\d apart/)]);
      expect(await analyse(18)).toMatchObject({ verdict: 'promote' });
    });

    const rows = ({ predictions }: ReleaseLook) =>
      [predictions?.champion, predictions?.challenger].map((counts) => counts?.reduce((a, b) => a + b));

    test('counts each file once, and those that come late; not what came before', async () => {
      await capture('blue', 14, scores);
      await capture('green', 11, scores);
      await capture('green', 14, scores);
      await analyse(16);
      await analyse(17);
      await capture('green', 15, scores, 'late');
      await analyse(17.5);
      expect(rows(await look(17))).toEqual([400, 400]);
      expect(rows(await look(17.5))).toEqual([400, 800]);
    });

    test('counts a request once that is delivered again in another file, at once or after a look', async () => {
      await capture('blue', 14, scores);
      await capture('green', 14, scores);
      await capture('green', 14, scores, 'again', 'a');
      await analyse(16);
      await capture('blue', 14, scores, 'again', 'a');
      await capture('green', 14, [...scores, 0.5], 'once-more', 'a');
      await analyse(17);
      expect(rows(await look(16))).toEqual([400, 400]);
      expect(rows(await look(17))).toEqual([400, 401]);
    });

    describe('and labels that arrive later', () => {
      const right = Array(100).fill(0.9);

      /** Sends labels of 1 for the requests of a captured file. */
      const label = (captured: string, count: number, hour = '10', file = captured) =>
        store.write(
          `ground-truth/2026/11/24/${hour}/${file}.jsonl`,
          labelLines(Array.from({ length: count }, (_, index) => ({ id: `${captured}-${index}`, label: 1 }))),
        );
      const qualityOf = async (now: number) => {
        await analyse(now);
        const { quality, reasons } = await look(now);
        return { quality, message: reasons.find(({ rule }) => rule === 'quality')?.message };
      };

      beforeEach(async () => {
        await capture('blue', 14, right);
        await capture('green', 14, [...right.slice(40), ...Array(40).fill(0.1)]);
      });

      test('rolls back a challenger that is wrong more often, and keeps the counts for the report', async () => {
        expect(await analyse(15)).toMatchObject({ verdict: 'hold' });
        for (let minute = 15; minute < 22; minute++) {
          await capture('blue', minute, right);
          await capture('green', minute, [...right.slice(40), ...Array(40).fill(0.1)]);
        }
        for (let minute = 14; minute < 22; minute++) {
          await label(`blue-${minute}-a`, 100);
          await label(`green-${minute}-a`, 100);
        }
        const { verdict, reasons } = await analyse(22);
        expect(verdict).toBe('rollback');
        expect(reasons).toEqual([
          expect.stringMatching(/^challenger was wrong in 320 of 800 .* champion in 0 of 800 /),
        ]);
        expect((await look(22)).quality).toEqual({
          champion: { events: 0, requests: 800 },
          challenger: { events: 320, requests: 800 },
        });
      });

      test('one bad minute does not roll back, however many labels it has', async () => {
        await label('blue-14-a', 100);
        await label('green-14-a', 100);
        expect(await analyse(16)).toMatchObject({ verdict: 'hold' });
        expect((await look(16)).quality).toMatchObject({ challenger: { events: 40, requests: 100 } });
      });

      test('reads everything again after an earlier version of the function, which counted by steps', async () => {
        await label('blue-14-a', 100);
        await label('green-14-a', 100);
        const rate = { events: 3, requests: 7 };
        await store.writeJson(releaseLabelsKey('release-2'), {
          files: { 'ground-truth/2026/11/24/10/': 'closed' },
          hasLabels: true,
          stepStarts: [atMinute(13).toISOString()],
          answers: { halvings: 0, values: [['x', { role: 'champion', step: 1, predictions: [] }]] },
          labels: { halvings: 0, values: [] },
          quality: { kind: 'classes', firstErrors: [], pairs: [{ champion: rate, challenger: rate }] },
          unusable: 0,
        });
        expect((await qualityOf(16)).quality).toEqual({
          champion: { events: 0, requests: 100 },
          challenger: { events: 40, requests: 100 },
        });
      });

      test('counts labels once: late ones, those that come before their answers, and doubled ones', async () => {
        await label('blue-14-a', 10);
        await label('green-14-a', 10);
        expect((await qualityOf(15)).quality).toMatchObject({ challenger: { requests: 10 } });
        await label('blue-14-a', 20, '10', 'again');
        await label('green-14-a', 20, '11');
        await label('green-14-b', 5);
        expect((await qualityOf(70)).quality).toMatchObject({ challenger: { requests: 20 } });
        await capture('green', 14, right.slice(0, 5), 'b');
        await label('blue-14-a', 21, '10', 'one-more');
        expect((await qualityOf(71)).quality).toEqual({
          champion: { events: 0, requests: 21 },
          challenger: { events: 0, requests: 25 },
        });
      });

      test('compares only what both answered in the same minute', async () => {
        await capture('green', 17, Array(50).fill(0.1));
        await analyse(15);
        await analyse(17.5);
        await label('blue-14-a', 100);
        await label('green-17-a', 50);
        expect(await qualityOf(18)).toEqual({
          message: 'quality is not known: no labels have arrived for answers of both in the same minute',
        });
      });

      test('says where a label is that cannot be read, and goes on without it', async () => {
        await label('blue-14-a', 1);
        await label('green-14-a', 1);
        await store.write('ground-truth/2026/11/24/10/bad.jsonl', '{"label": 1}');
        const { quality, message } = await qualityOf(16);
        expect(quality).toMatchObject({ challenger: { events: 0, requests: 1 } });
        expect(message).toContain(
          '(1 labels could not be used: ground-truth/2026/11/24/10/bad.jsonl: line 1: label is not valid: ',
        );
      });
    });
  });

  test('names what is wrong with a request', async () => {
    const { cloudWatch, sagemaker } = fixture;
    const props = { cloudWatch, sagemaker, store, eventBus: events.eventBus, settings: SETTINGS };
    await expect(analyseStep({}, props)).rejects.toThrow(
      'request for an analysis is not valid: releaseId: expected string, got nothing',
    );
  });
});
