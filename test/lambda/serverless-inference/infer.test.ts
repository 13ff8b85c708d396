/**
 * @jest-environment ./test/lambda/serverless-inference/native-arrays.js
 */

import type { ProductionRoute } from '../../../contracts/routing';
import { logger } from '../../../lambda/aws/logger';
import type { CandidateRoute, RoutingDocument } from '../../../lambda/domain/release/routing';
import { parseCapture } from '../../../lambda/domain/traffic/capture';
import type { InferProps } from '../../../lambda/serverless-inference/infer';
import reference from '../../reference/onnx-models.json';
import { candidateRoute } from '../pipeline-fixture';
import { InferenceWorld, infer, writeRecords } from './inference-world';
import { archive } from './stored-model';

describe('serverless inference', () => {
  let world: InferenceWorld;
  let props: InferProps;

  beforeEach(() => {
    world = new InferenceWorld();
    props = world.instance();
    jest.spyOn(logger, 'warn').mockImplementation();
  });
  afterEach(() => jest.restoreAllMocks());

  /** Puts a version with this model into production. */
  function serve(modelVersion: string, onnx: string): void {
    world.store(modelVersion, onnx);
    world.routing = { ...world.routing, production: route(modelVersion) };
  }

  /** Gives the version 1.1.0, a regression beside a classifier, a share of the requests. */
  function release(trafficShare: number): void {
    serve('1.0.0', reference.classifier.onnx);
    world.store('1.1.0', reference.regressor.onnx);
    world.routing = { ...world.routing, candidate: candidateRoute({ modelVersion: '1.1.0', trafficShare }) };
  }

  /** As `release`, by version 2 of the function. */
  function releaseFunction(trafficShare: number): void {
    release(trafficShare);
    world.routing = {
      ...world.routing,
      production: { ...(world.routing.production as ProductionRoute), functionVersion: '1' },
      candidate: { ...(world.routing.candidate as CandidateRoute), functionVersion: '2' },
    };
  }

  const ask = (inferenceId?: string) => inference({ rows: reference.rows, inferenceId });

  test('answers each row with the probability of class 1, as scikit-learn does', async () => {
    serve('1.0.0', reference.classifier.onnx);
    const { modelVersion, predictions } = await inference({ rows: reference.rows });
    expect(modelVersion).toBe('1.0.0');
    expect(predictions).toHaveLength(reference.rows.length);
    predictions.forEach((prediction, row) => {
      expect(prediction).toBeCloseTo(reference.classifier.predictions[row] as number, 6);
    });
  });

  test('answers a regression with its value', async () => {
    serve('1.0.0', reference.regressor.onnx);
    const { predictions } = await inference({ instances: reference.rows });
    predictions.forEach((prediction, row) => {
      expect(prediction).toBeCloseTo(reference.regressor.predictions[row] as number, 6);
    });
  });

  test('answers an HTTP request, its body plain or in base64', async () => {
    serve('1.0.0', reference.classifier.onnx);
    const { predictions } = await inference({ rows: reference.rows });
    const body = JSON.stringify({ instances: reference.rows });
    const answer = {
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ modelVersion: '1.0.0', variant: 'blue', predictions }),
    };
    expect(await infer({ body }, props)).toEqual(answer);
    const encoded = Buffer.from(body).toString('base64');
    expect(await infer({ body: encoded, isBase64Encoded: true }, props)).toEqual(answer);
  });

  test('loads a version once, and finds a release within 10 seconds', async () => {
    serve('1.0.0', reference.classifier.onnx);
    await inference({ rows: reference.rows });
    serve('1.1.0', reference.regressor.onnx);
    world.now = new Date('2026-11-24T10:00:09Z');
    expect((await inference({ rows: reference.rows })).modelVersion).toBe('1.0.0');
    expect(world.reads).toHaveLength(1);
    world.now = new Date('2026-11-24T10:00:10Z');
    expect((await inference({ rows: reference.rows })).modelVersion).toBe('1.1.0');
    world.now = new Date('2026-11-24T10:03:00Z');
    expect((await inference({ rows: reference.rows })).modelVersion).toBe('1.1.0');
    expect(world.reads).toHaveLength(2);
  });

  test.each([
    [{}, /neither rows nor instances nor inputs/],
    [{ rows: [] }, /expected array of at least 1/],
    [{ rows: [[1, 2]] }, /row 1 has 2 columns, but the model takes 3 features/],
    [
      {
        rows: [
          [1, 2, 3],
          [1, -1e39, 3],
        ],
      },
      /row 2, column 2 is -1e\+39, which is beyond the numbers of 32 bits/,
    ],
    [{ rows: [[1, 2, '3']] }, /row 1, column 3 is "3", but the model takes a number/],
    [{ body: 'x' }, /body is not JSON: it begins with 'x'/],
  ])('refuses %j, by status 400 over HTTP', async (event, message) => {
    serve('1.0.0', reference.classifier.onnx);
    const overHttp = 'body' in event ? event : { body: JSON.stringify(event) };
    const answer = await infer(overHttp, props);
    if (!('body' in answer)) throw new Error('expected an HTTP answer');
    expect(answer).toMatchObject({
      statusCode: 400,
      headers: { 'content-type': 'application/problem+json' },
    });
    expect(JSON.parse(answer.body)).toMatchObject({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: expect.stringMatching(message),
    });
    if ('body' in event) return;
    await expect(infer(event, props)).rejects.toMatchObject({
      name: 'InvalidRows',
      message: expect.stringMatching(message),
    });
  });

  test('says what is wrong with a request of many wrong cells in an answer that Lambda takes', async () => {
    serve('1.0.0', reference.classifier.onnx);
    const rows = Array.from({ length: 1000 }, () => ['x', 'y', 'z']);
    const { message } = await infer({ rows }, props).then(
      () => new Error('an answer'),
      (error: Error) => error,
    );
    expect(message).toMatch(/row 1, column 1 is "x", but the model takes a number; .*; and 2990 more/);
    expect(message.length).toBeLessThan(1000);
  });

  test('refuses more rows than an answer has room for', async () => {
    serve('1.0.0', reference.classifier.onnx);
    const rows = Array.from({ length: 251_619 }, () => [1, 2, 3]);
    await expect(infer({ rows }, props)).rejects.toMatchObject({
      name: 'InvalidRows',
      message: expect.stringContaining('251619 rows, but an answer holds the predictions of 251618 at most'),
    });
  });

  test('runs a model whose batch is fixed to one row, row by row', async () => {
    serve('1.0.0', reference.fixedBatch.onnx);
    const { predictions } = await inference({ rows: reference.rows });
    predictions.forEach((prediction, row) => {
      expect(prediction).toBeCloseTo(reference.fixedBatch.predictions[row] as number, 6);
    });
    await expect(infer({ rows: [[1, 2, 3], [1]] }, props)).rejects.toThrow('row 2 has 1 columns');
  });

  test('refuses a model that takes another number of rows', async () => {
    serve('1.0.0', reference.batchOfFour.onnx);
    await expect(infer({ rows: reference.rows }, props)).rejects.toThrow(
      'the ONNX model takes 4 rows at a time',
    );
  });

  test('an answer that is no number is a failure of the model, and never an answer', async () => {
    serve('1.0.0', reference.notANumber.onnx);
    const rows = [
      [1, 2, 3],
      [-1, 2, 3],
    ];
    await expect(infer({ body: JSON.stringify({ rows }) }, props)).rejects.toMatchObject({
      name: 'InvalidAnswer',
      message: 'the model answers row 2 with NaN, which is not a number',
    });
    expect(world.metricsNamed('Invocation5XXErrors')).toHaveLength(1);
    expect(world.recorded.size).toBe(0);
  });

  test('says that nothing is in production yet, until something is', async () => {
    await expect(infer({ rows: reference.rows }, props)).rejects.toThrow(
      'nothing is in production yet: release a version first',
    );
    // Who asks then is to be answered from the first release on.
    serve('1.0.0', reference.classifier.onnx);
    expect(await ask()).toMatchObject({ modelVersion: '1.0.0' });
  });

  test('says which files an archive has, if model.onnx is not among them', async () => {
    world.objects.set('models/1.0.0/model.tar.gz', archive({ 'model.joblib': Buffer.from('x') }));
    world.routing = { ...world.routing, production: route('1.0.0') };
    await expect(infer({ rows: reference.rows }, props)).rejects.toThrow(
      'version 1.0.0 cannot be served here: the model archive has no model.onnx, only model.joblib; let the training script write model.onnx',
    );
  });

  test('names the first ten files of a model without model.onnx, and none of its scripts and packages', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `weights/${index}.bin`);
    const files = ['code/inference.py', 'code/packages/numpy.py', ...names];
    const content = Object.fromEntries(files.map((name) => [name, Buffer.from('x')]));
    world.objects.set('models/1.0.0/model.tar.gz', archive(content));
    world.routing = { ...world.routing, production: route('1.0.0') };
    await expect(infer({ rows: reference.rows }, props)).rejects.toThrow(
      `the model archive has no model.onnx, only ${names.slice(0, 10).join(', ')} and 2 more; let the`,
    );
  });

  test('refuses an archive that is cut off', async () => {
    serve('1.0.0', reference.classifier.onnx);
    const whole = world.objects.get('models/1.0.0/model.tar.gz') as Uint8Array;
    world.objects.set('models/1.0.0/model.tar.gz', whole.subarray(0, whole.length - 100));
    await expect(infer({ rows: reference.rows }, props)).rejects.toThrow(
      'version 1.0.0 cannot be served here',
    );
  });

  test('gives the candidate its share, and the same inference id the same version from step to step', async () => {
    const ids = Array.from({ length: 400 }, (_, index) => `order-${index}`);
    const byCandidate = async (trafficShare: number) => {
      release(trafficShare);
      world.now = new Date(world.now.getTime() + 10_000);
      const answered: string[] = [];
      for (const id of ids) {
        const { modelVersion, variant } = await ask(id);
        expect(variant).toBe(modelVersion === '1.1.0' ? 'green' : 'blue');
        if (variant === 'green') answered.push(id);
      }
      return answered;
    };
    expect(await byCandidate(0)).toEqual([]);
    const tenth = await byCandidate(0.1);
    // 40 expected; the chance to be outside of 20 to 60 is below .001.
    expect(Math.abs(tenth.length - 40)).toBeLessThan(20);
    const half = await byCandidate(0.5);
    expect(Math.abs(half.length - 200)).toBeLessThan(35);
    expect(half).toEqual(expect.arrayContaining(tenth));
    expect(await byCandidate(1)).toEqual(ids);
    // Each model was loaded once.
    expect(world.reads).toHaveLength(2);
  });

  test('has the candidate loaded before its first request, and lets chance decide without an inference id', async () => {
    release(0);
    expect((await ask()).variant).toBe('blue');
    expect(world.reads).toEqual(['models/1.0.0/model.tar.gz', 'models/1.1.0/model.tar.gz']);
    for (const [trafficShare, variant] of [
      [0.5, 'blue'],
      [0.51, 'green'],
    ] as const) {
      release(trafficShare);
      world.now = new Date(world.now.getTime() + 10_000);
      expect((await ask()).variant).toBe(variant);
    }
  });

  test('answers by the candidate of a release that is named, whatever its share, and counts and records nothing', async () => {
    serve('1.0.0', reference.classifier.onnx);
    await ask();
    world.logged.length = 0;
    release(0);
    world.percentage = 100;
    // The routing document that this instance knows has no candidate yet.
    const named = { rows: reference.rows, releaseId: 'release-1' };
    expect(await inference(named)).toMatchObject({ modelVersion: '1.1.0', variant: 'green' });
    expect(world.logged).toEqual([]);
    await writeRecords(props);
    expect(world.recorded.size).toBe(0);
    await expect(infer({ ...named, releaseId: 'release-9' }, props)).rejects.toThrow(
      'release release-9 is not in progress: release-1 is; omit releaseId',
    );
    // Callers by HTTP do not choose.
    const answer = await infer({ body: JSON.stringify(named) }, props);
    expect(JSON.parse((answer as { body: string }).body)).toMatchObject({ variant: 'blue' });
  });

  test('takes the traffic back within 10 seconds, or when it cannot read how it is', async () => {
    release(1);
    expect((await ask()).variant).toBe('green');
    world.now = new Date('2026-11-24T10:00:10Z');
    world.refusesToRead = true;
    expect((await ask()).variant).toBe('blue');
    world.refusesToRead = false;
    world.now = new Date('2026-11-24T10:00:20Z');
    expect((await ask()).variant).toBe('green');
    release(0);
    world.now = new Date('2026-11-24T10:00:30Z');
    expect((await ask()).variant).toBe('blue');
  });

  test("counts a candidate's failures as its own, and production serves on", async () => {
    release(0.51);
    world.objects.delete('models/1.1.0/model.tar.gz');
    await expect(ask()).rejects.toThrow('there is no object models/1.1.0/model.tar.gz');
    world.store('1.1.0', reference.regressor.onnx);
    await ask();
    release(0.5);
    world.now = new Date('2026-11-24T10:00:10Z');
    await ask();
    const dimensions = { Pipeline: 'churn', VariantName: 'green' };
    const failed = { namespace: 'ModelPipeline', name: 'Invocation5XXErrors', value: 1, unit: 'Count' };
    expect(world.metricsNamed('Invocation5XXErrors')).toEqual([
      { ...failed, dimensions, timestamp: Date.parse('2026-11-24T10:00:00Z') },
      {
        ...failed,
        dimensions: { ...dimensions, ReleaseId: 'release-1' },
        timestamp: Date.parse('2026-11-24T10:00:00Z'),
      },
    ]);
    const variants = world.metricsNamed('Invocations').map((metric) => metric.dimensions.VariantName);
    expect(variants).toEqual(['green', 'green', 'green', 'green', 'blue', 'blue']);
  });

  test('counts a mistake of the caller as such, and the time that the model takes', async () => {
    serve('1.0.0', reference.classifier.onnx);
    await expect(infer({ rows: [[1, 2]] }, props)).rejects.toMatchObject({ name: 'InvalidRows' });
    expect(world.metricsNamed('Invocation4XXErrors')).toMatchObject([{ value: 1 }]);
    let milliseconds = 100;
    await infer({ rows: reference.rows }, { ...props, stopwatch: () => (milliseconds += 2.5) });
    expect(world.metricsNamed('ModelLatency')).toMatchObject([
      { value: 2500, unit: 'Microseconds', dimensions: { Pipeline: 'churn', VariantName: 'blue' } },
    ]);
    expect(world.metricsNamed('Invocation5XXErrors')).toEqual([]);
  });

  test('fails as the candidate if that takes other rows than production, for the caller is not wrong', async () => {
    release(1);
    world.store('1.1.0', reference.twoFeatures.onnx);
    await expect(ask()).rejects.toThrow(
      'version 1.1.0 does not take rows that 1.0.0 in production takes: row 1 has 3 columns, but the model takes 2 features',
    );
    expect(world.metricsNamed('Invocation5XXErrors')).toHaveLength(2);
  });

  test('records requests and answers as SageMaker does', async () => {
    release(0.51);
    world.now = new Date('2026-11-24T10:07:08.009Z');
    await ask('order-1');
    await writeRecords(props);
    expect(world.recorded.size).toBe(0);
    world.percentage = 100;
    const { predictions, variant } = await ask('order-1');
    await writeRecords(props);
    const [[key, content] = []] = [...world.recorded];
    expect(key).toBe(`capture/churn-function/${variant}/2026/11/24/10/07-08-009-request-1.jsonl`);
    expect(parseCapture(content as string)).toEqual({
      requests: [
        {
          eventId: 'request-1',
          inferenceId: 'order-1',
          inferenceTime: '2026-11-24T10:07:08.009Z',
          rows: reference.rows,
          predictions,
        },
      ],
      unreadable: 0,
    });
  });

  test.each([
    ['1', '1.0.0'],
    ['2', '1.1.0'],
    ['$LATEST', '1.0.0'],
  ])(
    'where a release changes the function, version %s answers all its requests with %s',
    async (functionVersion, modelVersion) => {
      props = { ...props, functionVersion, random: () => 0 };
      for (const trafficShare of [0.01, 0.99]) {
        releaseFunction(trafficShare);
        expect((await ask()).modelVersion).toBe(modelVersion);
        expect((await ask('customer-1')).modelVersion).toBe(modelVersion);
      }
    },
  );

  test('records a share of the requests, the same ones whoever answers, and those of a smaller share among them', async () => {
    const recordedBy = async (trafficShare: number, share: number) => {
      release(trafficShare);
      world.now = new Date(world.now.getTime() + 10_000);
      world.percentage = share;
      world.recorded.clear();
      for (let request = 0; request < 400; request++) {
        await infer({ rows: reference.rows }, { ...props, eventId: `request-${request}` });
        await writeRecords(props);
      }
      return [...world.recorded.keys()].map((key) => key.replace(/.*(request-\d+)\.jsonl$/, '$1'));
    };
    const half = await recordedBy(0, 50);
    // 200 expected; the chance to be outside of 165 to 235 is below .001.
    expect(Math.abs(half.length - 200)).toBeLessThan(35);
    expect(await recordedBy(1, 50)).toEqual(half);
    expect(half).toEqual(expect.arrayContaining(await recordedBy(0, 10)));
  });

  async function inference(event: object) {
    const answer = await infer(event, props);
    if (!('predictions' in answer)) throw new Error('expected a direct answer');
    return answer;
  }
});

function route(modelVersion: string): NonNullable<RoutingDocument['production']> {
  return {
    modelVersion,
    variant: 'blue',
    modelName: 'churn-model',
    endpointConfigName: 'churn-config',
    modelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/1',
    since: '2026-11-24T09:00:00Z',
    ledgerSequence: 1,
  };
}
