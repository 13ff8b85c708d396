import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { ArtifactStore } from '../../../lambda/aws/store';
import { smokeTest } from '../../../lambda/smoke-test/smoke-test';
import { ServiceFixture } from '../../local/services/service-fixture';

const EVENT = {
  endpointName: 'churn',
  variant: 'green',
  modelVersion: '1.2.0',
  dataVersion: '0123456789abcdef',
};
const DATASET = 'datasets/0123456789abcdef';

describe('smokeTest', () => {
  const fixture = new ServiceFixture();
  const asked: { url?: string; headers: IncomingMessage['headers']; body: string }[] = [];
  let variant: (row: string) => { status: number; body: string };
  let server: Server;
  let store: ArtifactStore;
  let runtime: SageMakerRuntimeClient;
  let time: number;

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
      const { status, body } = variant(row);
      response.writeHead(status, { 'content-type': status === 200 ? 'text/csv' : 'application/json' });
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    runtime = new SageMakerRuntimeClient({
      ...fixture.config(),
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      maxAttempts: 1,
    });
  });
  beforeEach(async () => {
    asked.length = 0;
    time = 0;
    variant = (row) => ({ status: 200, body: `${Number(row.split(',')[0]) / 10}\n` });
    await store.write(`${DATASET}/samples.csv`, '1,7\n2,8\n3,9\n');
    await store.write(`${DATASET}/scores/1.2.0/features.csv.out`, '0.1\n0.2\n0.3\n0.4\n');
  });
  afterAll(async () => {
    await fixture.cloud.stop();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Goes on by 4 ms at each look. */
  const now = () => {
    time += 4;
    return new Date(time);
  };
  const run = (changes: object = {}) => smokeTest({ ...EVENT, ...changes }, { store, runtime, now });

  test('asks the variant itself with each sample, as CSV for CSV, and compares with the evaluation', async () => {
    expect(await run()).toEqual({
      passed: true,
      reasons: ['green answered 3 samples, 3 of them compared with the evaluation'],
      requests: 3,
      latencyMillisP50: 4,
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
    const { passed, reasons, requests } = await run();
    expect({ passed, requests }).toEqual({ passed: false, requests: 6 });
    expect(reasons).toHaveLength(5);
    expect(reasons[0]).toMatch(/^sample 1: .*model is broken/);
  });

  test('fails without samples: nothing was tested', async () => {
    await store.write(`${DATASET}/samples.csv`, '\n');
    expect(await run()).toEqual({
      passed: false,
      reasons: ['there are no samples to ask the variant with'],
      requests: 0,
      latencyMillisP50: null,
    });
  });
});
