/**
 * @jest-environment ./test/lambda/serverless-inference/native-arrays.js
 */

import { FixedRoute } from '../../../lambda/inference/fixed-route';
import { GivenModel } from '../../../lambda/inference/given-model';
import { LoadedModels } from '../../../lambda/inference/loaded-models';
import type { Inference } from '../../../lambda/serverless-inference/infer';
import reference from '../../reference/onnx-models.json';
import { InferenceWorld, infer } from './inference-world';
import { archive, modelArchive } from './stored-model';

const { onnx, predictions } = reference.classifier;

describe('a function with one given model', () => {
  const reads: string[] = [];

  /** What the function answers with, if this is in S3. */
  function answer(stored: Uint8Array | Error, event: object = { rows: reference.rows }) {
    const store = {
      uriOf: (key: string) => `s3://models/${key}`,
      readBytes: async (key: string, versionId?: string) => {
        reads.push(`${key} ${versionId}`);
        if (stored instanceof Error) throw stored;
        return stored;
      },
    };
    const location = { bucket: 'models', key: 'churn' };
    return infer(event, {
      ...new InferenceWorld().instance(),
      routing: new FixedRoute({ modelVersion: '7', variant: 'AllTraffic' }),
      models: new LoadedModels(new GivenModel(store, { location, objectVersion: 'v1' })),
    });
  }

  test.each([
    ['in ONNX', Buffer.from(onnx, 'base64')],
    ['in an archive', modelArchive(onnx)],
  ])('answers with a model %s, of the version of its object that was named', async (_title, stored) => {
    reads.length = 0;
    const found = await answer(stored);
    expect(found).toMatchObject({ modelVersion: '7', variant: 'AllTraffic' });
    for (const [row, prediction] of (found as Inference).predictions.entries())
      expect(prediction).toBeCloseTo(predictions[row] as number, 6);
    expect(reads).toEqual(['churn v1']);
  });

  test('says which object it cannot read, or what the archive lacks', async () => {
    await expect(answer(new Error('The specified version does not exist.'))).rejects.toThrow(
      'the model s3://models/churn cannot be read: The specified version does not exist.',
    );
    await expect(answer(archive({ 'model.joblib': Buffer.from('x') }))).rejects.toThrow(
      's3://models/churn cannot be served: the model archive has no model.onnx, only model.joblib; add the model in ONNX to it',
    );
  });

  test('knows no releases', async () => {
    const stored = Buffer.from(onnx, 'base64');
    await expect(answer(stored, { rows: [[1, 2, 3]], releaseId: 'r1' })).rejects.toThrow(
      'release r1 is not in progress; omit releaseId for a normal answer',
    );
  });
});
