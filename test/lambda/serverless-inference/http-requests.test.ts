/**
 * @jest-environment ./test/lambda/serverless-inference/native-arrays.js
 */

import fc from 'fast-check';
import type { ModelSignature } from '../../../contracts/model-signature';
import { logger } from '../../../lambda/aws/logger';
import type { HttpAnswer } from '../../../lambda/domain/http/http-fault';
import { LoadedModels } from '../../../lambda/inference/loaded-models';
import type { InferProps } from '../../../lambda/serverless-inference/infer';
import { RequestCopier } from '../../../lambda/serverless-inference/request-copier';
import reference from '../../reference/onnx-models.json';
import { anyEvent, HTTP_BODIES, predictionsEvent } from '../http-events';
import { candidateRoute } from '../pipeline-fixture';
import { InferenceWorld, infer } from './inference-world';

const SIGNATURE: ModelSignature = {
  version: 1,
  inputs: [
    { name: 'age', type: 'number', optional: false, range: { minimum: 18, maximum: 90 } },
    { name: 'größe', type: 'number', optional: false, range: { minimum: 0, maximum: 5 } },
    { name: 'calls', type: 'number', optional: true },
  ],
  outputs: [{ name: 'left', type: 'probability' }],
};

describe('HTTP requests to the function', () => {
  let world: InferenceWorld;
  let props: InferProps;

  beforeEach(() => {
    world = new InferenceWorld();
    const { production } = { production: candidateRoute({ modelVersion: '1.0.0' }) };
    world.routing = {
      ...world.routing,
      production: {
        modelVersion: production.modelVersion,
        variant: 'blue',
        modelName: 'churn-1',
        modelPackageArn: 'arn',
        since: '2026-11-24T09:00:00.000Z',
        ledgerSequence: 1,
      },
    };
    const onnx = Buffer.from(reference.classifier.onnx, 'base64');
    props = {
      ...world.instance(),
      models: new LoadedModels({ read: async () => ({ onnx, signature: SIGNATURE }) }),
    };
    jest.spyOn(logger, 'warn').mockImplementation();
  });
  afterEach(() => jest.restoreAllMocks());

  const request = predictionsEvent;
  const answerTo = async (event: unknown) => (await infer(event, props)) as HttpAnswer;
  const problemOf = async (event: unknown) => JSON.parse((await answerTo(event)).body) as object;
  const rows = (...list: unknown[]) => JSON.stringify({ rows: list });

  test.each<[string, object, number, RegExp]>([
    ['GET', request(undefined, { method: 'GET' }), 405, /send rows with POST, not GET/],
    ['no body', request(), 400, /the request has no body/],
    ['an empty body', request(''), 400, /the request has no body/],
    ['a form', request('a=1', { type: 'application/x-www-form-urlencoded' }), 415, /send application\/json/],
    ['plain text', request(rows([1, 2, 3]), { type: 'text/plain' }), 415, /send application\/json/],
    ['half a body', request('{"rows": [[1, 2'), 400, /body is not JSON/],
    ['NaN', request('{"rows": [[NaN, 1, 2]]}'), 400, /body is not JSON/],
    ['bytes that are not UTF-8', request('/w==', { base64: true }), 400, /the body is not UTF-8/],
    ['a list', request('[]'), 400, /expected object/],
    ['no rows', request(rows()), 400, /expected array of at least 1/],
  ])('answer a problem to %s', async (_title, event, status, detail) => {
    const answer = await answerTo(event);
    expect(answer).toMatchObject({
      statusCode: status,
      headers: { 'content-type': 'application/problem+json' },
    });
    expect(JSON.parse(answer.body)).toMatchObject({
      type: 'about:blank',
      status,
      detail: expect.stringMatching(detail),
    });
  });

  test('name the cell that is at fault', async () => {
    expect(await problemOf(request(rows([20, 1, 1], { age: 20, größe: 'tall' })))).toMatchObject({
      title: 'Bad Request',
      detail: `row 2, column 'größe' is "tall", but the model takes a number`,
      field: 'rows[1].größe',
    });
    expect(await problemOf(request(rows({ age: 20 })))).toMatchObject({ field: 'rows[0].größe' });
    expect(await problemOf(request(rows({ age: 1, größe: 1, height: 2 })))).toMatchObject({
      field: 'rows[0].height',
    });
    expect(await problemOf(request(rows([1, 2])))).toMatchObject({ field: 'rows[0]' });
  });

  test('are warned of numbers that the training data had none like', async () => {
    const inRange = await answerTo(request(rows([20, 1, 1])));
    expect(inRange.headers).toEqual({ 'content-type': 'application/json' });
    const outside = await answerTo(request(rows([20, 1, 1], [17, 6, 900], { age: 91, größe: 5 })));
    expect(outside).toMatchObject({
      statusCode: 200,
      headers: {
        'model-out-of-range': '"age";row=2, "gr%C3%B6%C3%9Fe";row=2, "age";row=3',
        'model-out-of-range-count': '3',
      },
    });
    const many = await answerTo(request(rows(...Array.from({ length: 2_000 }, () => [1, 1, 1]))));
    expect(many.headers['model-out-of-range-count']).toBe('2000');
    expect(many.headers['model-out-of-range']?.length).toBeLessThan(4_097);
  });

  test('may be nested deeper than JSON can be written, also while copies go to a shadow', async () => {
    const deep = `${'['.repeat(100_000)}1${']'.repeat(100_000)}`;
    world.routing = {
      ...world.routing,
      candidate: candidateRoute({ modelVersion: '1.1.0', trafficShare: 0 }),
      shadow: { modelVersion: '1.1.0', variant: 'shadow', modelName: 'churn-2' },
    };
    const copier = new RequestCopier({ shadow: { send: async () => {} }, share: 1 });
    props = { ...props, copier };
    for (const body of [
      `{"rows": ${deep}}`,
      `{"rows": [[1, 2, ${deep}]]}`,
      `{"inputs": {"age": ${deep}}}`,
      deep,
    ]) {
      expect(await answerTo(request(body))).toMatchObject({ statusCode: 400 });
    }
    expect(world.metricsNamed('Invocation5XXErrors')).toEqual([]);
  });

  test('get an answer or a problem of theirs, and nothing of other requests, whatever the body', async () => {
    const secret = 1234.5678;
    await answerTo(request(rows([secret, 1, 1])));
    await fc.assert(
      fc.asyncProperty(anyEvent(['age', 'größe', 'calls']), async (given) => {
        const answer = await answerTo(given);
        expect([200, 400, 415]).toContain(answer.statusCode);
        expect(answer.body).not.toContain(String(secret));
        expect(answer.body).not.toMatch(/\.[jt]s:\d+/);
        if (answer.statusCode !== 200) return;
        expect(JSON.parse(answer.body)).toMatchObject({ modelVersion: '1.0.0', variant: 'blue' });
      }),
      { numRuns: HTTP_BODIES, seed: 15 },
    );
    expect(({} as { age?: unknown }).age).toBeUndefined();
    expect(world.metricsNamed('Invocation5XXErrors')).toEqual([]);
  });
});
