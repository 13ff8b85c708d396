import { ModelError, ServiceUnavailable } from '@aws-sdk/client-sagemaker-runtime';
import fc from 'fast-check';
import * as z from 'zod';
import type { ModelSignature } from '../../../contracts/model-signature';
import { logger } from '../../../lambda/aws/logger';
import type { HttpAnswer } from '../../../lambda/domain/http/http-fault';
import type { RoutingDocument } from '../../../lambda/domain/release/routing';
import { answerHttp } from '../../../lambda/inference-api/answer-http';
import { Champion } from '../../../lambda/inference-api/champion';
import { EndpointModel } from '../../../lambda/inference-api/endpoint-model';
import { anyEvent, HTTP_BODIES } from '../http-events';
import { candidateRoute } from '../pipeline-fixture';

const SIGNATURE: ModelSignature = {
  version: 1,
  inputs: [
    { name: 'age', type: 'number', optional: true, range: { minimum: 18, maximum: 90 } },
    { name: 'plan', type: 'category', optional: false, categories: ['basic', 'pro'] },
    { name: 'calls', type: 'integer', optional: false },
  ],
  outputs: [{ name: 'left', type: 'probability' }],
};
const PRODUCTION = {
  modelVersion: '1.2.0',
  variant: 'blue',
  modelName: 'churn-1',
  modelPackageArn: 'arn',
  since: '2026-11-24T09:00:00.000Z',
  ledgerSequence: 3,
} as const;

interface Content {
  readonly 'application/json': { readonly schema: Parameters<typeof z.fromJSONSchema>[0] };
}

