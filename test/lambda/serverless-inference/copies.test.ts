/**
 * @jest-environment ./test/lambda/serverless-inference/native-arrays.js
 */
import { parseCapture } from '../../../lambda/domain/capture';
import { emptyRouting, type RoutingDocument } from '../../../lambda/domain/routing';
import { answerCopy } from '../../../lambda/serverless-inference/answer-copy';
import { CaptureRecorder } from '../../../lambda/serverless-inference/capture-recorder';
import { type InferProps, infer } from '../../../lambda/serverless-inference/infer';
import { InferenceMetrics } from '../../../lambda/serverless-inference/inference-metrics';
import { LiveRouting } from '../../../lambda/serverless-inference/live-routing';
import { LoadedModels } from '../../../lambda/serverless-inference/loaded-models';
import { RequestCopier } from '../../../lambda/serverless-inference/request-copier';
import { copyIn, type RequestCopy } from '../../../lambda/serverless-inference/request-copy';
import { embeddedMetrics } from '../../../local/services/logs/embedded-metrics';
import reference from '../../reference/onnx-models.json';
import { candidateRoute, productionRoute } from '../pipeline-fixture';
import { modelArchive } from './stored-model';

const START = new Date('2026-11-24T10:07:08.009Z');
const { rows } = reference;

