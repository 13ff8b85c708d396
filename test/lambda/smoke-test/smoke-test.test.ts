import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { SmokeTestSettings } from '../../../contracts/functions/release';
import type { ModelSignature } from '../../../contracts/model-signature';
import { ArtifactStore } from '../../../lambda/aws/store';
import type { GivenRequest } from '../../../lambda/smoke-test/given-request';
import { smokeTest } from '../../../lambda/smoke-test/smoke-test';
import { ServiceFixture } from '../../local/services/service-fixture';

const EVENT = {
  releaseId: 'release-1',
  variant: 'green',
  modelVersion: '1.2.0',
  dataVersion: '0123456789abcdef',
};
const DATASET = 'datasets/0123456789abcdef';

describe('smokeTest', () => {
  const fixture = new ServiceFixture();
  const asked: { url?: string; headers: IncomingMessage['headers']; body: string }[] = [];
  type Answer = { status: number; body: string; failure?: boolean; type?: string };
  let variant: (row: string) => Answer;
  let theFunction: (event: string) => Answer;
  let requests: GivenRequest[];
  let millis: number;
  /** How much later it is at each look at the stopwatch. */
  let requestMillis: number;
  let server: Server;
  let store: ArtifactStore;
  let runtime: SageMakerRuntimeClient;
  let lambda: LambdaClient;

  beforeAll(async () => {
    await fixture.cloud.start();
    const s3 = new S3Client({ ...fixture.config(), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'artifacts' }));
    store = new ArtifactStore(s3, 'artifacts');
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const row = Buffer.concat(chunks).toString();
      asked.push({ url: request.url, headers: request.headers, body: row });
      const {
        status,
        body,
        failure,
        type = 'text/csv',
      } = (request.url?.includes('/functions/') ? theFunction : variant)(row);
      response.writeHead(status, {
        'content-type': status === 200 ? type : 'application/json',
        ...(failure && { 'x-amz-function-error': 'Unhandled' }),
      });
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const served = {
      ...fixture.config(),
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      maxAttempts: 1,
    };
    runtime = new SageMakerRuntimeClient(served);
    lambda = new LambdaClient(served);
  });
  beforeEach(async () => {
    asked.length = 0;
    requests = [];
    millis = 0;
    requestMillis = 30;
    variant = (row) => ({ status: 200, body: `${Number(row.split(',')[0]) / 10}\n` });
    await store.write(`${DATASET}/samples.csv`, '1,7\n2,8\n3,9\n');
    await store.write(`${DATASET}/scores/1.2.0/features.csv.out`, '0.1\n0.2\n0.3\n0.4\n');
  });
  afterAll(async () => {
    await fixture.cloud.stop();
    await new Promise((resolve) => server.close(resolve));
  });

  const run = (changes: object = {}, settings: SmokeTestSettings = { endpoint: 'realTime' }) =>
    smokeTest(
      { ...EVENT, ...changes },
      {
        store,
        runtime,
        lambda,
        endpointName: 'churn',
        settings,
        requests,
        stopwatch: () => (millis += requestMillis),
      },
    );

  test('asks the variant itself with each sample, as CSV for CSV, and compares with the evaluation', async () => {
    expect(await run()).toEqual({
      passed: true,
      reasons: ['green answered 3 samples, 3 of them compared with the evaluation'],
    });
    expect(asked.map(({ body }) => body)).toEqual(['1,7', '2,8', '3,9']);
    for (const { url, headers } of asked) {
      expect(url).toBe('/endpoints/churn/invocations');
      expect(headers).toMatchObject({
        'content-type': 'text/csv',
        accept: 'text/csv',
        'x-amzn-sagemaker-target-variant': 'green',
      });
    }
  });

  describe('warms up a version that has no traffic yet', () => {
    test('with 50 requests an instance, marked so that monitors leave them out', async () => {
      expect((await run({ instances: 3 })).reasons).toEqual([
        'green answered 3 samples, 3 of them compared with the evaluation',
        'green answered 150 requests to warm up',
      ]);
      expect(asked).toHaveLength(3 + 150);
      expect(new Set(asked.map(({ body }) => body))).toEqual(new Set(['1,7', '2,8', '3,9']));
      for (const { headers } of asked) {
        expect(headers).toMatchObject({
          'x-amzn-sagemaker-target-variant': 'green',
          'x-amzn-sagemaker-inference-id': 'model-pipeline-smoke-test',
        });
      }
    });

    test('and fails if one of those requests fails', async () => {
      variant = (row) => ({
        status: asked.length === 30 ? 500 : 200,
        body: `${Number(row.split(',')[0]) / 10}`,
      });
      const { passed, reasons } = await run({ instances: 1 });
      expect(passed).toBe(false);
      expect(reasons).toEqual([expect.stringMatching(/^request \d+ to warm up: /)]);
    });

    test('for a minute at most', async () => {
      requestMillis = 10_000;
      expect((await run({ instances: 10 })).reasons).toEqual([
        'green answered 3 samples, 3 of them compared with the evaluation',
        'green answered 5 requests to warm up',
      ]);
    });

    test('but not if it fails its smoke test', async () => {
      variant = () => ({ status: 500, body: '' });
      expect((await run({ instances: 1 })).passed).toBe(false);
      // Each sample, and all of them in one request, which tells why none was answered.
      expect(asked.map(({ body }) => body)).toEqual(['1,7', '2,8', '3,9', '1,7\n2,8\n3,9\n']);
    });
  });

  test.each([
    ['', "should be one number, but is ''"],
    ['nan', "should be numbers, but is 'nan'"],
    ['0.1\n0.2', "should be one number, but is '0.1, 0.2'"],
    ['"0.1', 'should be numbers'],
    ['<html>', "but is '<html>'"],
  ])('fails if the answer is %j', async (body, problem) => {
    variant = () => ({ status: 200, body });
    const { passed, reasons } = await run({ modelVersion: '9.0.0' });
    expect(passed).toBe(false);
    expect(reasons[0]).toContain(problem);
  });

  test('compares nothing where the evaluation left no scores', async () => {
    expect(await run({ modelVersion: '9.0.0' })).toMatchObject({
      passed: true,
      reasons: ['green answered 3 samples, 0 of them compared with the evaluation'],
    });
  });

  test('fails if an answer is not what the evaluation had', async () => {
    await store.write(`${DATASET}/scores/1.2.0/features.csv.out`, '0.1\n0.7\n0.3\n');
    expect(await run()).toMatchObject({
      passed: false,
      reasons: ['sample 2: the answer is 0.2, but the evaluation of this version had 0.7 for the same row'],
    });
  });

  test('fails if a score of the evaluation is not a number', async () => {
    await store.write(`${DATASET}/scores/1.2.0/features.csv.out`, '0.1\nnan\n0.3\n');
    expect(await run()).toMatchObject({ passed: false, reasons: [expect.stringContaining('sample 2')] });
  });

  test('fails with the errors of the variant, the first five', async () => {
    await store.write(`${DATASET}/samples.csv`, '1\n2\n3\n4\n5\n6\n');
    variant = () => ({ status: 424, body: JSON.stringify({ Message: 'model is broken' }) });
    const { passed, reasons } = await run();
    expect(passed).toBe(false);
    expect(reasons).toHaveLength(5);
    expect(reasons[0]).toMatch(/^sample 1: .*model is broken/);
  });

  test('says that a version answers several rows, but no single one', async () => {
    variant = (body) => {
      const rows = body.trim().split('\n');
      return rows.length === 1
        ? { status: 424, body: JSON.stringify({ Message: 'Expected 2D array, got 1D array' }) }
        : { status: 200, body: rows.map((row) => `${Number(row.split(',')[0]) / 10}\n`).join('') };
    };
    const { passed, reasons } = await run();
    expect(passed).toBe(false);
    expect(reasons[0]).toBe(
      "green answers several rows in one request, but no single row: the default input_fn of AWS's scikit-learn image makes a single CSV row one-dimensional, so define an input_fn that returns two dimensions",
    );
    expect(reasons[1]).toMatch(/^sample 1: .*Expected 2D array/);
    expect(asked.at(-1)?.body).toBe('1,7\n2,8\n3,9\n');
  });

  test('says how a script gives its answer a content type, if it has none', async () => {
    variant = () => ({ status: 200, body: '0.5', type: 'text/html; charset=utf-8' });
    expect((await run()).reasons[0]).toBe(
      "sample 1: the answer should be numbers, but is '0.5' (text/html; charset=utf-8): return the text and its content type from output_fn, as in text, 'text/csv'",
    );
  });

  test("tells the words of a page with which a model's server answers", async () => {
    const page = '<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Oh</h1>\n';
    variant = () => ({ status: 424, body: JSON.stringify({ Message: `server error (500) "${page}". See` }) });
    const { reasons } = await run();
    expect(reasons[0]).toMatch(/^sample 1: .*server error \(500\) " 500 Internal Server Error Oh "\. See$/);
  });

  test('fails without samples: nothing was tested', async () => {
    await store.write(`${DATASET}/samples.csv`, '\n');
    expect(await run()).toEqual({
      passed: false,
      reasons: ['there are no samples to send to green'],
    });
  });

  describe("with requests of the pipeline's owner", () => {
    const csv = { contentType: 'text/csv', tolerance: 0.01 } as const;
    const json = {
      contentType: 'application/json',
      body: '{"instances": [[4, 1], [5, 1]]}',
      tolerance: 0,
    } as const;

    beforeEach(() => {
      // Answers each row by a tenth of its first cell, in the format of the request.
      variant = (body) => {
        const rows = body.startsWith('{')
          ? JSON.parse(body).instances
          : body.split('\n').map((row) => row.split(','));
        const predictions = rows.map(([first]: [unknown]) => Number(first) / 10);
        return body.startsWith('{')
          ? { status: 200, body: JSON.stringify({ predictions }), type: 'application/json' }
          : { status: 200, body: `${predictions.join('\n')}\n` };
      };
    });

    test('asks with them too, in their format, by the endpoint and by the function', async () => {
      requests = [{ ...csv, body: '4,1\n5,1', expectedAnswer: [0.405, 0.5], maximumLatencyMillis: 30 }, json];
      theFunction = (event) => {
        const predictions = JSON.parse(event).rows.map(([first]: [number]) => first / 10);
        return { status: 200, body: JSON.stringify({ modelVersion: '1.2.0', predictions }) };
      };
      const { passed, reasons } = await run({}, { endpoint: 'realTime', functionName: 'churn-function' });
      expect(passed).toBe(true);
      expect(reasons).toContain('green answered 2 requests');
      expect(reasons).toContain('the function answered 2 requests');
      const sent = asked.filter(({ headers }) => headers.accept === 'application/json');
      expect(sent.map(({ body }) => body)).toEqual([json.body]);
      const byFunction = asked.filter(({ url }) => url?.includes('/functions/')).at(-1);
      expect(JSON.parse(byFunction?.body ?? '').rows).toEqual([
        [4, 1],
        [5, 1],
      ]);
    });

    test.each<[string, Partial<GivenRequest>, string]>([
      [
        'otherwise than expected',
        { expectedAnswer: [0.2] },
        'request 1: the answer is 0.4, but 0.2 is expected, within 0.01',
      ],
      [
        'by fewer numbers than expected',
        { expectedAnswer: [0.4, 0.4] },
        'request 1: the answer is 0.4, but 0.4, 0.4 is expected',
      ],
      ['too late', { maximumLatencyMillis: 29 }, 'request 1: the answer took 30 ms, but may take 29'],
    ])('fails if one is answered %s', async (_, request, reason) => {
      requests = [{ ...csv, body: '4,1', ...request }];
      const { passed, reasons } = await run();
      expect(passed).toBe(false);
      expect(reasons[0]).toContain(reason);
    });

    test('fails if one is refused, or has rows without an answer', async () => {
      const answer = variant;
      requests = [
        { ...csv, body: '7,1' },
        { ...csv, body: '4,1\n5,1' },
      ];
      variant = (row) => {
        if (row === '7,1') return { status: 424, body: JSON.stringify({ Message: 'seven' }) };
        return row.includes('\n') ? { status: 200, body: '0.4' } : answer(row);
      };
      expect((await run()).reasons).toEqual([
        expect.stringMatching(/^request 1: .*seven/),
        "request 2: it has 2 rows, but the answer is '0.4'",
      ]);
    });
  });

  test('asks with the requests that were registered with a version, and warms it up by them', async () => {
    const dataVersion = 'fedcba9876543210';
    const tensor = (...data: number[]) =>
      JSON.stringify({ inputs: [{ name: 'x', shape: [data.length / 2, 2], datatype: 'FP32', data }] });
    await store.write(`datasets/${dataVersion}/samples.jsonl`, `${tensor(1, 2)}\n${tensor(3, 4, 5, 6)}\n`);
    variant = (body) => {
      const [{ shape, data }] = JSON.parse(body).inputs;
      const answers = Array.from({ length: shape[0] }, (_, row) => data[2 * row] / 10);
      const outputs = [{ name: 'y', shape: [shape[0], 1], datatype: 'FP32', data: answers }];
      return { status: 200, body: JSON.stringify({ outputs }), type: 'application/json' };
    };
    expect(await run({ dataVersion, instances: 1 })).toEqual({
      passed: true,
      reasons: ['green answered 2 requests', 'green answered 50 requests to warm up'],
    });
    expect(new Set(asked.map(({ body }) => body))).toEqual(new Set([tensor(1, 2), tensor(3, 4, 5, 6)]));
  });

  test('sends tensors of registered requests to the function, in the order of its columns', async () => {
    const dataVersion = 'fedcba9876543211';
    const image = [[1, 2]];
    const body = JSON.stringify({ instances: [{ age: 3, image }] });
    await store.write(`datasets/${dataVersion}/samples.jsonl`, `${body}\n`);
    const signature: ModelSignature = {
      version: 1,
      inputs: [
        { name: 'image', type: 'tensor', optional: false, shape: [1, 2] },
        { name: 'age', type: 'number', optional: false },
      ],
      outputs: [{ name: 'y', type: 'number' }],
    };
    await store.writeJson('models/1.3.0/model-signature.json', signature);
    theFunction = () => ({
      status: 200,
      body: JSON.stringify({ modelVersion: '1.3.0', predictions: [0.5] }),
    });
    const { passed } = await run({ dataVersion, modelVersion: '1.3.0' }, { functionName: 'churn-function' });
    expect(passed).toBe(true);
    expect(asked.map((each) => JSON.parse(each.body).rows)).toEqual([[[image, 3]]]);
  });

  describe('where a function serves', () => {
    const ALONE = { functionName: 'churn-function' };
    const answer = (modelVersion: string, ...predictions: number[]) => ({
      status: 200,
      body: JSON.stringify({ modelVersion, variant: 'green', predictions }),
    });

    beforeEach(() => {
      // It computes with 32 bits.
      theFunction = (event) => answer('1.2.0', Math.fround(JSON.parse(event).rows[0][0] / 10));
    });

    test("asks the release's candidate, whatever its share of the requests", async () => {
      expect(await run({}, ALONE)).toEqual({
        passed: true,
        reasons: ['the function answered 3 samples, 3 of them compared with the evaluation'],
      });
      expect(asked.map(({ url }) => url)).toEqual(
        Array(3).fill('/2015-03-31/functions/churn-function/invocations'),
      );
      expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ rows: [[1, 7]], releaseId: 'release-1' });
    });

    test('compares the probabilities of several classes with the evaluation', async () => {
      await store.write(`${DATASET}/scores/1.2.0/features.csv.out`, '.1,.2,.7\n.2,.1,.7\n.3,.3,.4\n');
      const scores: Record<number, number[]> = { 1: [0.1, 0.2, 0.7], 2: [0.2, 0.1, 0.7], 3: [0.3, 0.3, 0.4] };
      theFunction = (event) => {
        const probabilities = [scores[JSON.parse(event).rows[0][0]]];
        return {
          status: 200,
          body: JSON.stringify({
            modelVersion: '1.2.0',
            predictions: ['pro'],
            probabilities,
            classes: ['pro'],
          }),
        };
      };
      expect(await run({}, ALONE)).toMatchObject({
        passed: true,
        reasons: ['the function answered 3 samples, 3 of them compared with the evaluation'],
      });
      scores[2] = [0.7, 0.1, 0.2];
      expect((await run({}, ALONE)).reasons[0]).toMatch(
        /sample 2: the answer is 0.7, 0.1, 0.2, but the evaluation/,
      );
    });

    test('warms it up as one instance, whatever the endpoint has', async () => {
      const { reasons } = await run(
        { instances: 3 },
        { endpoint: 'realTime', functionName: 'churn-function' },
      );
      expect(reasons.slice(2)).toEqual([
        'green answered 150 requests to warm up',
        'the function answered 50 requests to warm up',
      ]);
    });

    test('asks the version of the function that is to serve', async () => {
      expect((await run({ functionVersion: '7' }, ALONE)).passed).toBe(true);
      expect(asked[0]?.url).toBe('/2015-03-31/functions/churn-function/invocations?Qualifier=7');
    });

    test('asks both, the endpoint and the function beside it, and fails with the one that does', async () => {
      const beside: SmokeTestSettings = { endpoint: 'realTime', functionName: 'churn-function' };
      expect((await run({}, beside)).reasons).toEqual([
        'green answered 3 samples, 3 of them compared with the evaluation',
        'the function answered 3 samples, 3 of them compared with the evaluation',
      ]);
      theFunction = () => ({
        status: 200,
        failure: true,
        body: JSON.stringify({ errorType: 'Error', errorMessage: 'there is no model.onnx' }),
      });
      expect(await run({}, beside)).toEqual({
        passed: false,
        reasons: [1, 2, 3].map((sample) => `sample ${sample}: there is no model.onnx`),
      });
    });

    test('lets a tenth of the answers differ, where rounding leads a tree another way', async () => {
      const tenths = Array.from({ length: 20 }, (_, index) => (index + 1) / 10);
      await store.write(`${DATASET}/samples.csv`, tenths.map((value) => value * 10).join('\n'));
      const scores = (wrong: number) => tenths.map((value, index) => value + (index < wrong ? 0.01 : 0));
      await store.write(`${DATASET}/scores/1.2.0/features.csv.out`, scores(2).join('\n'));
      expect((await run({}, ALONE)).passed).toBe(true);
      await store.write(`${DATASET}/scores/1.2.0/features.csv.out`, scores(3).join('\n'));
      expect((await run({}, ALONE)).passed).toBe(false);
    });

    test('sends texts and missing values to a version whose signature has them', async () => {
      await store.write(`${DATASET}/samples.csv`, '1,007\n,\n');
      await store.write(`${DATASET}/scores/1.2.0/features.csv.out`, '0.1\n0.1\n');
      const signature: ModelSignature = {
        version: 1,
        inputs: [
          { name: 'age', type: 'number', optional: true },
          { name: 'agent', type: 'category', optional: true, categories: ['007'] },
        ],
        outputs: [{ name: 'late', type: 'probability' }],
      };
      await store.writeJson('models/1.3.0/model-signature.json', signature);
      theFunction = () => answer('1.3.0', 0.1);
      expect((await run({ modelVersion: '1.3.0' }, ALONE)).passed).toBe(true);
      expect(asked.map(({ body }) => JSON.parse(body).rows)).toEqual([[[1, '007']], [[null, null]]]);
    });

    test('fails if another version has answered, or a row has a cell that the function cannot take', async () => {
      theFunction = () => answer('1.1.0', 0.1);
      expect((await run({}, ALONE)).reasons[0]).toBe(
        'sample 1: version 1.1.0 has answered, instead of 1.2.0',
      );
      await store.write(`${DATASET}/samples.csv`, '1,\n1,red\n');
      expect((await run({}, ALONE)).reasons).toEqual([
        'sample 1: column 2 is empty, but the function takes numbers only',
        "sample 2: column 2 is 'red', but the function takes numbers only",
      ]);
    });
  });
});
