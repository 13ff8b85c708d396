/**
 * @jest-environment ./test/lambda/serverless-inference/native-arrays.js
 */

import { logger } from '../../../lambda/aws/logger';
import { parseCapture } from '../../../lambda/domain/traffic/capture';
import reference from '../../reference/onnx-models.json';
import { candidateRoute } from '../pipeline-fixture';
import { again, queueEvent, StreamWorld } from './stream-world';

const [ROW] = reference.rows as [number[]];
const [AGE, PRICE, COMPLAINTS] = ROW;
const SCORE = reference.classifier.predictions[0] as number;
const GOOD = JSON.stringify(ROW);
/** Of which a model that takes a square root makes no number. */
const NEGATIVE = '[-1, 2, 3]';
const BAD = 'not a number';

describe('records of a stream', () => {
  let world: StreamWorld;

  beforeEach(() => {
    world = new StreamWorld();
    jest.spyOn(logger, 'warn').mockImplementation();
    jest.spyOn(logger, 'error').mockImplementation();
  });
  afterEach(() => jest.restoreAllMocks());

  /** Gives version 1.1.0, a regression, its share of the keys. */
  function release(trafficShare: number, onnx = reference.regressor.onnx): void {
    world.models.set('1.1.0', onnx);
    world.routing = { ...world.routing, candidate: candidateRoute({ modelVersion: '1.1.0', trafficShare }) };
  }

  const byId = () => Object.fromEntries(world.output.map(({ id, modelVersion }) => [id, modelVersion]));

  test('are scored as scikit-learn scores them, and say which version answered', async () => {
    expect(await again(queueEvent([GOOD]), world.streamInstance())).toEqual([]);
    expect(world.output).toEqual([
      {
        id: 'm1',
        inferenceId: 'm1',
        pipeline: 'churn',
        stream: 'Customers',
        key: 'm1',
        time: '2026-11-24T09:59:00.000Z',
        modelVersion: '1.0.0',
        variant: 'blue',
        prediction: expect.closeTo(SCORE, 6),
      },
    ]);
  });

  test.each([
    ['a JSON list', GOOD],
    ['a line of CSV', `${ROW.join(',')}\n`],
    ['a JSON object', JSON.stringify({ complaints: COMPLAINTS, age: AGE, price: PRICE })],
  ])('are taken as %s', async (_, body) => {
    await again(queueEvent([body]), world.streamInstance());
    expect(world.output).toMatchObject([{ prediction: expect.closeTo(SCORE, 6) }]);
  });

  test('carry fields that the model does not take, and are known by the field of their key', async () => {
    const body = { age: AGE, price: PRICE, complaints: COMPLAINTS, customer: 17, note: { of: 'nobody' } };
    const props = world.streamInstance({ keyField: 'customer', carriedFields: ['customer', 'note'] });
    await again(queueEvent([JSON.stringify(body)]), props);
    expect(world.output).toMatchObject([
      { key: '17', carried: { customer: 17, note: { of: 'nobody' } }, prediction: expect.closeTo(SCORE, 6) },
    ]);
  });

  test('are counted and recorded as requests are, by the id that labels refer to', async () => {
    world.percentage = 100;
    const props = world.streamInstance();
    await again(queueEvent([GOOD, GOOD]), props);
    await world.recorder.flush(new AbortController().signal);
    const recorded = [...world.recorded.values()].flatMap((content) => parseCapture(content).requests);
    expect(recorded).toMatchObject([{ eventId: 'm1' }, { eventId: 'm2' }]);
    expect([...world.recorded.keys()]).toEqual([expect.stringMatching(/^capture\/churn-function\/blue\//)]);
    expect(world.metricsNamed('Invocations')).toHaveLength(2);
    expect(world.metricsNamed('ScoredRecords')).toMatchObject([
      { value: 2, dimensions: { Pipeline: 'churn', Stream: 'Customers' } },
      { value: 2, dimensions: { Pipeline: 'churn', Stream: 'Customers', ModelVersion: '1.0.0' } },
    ]);
    expect(world.metricsNamed('RecordAge')).toMatchObject([{ value: 60_000, unit: 'Milliseconds' }]);
  });

  describe('during a release', () => {
    test('are scored by one version a key, in each instance, and by both in their shares', async () => {
      release(0.3);
      const props = { keyField: 'customer', carriedFields: ['customer'] };
      const bodies = Array.from({ length: 200 }, (_, index) =>
        JSON.stringify({ age: 1, price: 2, complaints: 3, customer: `c${index % 100}` }),
      );
      await again(queueEvent(bodies.slice(0, 100)), world.streamInstance(props));
      await again(queueEvent(bodies.slice(100)), world.streamInstance(props));
      const versions = new Map<string, Set<string>>();
      for (const { key, modelVersion } of world.output)
        versions.set(key, (versions.get(key) ?? new Set()).add(modelVersion));
      expect(versions.size).toBe(100);
      expect([...versions.values()].every(({ size }) => size === 1)).toBe(true);
      const ofCandidate = [...versions.values()].filter((found) => found.has('1.1.0')).length;
      expect(ofCandidate).toBeGreaterThan(15);
      expect(ofCandidate).toBeLessThan(45);
    });

    test('follow it without a restart, when the routing document is read again', async () => {
      const props = world.streamInstance();
      await again(queueEvent([GOOD]), props);
      release(1);
      world.now = new Date(world.now.getTime() + 10_000);
      await again(queueEvent(['[1,2,3]', GOOD]), props);
      expect(world.output.map(({ modelVersion }) => modelVersion)).toEqual(['1.0.0', '1.1.0', '1.1.0']);
    });

    test.each([
      ['takes fewer columns than production', reference.twoFeatures.onnx],
      ['answers no number', reference.notANumber.onnx],
    ])('wait for production if the candidate %s', async (_, onnx) => {
      release(1, onnx);
      expect(await again(queueEvent([NEGATIVE]), world.streamInstance())).toEqual(['m1']);
      expect([world.output, world.deadLetters]).toEqual([[], []]);
      expect(world.metricsNamed('Invocation5XXErrors')).toHaveLength(2);
    });
  });

  describe('that cannot be scored', () => {
    test.each([
      ['empty', ' \n', /has no data/],
      ['content', '{"age": 1,', /is not JSON/],
      ['content', '1,2,3\n4,5,6', /is not a line of CSV: there are 2 lines/],
      ['row', '{"age": 1, "price": 2, "complaints": 3, "shoes": 4}', /a column 'shoes'/],
      ['row', '{"age": 1, "price": 2}', /has no column 'complaints'/],
      ['row', '{"age": 1, "price": 2, "complaints": "many"}', /column 'complaints' is "many"/],
      ['row', '{"age": 1, "price": 2, "complaints": {"a": 1}}', /takes a number/],
      ['row', '[1, 2]', /2 columns, but the model takes 3/],
      ['row', '{"__proto__": 1}', /a column '__proto__'/],
      ['row', BAD, /1 columns/],
    ])('go to the dead letters for the reason %s: %s', async (reason, body, message) => {
      expect(await again(queueEvent([GOOD, body, GOOD], ['g', 'g', 'g']), world.streamInstance())).toEqual(
        [],
      );
      expect(world.output.map(({ id }) => id)).toEqual(['m1', 'm3']);
      expect(world.deadLetters).toEqual([
        {
          id: 'm2',
          pipeline: 'churn',
          stream: 'Customers',
          reason,
          message: expect.stringMatching(message),
          place: {
            queue: 'arn:aws:sqs:eu-central-1:111111111111:customers',
            messageId: 'm2',
            sequenceNumber: '2',
          },
          time: '2026-11-24T09:59:00.000Z',
          ...(reason === 'row' && { modelVersion: '1.0.0' }),
          data: { encoding: 'utf8', content: body },
        },
      ]);
      expect(world.metricsNamed('PoisonRecords')).toMatchObject([
        { value: 1 },
        { value: 1, dimensions: { Pipeline: 'churn', Stream: 'Customers', Reason: reason } },
      ]);
    });

    test('are those with lists nested deeper than JSON can be written', async () => {
      const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
      expect(await again(queueEvent([deep, `[1, 2, ${deep}]`]), world.streamInstance())).toEqual([]);
      expect(world.deadLetters).toMatchObject([{ reason: 'row' }, { reason: 'row' }]);
    });

    test.each([
      ['a list', GOOD, /a list, whose cells have no names/],
      ['no such field', '{"age": 1}', /no such field/],
      ['an object', '{"customer": {"id": 1}}', /it is \{"id":1\}/],
      ['nothing', '{"customer": null}', /it is null/],
    ])('are those with %s for a key', async (_, body, message) => {
      await again(queueEvent([body]), world.streamInstance({ keyField: 'customer' }));
      expect(world.deadLetters).toMatchObject([{ reason: 'key', message: expect.stringMatching(message) }]);
    });

    test('are those that the version in production answers with no number', async () => {
      world.models.set('1.0.0', reference.notANumber.onnx);
      expect(await again(queueEvent([NEGATIVE]), world.streamInstance())).toEqual([]);
      expect(world.deadLetters).toMatchObject([{ reason: 'answer', modelVersion: '1.0.0' }]);
    });

    test('are delivered again while the queue of dead letters does not take them', async () => {
      world.deadLettersAreDown = true;
      expect(await again(queueEvent([GOOD, BAD]), world.streamInstance())).toEqual(['m2']);
      expect(world.metricsNamed('FailedRecords')).toMatchObject([{ value: 1 }]);
    });
  });

  test('that the output never takes go to the dead letters', async () => {
    world.unfit.set('m1', '2000000 bytes');
    expect(await again(queueEvent([GOOD, GOOD]), world.streamInstance())).toEqual([]);
    expect(world.deadLetters).toMatchObject([{ id: 'm1', reason: 'output', message: '2000000 bytes' }]);
    expect(world.output).toMatchObject([{ id: 'm2' }]);
  });

  describe('that fail', () => {
    test('are delivered again, and no others of a standard queue', async () => {
      world.refused.add('m2');
      expect(await again(queueEvent([GOOD, GOOD, GOOD]), world.streamInstance())).toEqual(['m2']);
      expect(world.metricsNamed('ScoredRecords')[0]).toMatchObject({ value: 2 });
    });

    test('are delivered again with all that follow them in their group of a FIFO queue', async () => {
      world.refused.add('m2');
      const groups = ['a', 'b', 'a', 'b', 'c'];
      expect(await again(queueEvent(Array(5).fill(GOOD), groups), world.streamInstance())).toEqual([
        'm2',
        'm4',
      ]);
    });

    test.each([
      ['behind one of their group', true],
      ['of an event that Lambda delivers again as a whole', false],
    ])(
      'are not buried if they cannot be scored and are delivered again: %s',
      async (_, reportsItemFailures) => {
        world.refused.add('m2');
        const groups = reportsItemFailures ? ['a', 'b', 'b'] : ['a', 'b', 'c'];
        const props = world.streamInstance({ reportsItemFailures });
        const failed = await again(queueEvent([GOOD, GOOD, BAD], groups), props);
        expect(failed).toEqual(reportsItemFailures ? ['m2', 'm3'] : ['m1', 'm2', 'm3']);
        expect(world.deadLetters).toEqual([]);
        world.refused.clear();
        expect(await again(queueEvent([GOOD, GOOD, BAD], groups), props)).toEqual([]);
        expect(world.deadLetters).toMatchObject([{ id: 'm3' }]);
      },
    );

    test('keep those that follow them in their group from being scored', async () => {
      world.models.set('1.1.0', reference.twoFeatures.onnx);
      release(0.5, reference.twoFeatures.onnx);
      const keys = Array.from({ length: 8 }, (_, index) => `c${index}`);
      const bodies = keys.flatMap((customer) =>
        [1, 2].map((age) => JSON.stringify({ age, price: 2, complaints: 3, customer })),
      );
      const groups = keys.flatMap((key) => [key, key]);
      const props = world.streamInstance({ keyField: 'customer', carriedFields: ['customer'] });
      const failed = await again(queueEvent(bodies, groups), props);
      expect(failed.length).toBeGreaterThan(0);
      expect(failed.length % 2).toBe(0);
      expect(Object.keys(byId())).toHaveLength(16 - failed.length);
      expect(world.metricsNamed('Invocation5XXErrors')).toHaveLength(failed.length);
    });

    test('are all delivered again if nothing tells which version answers', async () => {
      world.refusesToRead = true;
      expect(await again(queueEvent([GOOD, GOOD]), world.streamInstance())).toEqual(['m1', 'm2']);
      world.refusesToRead = false;
      world.routing = { version: 1, endpointName: 'churn' };
      expect(await again(queueEvent([GOOD]), world.streamInstance())).toEqual(['m1']);
      expect([world.output, world.deadLetters]).toEqual([[], []]);
    });
  });
});
