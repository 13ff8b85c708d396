/**
 * @jest-environment ./test/lambda/serverless-inference/native-arrays.js
 */
import { gzipSync } from 'node:zlib';
import { Header } from 'tar/header';
import { emptyRouting, type RoutingDocument } from '../../../lambda/domain/routing';
import { infer } from '../../../lambda/serverless-inference/infer';
import { ProductionModel } from '../../../lambda/serverless-inference/production-model';
import reference from '../../reference/onnx-models.json';

describe('serverless inference', () => {
  const objects = new Map<string, Uint8Array>();
  let routing: RoutingDocument;
  let now: Date;
  let reads: number;
  let production: ProductionModel;

  beforeEach(() => {
    objects.clear();
    now = new Date('2026-11-24T10:00:00Z');
    reads = 0;
    routing = emptyRouting('churn');
    production = new ProductionModel({
      routing: { read: async () => routing },
      store: {
        readBytes: async (key) => {
          reads++;
          const content = objects.get(key);
          if (!content) throw new Error(`there is no object ${key}`);
          return content;
        },
      },
      now: () => now,
    });
  });

  /** Puts a version with this model into production. */
  function serve(modelVersion: string, onnx: string): void {
    objects.set(
      `models/${modelVersion}/model.tar.gz`,
      archive({ 'model.joblib': Buffer.alloc(70_000), './model.onnx': Buffer.from(onnx, 'base64') }),
    );
    routing = { ...routing, production: route(modelVersion) };
  }

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
      body: JSON.stringify({ modelVersion: '1.0.0', predictions }),
    };
    expect(await infer({ body }, production)).toEqual(answer);
    const encoded = Buffer.from(body).toString('base64');
    expect(await infer({ body: encoded, isBase64Encoded: true }, production)).toEqual(answer);
  });

  test('loads a version once, and finds a release within a minute', async () => {
    serve('1.0.0', reference.classifier.onnx);
    await inference({ rows: reference.rows });
    serve('1.1.0', reference.regressor.onnx);
    now = new Date('2026-11-24T10:00:59Z');
    expect((await inference({ rows: reference.rows })).modelVersion).toBe('1.0.0');
    expect(reads).toBe(1);
    now = new Date('2026-11-24T10:01:00Z');
    expect((await inference({ rows: reference.rows })).modelVersion).toBe('1.1.0');
    now = new Date('2026-11-24T10:03:00Z');
    expect((await inference({ rows: reference.rows })).modelVersion).toBe('1.1.0');
    expect(reads).toBe(2);
  });

  test.each([
    [{}, /neither rows nor instances/],
    [{ rows: [] }, /expected array of at least 1/],
    [{ rows: [[1, 2]] }, /row 1 has 2 columns, but the model takes 3 features/],
    [{ rows: [[1, 2, '3']] }, /rows\.0\.2: expected number, got "3"/],
    [{ body: 'x' }, /body is not JSON: it begins with 'x'/],
  ])('refuses %j, by status 400 over HTTP', async (event, message) => {
    serve('1.0.0', reference.classifier.onnx);
    const overHttp = 'body' in event ? event : { body: JSON.stringify(event) };
    const answer = await infer(overHttp, production);
    if (!('body' in answer)) throw new Error('expected an HTTP answer');
    expect(answer.statusCode).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({ message: expect.stringMatching(message) });
    if ('body' in event) return;
    await expect(infer(event, production)).rejects.toMatchObject({
      name: 'InvalidRows',
      message: expect.stringMatching(message),
    });
  });

  test('says that nothing is in production yet', async () => {
    await expect(infer({ rows: reference.rows }, production)).rejects.toThrow(
      'nothing is in production yet: release a version first',
    );
  });

  test('says which files an archive has, if model.onnx is not among them', async () => {
    objects.set('models/1.0.0/model.tar.gz', archive({ 'model.joblib': Buffer.from('x') }));
    routing = { ...routing, production: route('1.0.0') };
    await expect(infer({ rows: reference.rows }, production)).rejects.toThrow(
      'version 1.0.0 cannot be served here: the model archive has no model.onnx, only model.joblib; let the training script write model.onnx',
    );
  });

  test('refuses an archive that is cut off', async () => {
    serve('1.0.0', reference.classifier.onnx);
    const whole = objects.get('models/1.0.0/model.tar.gz') as Uint8Array;
    objects.set('models/1.0.0/model.tar.gz', whole.subarray(0, whole.length - 100));
    await expect(infer({ rows: reference.rows }, production)).rejects.toThrow(
      'version 1.0.0 cannot be served here',
    );
  });

  test('refuses a model of three classes, which has no single probability', async () => {
    serve('1.0.0', reference.threeClasses.onnx);
    await expect(infer({ rows: reference.rows }, production)).rejects.toThrow(
      'it serves binary classifiers, exported with zipmap off, and regressions',
    );
  });

  async function inference(event: object) {
    const answer = await infer(event, production);
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

/** A `.tar.gz` with these files. */
function archive(files: Readonly<Record<string, Buffer>>): Buffer {
  const blocks = Object.entries(files).flatMap(([path, content]) => {
    const header = new Header({ path, size: content.length, type: 'File', mode: 0o644 });
    header.encode();
    const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
    return [header.block as Buffer, content, padding];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}