describe('the function of the HTTP API', () => {
  let routing: RoutingDocument;
  let signature: ModelSignature | undefined;
  let sent: Record<string, unknown>[];
  let reply: () => object;

  beforeEach(() => {
    routing = { version: 1, endpointName: 'churn', production: PRODUCTION };
    signature = SIGNATURE;
    sent = [];
    reply = () => ({
      Body: Buffer.from('0.25\n0.5\n'),
      ContentType: 'text/csv',
      InvokedProductionVariant: 'blue',
    });
    jest.spyOn(logger, 'error').mockImplementation();
  });
  afterEach(() => jest.restoreAllMocks());

  const send = async ({ input }: { readonly input: Record<string, unknown> }) => {
    sent.push({ ...input, Body: Buffer.from(input.Body as Uint8Array).toString() });
    return reply();
  };

  /** The answer with its body as JSON. */
  async function ask(routeKey: string, body?: unknown, { hasEndpoint = true } = {}) {
    const [method, path] = routeKey.split(' ');
    const event = {
      version: '2.0',
      rawPath: path,
      headers: { 'content-type': 'application/json' },
      requestContext: { http: { method } },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      isBase64Encoded: false,
    };
    const champion = new Champion({
      routing: { current: async () => routing },
      store: { tryReadJson: async () => signature as never },
    });
    const endpoint = new EndpointModel({ runtime: { send } as never, endpointName: 'churn' });
    const answer: HttpAnswer = await answerHttp(event, {
      pipelineName: 'churn',
      security: { kind: 'iam' },
      champion,
      endpoint: hasEndpoint ? endpoint : undefined,
    });
    return { ...answer, body: JSON.parse(answer.body) as Record<string, unknown> };
  }
  const predict = (body: unknown) => ask('POST /predictions', body);
  const ROWS = { rows: [[20, 'basic', 1], { plan: 'a "pro", or so', calls: 2 }] };

  test('sends rows to the endpoint as CSV, in the order of the signature, and tells which version answered', async () => {
    expect(await predict({ ...ROWS, inferenceId: 'order-1' })).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: { predictions: [0.25, 0.5], modelVersion: '1.2.0', variant: 'blue' },
    });
    expect(sent).toEqual([
      {
        EndpointName: 'churn',
        InferenceId: 'order-1',
        ContentType: 'text/csv',
        Accept: 'text/csv',
        Body: '20,basic,1\n,"a ""pro"", or so",2',
      },
    ]);
  });

  test('names the candidate where its variant answered, and gives each class of several its number', async () => {
    routing = { ...routing, candidate: candidateRoute({ modelVersion: '1.3.0', trafficShare: 0.1 }) };
    reply = () => ({
      Body: Buffer.from('[[0.1, 0.9], [0.2, 0.8]]'),
      ContentType: 'application/json',
      InvokedProductionVariant: 'green',
    });
    expect((await predict(ROWS)).body).toEqual({
      predictions: [
        [0.1, 0.9],
        [0.2, 0.8],
      ],
      modelVersion: '1.3.0',
      variant: 'green',
    });
  });

  test.each([
    [[['x', 'pro', 1]], 'row 1, column \'age\' is "x", but the model takes a number', 'rows[0].age'],
    [[[1, 2, 3]], "row 1, column 'plan' is 2, but the model takes a text", 'rows[0].plan'],
    [
      [{ plan: 'pro', calls: 1.5 }],
      "column 'calls' is 1.5, but the model takes a whole number",
      'rows[0].calls',
    ],
    [[{ plan: 'pro' }], "row 1 has no column 'calls'", 'rows[0].calls'],
    [[{ plan: null, calls: 1 }], "row 1, column 'plan' is null, but the model needs a value", 'rows[0].plan'],
    [[{ plan: 'pro', calls: 1, x: 1 }], "row 1 has a column 'x'", 'rows[0].x'],
    [[[1]], 'row 1 has 1 columns, but the model takes 3 features', 'rows[0]'],
  ])('refuses the rows %j, and names the cell', async (rows, detail, field) => {
    const { statusCode, body } = await predict({ rows });
    expect(statusCode).toBe(400);
    expect(body).toMatchObject({ detail: expect.stringContaining(detail), field });
    expect(sent).toEqual([]);
  });

  test('refuses an inferenceId that SageMaker would refuse', async () => {
    expect(await predict({ ...ROWS, inferenceId: 'ö' })).toMatchObject({
      statusCode: 400,
      body: { field: 'inferenceId' },
    });
  });

  test('gives an answer or a problem of the request, whatever its body', async () => {
    const champion = new Champion({
      routing: { current: async () => routing },
      store: { tryReadJson: async () => signature as never },
    });
    const endpoint = { predict: async () => ({ predictions: [1], modelVersion: '1.2.0', variant: 'blue' }) };
    await fc.assert(
      fc.asyncProperty(anyEvent(['age', 'plan', 'calls']), async (event) => {
        const { statusCode, body } = await answerHttp(event, {
          pipelineName: 'churn',
          security: { kind: 'none' },
          champion,
          endpoint,
        });
        expect([200, 400, 415]).toContain(statusCode);
        expect(body).not.toMatch(/\.[jt]s:\d+/);
      }),
      { numRuns: HTTP_BODIES, seed: 16 },
    );
    const deep = `{"rows": [[1, "pro", ${'['.repeat(100_000)}${']'.repeat(100_000)}]]}`;
    expect((await predict(deep)).statusCode).toBe(400);
  });

  test('warns of numbers beyond the training data', async () => {
    const { headers } = await predict({
      rows: [
        [17, 'pro', 1],
        [20, 'pro', 1],
      ],
    });
    expect(headers).toMatchObject({ 'model-out-of-range': '"age";row=1', 'model-out-of-range-count': '1' });
  });

  test.each<[string, () => object, number, string]>([
    [
      'a model that fails',
      () => {
        throw new ModelError({ message: 'Traceback: secret of another row', $metadata: {} });
      },
      502,
      'the model failed',
    ],
    [
      'an endpoint without capacity',
      () => {
        throw new ServiceUnavailable({ message: 'x', $metadata: {} });
      },
      503,
      'the endpoint has no capacity left; try again',
    ],
    [
      'an endpoint that is too slow',
      () => {
        throw Object.assign(new Error('aborted'), { name: 'AbortError' });
      },
      504,
      'the model did not answer within 25 seconds',
    ],
    [
      'text',
      () => ({ Body: Buffer.from('yes'), ContentType: 'text/plain' }),
      502,
      'the model answered with what is not numbers',
    ],
    [
      'too few numbers',
      () => ({ Body: Buffer.from('1\n2\n3'), ContentType: 'text/csv' }),
      502,
      'the model answered 2 rows with 3 numbers',
    ],
  ])('answers %s as a failure of the model, which it logs', async (_title, fail, status, detail) => {
    reply = fail;
    const { statusCode, body } = await predict(ROWS);
    expect(statusCode).toBe(status);
    expect(body).toEqual({ type: 'about:blank', title: expect.any(String), status, detail });
    expect(logger.error).toHaveBeenCalledTimes(1);
  });

  test('describes the version in production', async () => {
    routing = { ...routing, candidate: candidateRoute({ modelVersion: '1.3.0', trafficShare: 0.1 }) };
    expect((await ask('GET /version')).body).toEqual({
      modelVersion: '1.2.0',
      variant: 'blue',
      since: '2026-11-24T09:00:00.000Z',
      candidate: { modelVersion: '1.3.0', trafficShare: 0.1 },
    });
    expect((await ask('GET /health')).body).toEqual({ status: 'pass', modelVersion: '1.2.0' });
    expect((await ask('GET /prod/schema')).body).toEqual({
      modelVersion: '1.2.0',
      inputs: SIGNATURE.inputs,
      outputs: SIGNATURE.outputs,
    });
  });

  test('describes its routes, as they answer, and how callers identify themselves', async () => {
    routing = { ...routing, candidate: candidateRoute({ modelVersion: '1.3.0', trafficShare: 0.1 }) };
    const { body } = await ask('GET /openapi.json');
    expect(body).toMatchObject({
      openapi: '3.1.1',
      info: { title: 'churn', version: '1.2.0' },
      security: [{ sigv4: [] }],
      components: { securitySchemes: { sigv4: { type: 'apiKey', name: 'Authorization', in: 'header' } } },
      paths: { '/predictions': { post: { operationId: 'predict' } } },
    });
    const paths = body.paths as Record<string, { get: { responses: { 200: { content: Content } } } }>;
    for (const path of ['/openapi.json', '/schema', '/version', '/health']) {
      const schema = paths[path]?.get.responses[200].content['application/json'].schema;
      const { success } = z.fromJSONSchema(schema ?? false).safeParse((await ask(`GET ${path}`)).body);
      expect({ path, success }).toEqual({ path, success: true });
    }
  });

  test('says what there is not: a version, a signature, a path, rows that a function gets', async () => {
    const problem = async (routeKey: string, options?: { hasEndpoint: boolean }) => {
      const { statusCode, body } = await ask(routeKey, undefined, options);
      return [statusCode, body.detail];
    };
    expect(await problem('GET /constructor')).toEqual([404, 'there is no /constructor']);
    expect(await problem('POST /predictions', { hasEndpoint: false })).toEqual([
      404,
      'rows of this model do not come here',
    ]);
    signature = undefined;
    expect(await problem('GET /schema')).toEqual([404, 'version 1.2.0 of the model has no signature']);
    routing = { version: 1, endpointName: 'churn' };
    expect(await problem('GET /health')).toEqual([503, 'no version of the model is in production yet']);
  });

  test('fails for events that are not of HTTP', async () => {
    await expect(answerHttp({ rows: [] }, {} as never)).rejects.toThrow('not an HTTP request');
  });
});