describe('copies of requests', () => {
  const { modelVersion, variant, modelName } = candidateRoute();
  const asShadow: RoutingDocument = {
    ...emptyRouting('churn'),
    production: productionRoute(),
    candidate: candidateRoute(),
    shadow: { modelVersion, variant, modelName },
  };
  let routing: RoutingDocument;
  let refusesToRead: boolean;
  let models: Record<string, string>;
  let now: Date;
  /** Log lines, and recorded objects by their keys. */
  let logged: string[];
  let recorded: Map<string, string>;
  /** Events that wait for the function that answers copies. */
  let sent: string[];
  let warn: jest.SpyInstance;

  beforeEach(() => {
    routing = asShadow;
    refusesToRead = false;
    models = { '1.0.0': reference.classifier.onnx, '1.1.0': reference.regressor.onnx };
    now = START;
    logged = [];
    recorded = new Map();
    sent = [];
    warn = jest.spyOn(console, 'warn').mockImplementation();
  });
  afterEach(() => jest.restoreAllMocks());

  /** One of both functions, as a new instance. */
  function instance(percentage = 100): Omit<InferProps, 'eventId'> {
    return {
      routing: new LiveRouting({
        routing: {
          read: async () => {
            if (refusesToRead) throw new Error('Rate exceeded');
            return routing;
          },
        },
        maximumAgeSeconds: 10,
        now: () => now,
      }),
      models: new LoadedModels({
        readBytes: async (key) => {
          const onnx = models[key.split('/')[1] as string];
          if (!onnx) throw new Error(`there is no object ${key}`);
          return modelArchive(onnx);
        },
      }),
      metrics: new InferenceMetrics({
        pipelineName: 'churn',
        namespace: 'ModelPipeline',
        write: (line) => logged.push(line),
        now: () => now,
      }),
      recorder: new CaptureRecorder({
        store: {
          write: async (key, content) => {
            recorded.set(key, String(content));
          },
        },
        folder: 'churn',
        percentage,
      }),
      functionVersion: undefined,
      random: () => 0.5,
      now: () => now,
      stopwatch: () => 0,
    };
  }

  const send = async (event: string) => {
    sent.push(event);
  };
  const copierOf = (share = 1, shadow = { send }) => new RequestCopier({ shadow, share });
  /** Asks the function of production. */
  const ask = (event: object = { rows }, eventId = 'request-1', props = instance(), copier = copierOf()) =>
    infer(event, { ...props, copier, eventId });
  /** Lets the other function answer what was sent to it. */
  const answerCopies = async (props = instance()) => {
    for (const event of sent.splice(0)) await answerCopy(copyIn(JSON.parse(event)) as RequestCopy, props);
  };
  const counted = (name: string) =>
    logged
      .flatMap(embeddedMetrics)
      .filter((metric) => metric.name === name && metric.value > 0 && metric.dimensions.ReleaseId)
      .map(({ dimensions }) => dimensions);
  const ofShadow = { Pipeline: 'churn', VariantName: 'green', ReleaseId: 'release-1' };

  test('are answered by the shadow, counted as its own and recorded as the original, and callers get what production answers', async () => {
    const body = JSON.stringify({ instances: rows, inferenceId: 'order-1' });
    const answer = await ask({ body });
    expect(JSON.parse((answer as { body: string }).body)).toMatchObject({ modelVersion: '1.0.0' });
    now = new Date('2026-11-24T10:07:11Z');
    await answerCopies();
    expect(counted('Invocations')).toEqual([{ ...ofShadow, VariantName: 'blue' }, ofShadow]);
    expect(counted('Invocation5XXErrors')).toEqual([]);
    const records = ['blue', 'green'].map((color) =>
      parseCapture(recorded.get(`capture/churn/${color}/2026/11/24/10/07-08-009-request-1.jsonl`) ?? ''),
    );
    const asked = {
      eventId: 'request-1',
      inferenceId: 'order-1',
      inferenceTime: START.toISOString(),
      rows,
    };
    expect(records).toMatchObject([{ requests: [asked] }, { requests: [asked] }]);
    records[1]?.requests[0]?.predictions?.forEach((prediction, row) => {
      expect(prediction).toBeCloseTo(reference.regressor.predictions[row] as number, 6);
    });
  });

  test('are sent while a version is a shadow, and not of what is larger than an asynchronous event may be', async () => {
    const { shadow, ...withoutShadow } = asShadow;
    routing = withoutShadow;
    await ask();
    expect(sent).toEqual([]);
    routing = asShadow;
    await ask({ rows: Array.from({ length: 150_000 }, () => [1.5, 0, 0]) });
    expect(sent).toEqual([]);
    await ask({ rows: Array.from({ length: 50_000 }, () => [1.5, 0, 0]) });
    expect(sent).toHaveLength(1);
  });

  test('are not sent once it cannot be read any more that the version is a shadow', async () => {
    const props = instance();
    await ask({ rows }, 'request-1', props);
    now = new Date(START.getTime() + 10_000);
    refusesToRead = true;
    await ask({ rows }, 'request-2', props);
    expect(sent).toHaveLength(1);
  });

  test('are a share of the requests, and as far as that goes those that are recorded', async () => {
    const props = instance(50);
    for (let request = 0; request < 400; request++) {
      await ask({ rows }, `request-${request}`, props, copierOf(0.25));
    }
    // 100 expected; the chance to be outside of 70 to 130 is below .001.
    expect(Math.abs(sent.length - 100)).toBeLessThan(30);
    const copies = sent.length;
    await answerCopies(instance(50));
    expect([...recorded.keys()].filter((key) => key.includes('/green/'))).toHaveLength(copies);
  });

  test('that cannot be sent harm no request', async () => {
    const shadow = { send: () => Promise.reject(new Error('Rate Exceeded.')) };
    expect(await ask({ rows }, 'request-1', instance(), copierOf(1, shadow))).toMatchObject({
      modelVersion: '1.0.0',
    });
    expect(warn).toHaveBeenCalledWith('request request-1 was not copied: Rate Exceeded.');
  });

  test('are on their way before the request is answered, for its instance may be frozen then', async () => {
    let isSent = false;
    const shadow = {
      send: async () => {
        while (recorded.size === 0) await nextTurn();
        await nextTurn();
        isSent = true;
      },
    };
    await ask({ rows }, 'request-1', instance(), copierOf(1, shadow));
    expect(isSent).toBe(true);
  });

  test.each([
    ['it cannot be loaded', undefined],
    ['it takes other rows than production', reference.twoFeatures.onnx],
  ])(
    'on which the shadow fails, for %s, are counted as its failures, and as nothing else',
    async (_title, onnx) => {
      models = { '1.0.0': reference.classifier.onnx, ...(onnx && { '1.1.0': onnx }) };
      await ask();
      await answerCopies();
      expect(counted('Invocation5XXErrors')).toEqual([ofShadow]);
      expect([...recorded.keys()].filter((key) => key.includes('/green/'))).toEqual([]);
    },
  );

  test('of rows that production does not take are a mistake of the caller for both', async () => {
    await expect(ask({ rows: [[1, 2]] })).rejects.toMatchObject({ name: 'InvalidRows' });
    await answerCopies();
    expect(counted('Invocation4XXErrors')).toEqual([{ ...ofShadow, VariantName: 'blue' }, ofShadow]);
  });

  test.each<[string, Partial<RoutingDocument>]>([
    ['has traffic', { shadow: undefined, candidate: candidateRoute({ weight: 0.1 }) }],
    ['was rolled back', { shadow: undefined, candidate: undefined }],
    ['gave way to that of another release', { candidate: candidateRoute({ releaseId: 'release-2' }) }],
  ])('that come when the version %s are left', async (_title, changes) => {
    await ask();
    logged = [];
    recorded.clear();
    routing = { ...asShadow, ...changes };
    await answerCopies();
    expect(logged).toEqual([]);
    expect(recorded.size).toBe(0);
  });

  test('cannot be sent by HTTP', () => {
    const copy = { rows, releaseId: 'release-1', copyOf: { eventId: 'x', time: START.toISOString() } };
    expect(copyIn(copy)).toEqual(copy);
    expect(copyIn({ body: JSON.stringify(copy) })).toBeUndefined();
  });
});

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
