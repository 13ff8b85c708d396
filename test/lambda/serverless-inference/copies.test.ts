/**
 * @jest-environment ./test/lambda/serverless-inference/native-arrays.js
 */

import { logger } from '../../../lambda/aws/logger';
import { emptyRouting, type RoutingDocument } from '../../../lambda/domain/release/routing';
import { parseCapture } from '../../../lambda/domain/traffic/capture';
import { answerCopy } from '../../../lambda/serverless-inference/answer-copy';
import { RequestCopier } from '../../../lambda/serverless-inference/request-copier';
import { copyIn, type RequestCopy } from '../../../lambda/serverless-inference/request-copy';
import { ShadowRoutes } from '../../../lambda/serverless-inference/shadow-routes';
import reference from '../../reference/onnx-models.json';
import { candidateRoute, productionRoute } from '../pipeline-fixture';
import { InferenceWorld, infer, writeRecords } from './inference-world';

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
  let world: InferenceWorld;
  /** Events that wait for the function that answers copies. */
  let sent: string[];
  let warn: jest.SpyInstance;

  beforeEach(() => {
    world = new InferenceWorld();
    world.routing = asShadow;
    world.now = START;
    world.percentage = 100;
    world.store('1.0.0', reference.classifier.onnx);
    world.store('1.1.0', reference.regressor.onnx);
    sent = [];
    warn = jest.spyOn(logger, 'warn').mockImplementation();
  });
  afterEach(() => jest.restoreAllMocks());

  const send = async (event: string) => {
    sent.push(event);
  };
  const copierOf = (share = 1, shadow = { send }) => new RequestCopier({ shadow, share });
  /** Asks the function of production, which records its answer. */
  const ask = async (
    event: object = { rows },
    eventId = 'request-1',
    props = world.instance(),
    copier = copierOf(),
  ) => {
    try {
      return await infer(event, { ...props, copier, eventId });
    } finally {
      await writeRecords(props);
    }
  };
  /** Lets the other function answer what was sent to it. */
  const answerCopies = async (props = world.instance()) => {
    const shadows = new ShadowRoutes(props.routing);
    for (const event of sent.splice(0)) {
      await answerCopy(copyIn(JSON.parse(event)) as RequestCopy, { ...props, shadows });
      await writeRecords(props);
    }
  };
  const counted = (name: string) =>
    world
      .metricsNamed(name)
      .map(({ dimensions }) => dimensions)
      .filter(({ ReleaseId }) => ReleaseId !== undefined);
  const ofShadow = { Pipeline: 'churn', VariantName: 'shadow', ReleaseId: 'release-1' };

  test('are answered by the shadow, counted as its own and recorded as the original, and callers get what production answers', async () => {
    const body = JSON.stringify({ instances: rows, inferenceId: 'order-1' });
    const answer = await ask({ body });
    expect(JSON.parse((answer as { body: string }).body)).toMatchObject({ modelVersion: '1.0.0' });
    world.now = new Date('2026-11-24T10:07:11Z');
    await answerCopies();
    expect(counted('Invocations')).toEqual([{ ...ofShadow, VariantName: 'blue' }, ofShadow]);
    expect(counted('Invocation5XXErrors')).toEqual([]);
    const records = ['blue', 'shadow'].map((color) =>
      parseCapture(
        world.recorded.get(`capture/churn-function/${color}/2026/11/24/10/07-08-009-request-1.jsonl`) ?? '',
      ),
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
    world.routing = withoutShadow;
    await ask();
    expect(sent).toEqual([]);
    world.routing = asShadow;
    await ask({ rows: Array.from({ length: 150_000 }, () => [1.5, 0, 0]) });
    expect(sent).toEqual([]);
    await ask({ rows: Array.from({ length: 50_000 }, () => [1.5, 0, 0]) });
    expect(sent).toHaveLength(1);
  });

  test('are not sent once it cannot be read any more that the version is a shadow', async () => {
    const props = world.instance();
    await ask({ rows }, 'request-1', props);
    world.now = new Date(START.getTime() + 10_000);
    world.refusesToRead = true;
    await ask({ rows }, 'request-2', props);
    expect(sent).toHaveLength(1);
  });

  test('are a share of the requests, and as far as that goes those that are recorded', async () => {
    world.percentage = 50;
    const props = world.instance();
    for (let request = 0; request < 400; request++) {
      await ask({ rows }, `request-${request}`, props, copierOf(0.25));
    }
    // 100 expected; the chance to be outside of 70 to 130 is below .001.
    expect(Math.abs(sent.length - 100)).toBeLessThan(30);
    const copies = sent.length;
    await answerCopies();
    expect([...world.recorded.keys()].filter((key) => key.includes('/shadow/'))).toHaveLength(copies);
  });

  test('that cannot be sent harm no request', async () => {
    const shadow = { send: () => Promise.reject(new Error('Rate Exceeded.')) };
    expect(await ask({ rows }, 'request-1', world.instance(), copierOf(1, shadow))).toMatchObject({
      modelVersion: '1.0.0',
    });
    expect(warn).toHaveBeenCalledWith(
      'request request-1 was not copied',
      expect.objectContaining({ message: 'Rate Exceeded.' }),
    );
  });

  test('are on their way before the request is answered, for its instance may be frozen then', async () => {
    let isSent = false;
    const shadow = {
      send: async () => {
        while (world.logged.length === 0) await nextTurn();
        await nextTurn();
        isSent = true;
      },
    };
    await ask({ rows }, 'request-1', world.instance(), copierOf(1, shadow));
    expect(isSent).toBe(true);
  });

  test.each([
    ['it cannot be loaded', Buffer.from('no model').toString('base64')],
    ['it takes other rows than production', reference.twoFeatures.onnx],
  ])(
    'on which the shadow fails, for %s, are counted as its failures, and as nothing else',
    async (_title, onnx) => {
      world.store('1.1.0', onnx);
      await ask();
      await answerCopies();
      expect(counted('Invocation5XXErrors')).toEqual([ofShadow]);
      expect([...world.recorded.keys()].filter((key) => key.includes('/shadow/'))).toEqual([]);
    },
  );

  test('of rows that production does not take are a mistake of the caller for both', async () => {
    await expect(ask({ rows: [[1, 2]] })).rejects.toMatchObject({ name: 'InvalidRows' });
    await answerCopies();
    expect(counted('Invocation4XXErrors')).toEqual([{ ...ofShadow, VariantName: 'blue' }, ofShadow]);
  });

  test.each<[string, Partial<RoutingDocument>]>([
    ['has traffic', { shadow: undefined, candidate: candidateRoute({ trafficShare: 0.1 }) }],
    ['was rolled back', { shadow: undefined, candidate: undefined }],
    ['gave way to that of another release', { candidate: candidateRoute({ releaseId: 'release-2' }) }],
  ])('that come when the version %s are left', async (_title, changes) => {
    await ask();
    world.logged.length = 0;
    world.recorded.clear();
    world.routing = { ...asShadow, ...changes };
    await answerCopies();
    expect(world.logged).toEqual([]);
    expect(world.recorded.size).toBe(0);
  });

  test('that come before the function knows of the shadow are answered', async () => {
    const instance = world.instance();
    world.routing = { ...asShadow, shadow: undefined };
    await instance.routing.current();
    world.routing = asShadow;
    await ask();
    await answerCopies(instance);
    expect(counted('Invocations')).toEqual([{ ...ofShadow, VariantName: 'blue' }, ofShadow]);
  });

  test('are counted in the minute of the requests that they are copies of, however late they are answered', async () => {
    await ask();
    world.now = new Date(START.getTime() + 90_000);
    await answerCopies();
    const counts = world.metricsNamed('Invocations').filter(({ dimensions }) => dimensions.ReleaseId);
    expect(counts.map(({ dimensions, timestamp }) => [dimensions.VariantName, timestamp])).toEqual([
      ['blue', START.getTime()],
      ['shadow', START.getTime()],
    ]);
  });

  test('that come after the shadow let the routing document be read once', async () => {
    await ask({ rows }, 'request-1');
    await ask({ rows }, 'request-2');
    await ask({ rows }, 'request-3');
    world.routing = { ...asShadow, shadow: undefined };
    const instance = world.instance();
    await instance.routing.current();
    const readAgain = jest.spyOn(instance.routing, 'readAgain');
    await answerCopies(instance);
    expect(readAgain).toHaveBeenCalledTimes(1);
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
