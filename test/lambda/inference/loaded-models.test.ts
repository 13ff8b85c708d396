/**
 * @jest-environment ./test/lambda/serverless-inference/native-arrays.js
 */
import { readFileSync } from 'node:fs';
import { InferenceSession } from 'onnxruntime-node';
import { LoadedModels } from '../../../lambda/inference/loaded-models';
import { repositoryFile } from '../../repository-file';

const { classifier, rows } = JSON.parse(
  readFileSync(repositoryFile('test', 'reference', 'onnx-models.json'), 'utf8'),
) as { classifier: { onnx: string }; rows: number[][] };
const onnx = Buffer.from(classifier.onnx, 'base64');

describe('models that are loaded', () => {
  /** Sessions whose memory was given back. */
  let released: jest.SpyInstance;

  beforeAll(async () => {
    const session = await InferenceSession.create(onnx);
    released = jest.spyOn(Object.getPrototypeOf(session), 'release');
  });
  afterAll(() => jest.restoreAllMocks());

  test('give their memory back once other versions have taken their place, and not before they have answered', async () => {
    const models = new LoadedModels({ read: async () => ({ onnx }) });
    models.keep(['1.0.0']);
    const first = await models.get('1.0.0');
    models.keep(['1.1.0']);
    await models.get('1.1.0');
    // A request may have taken the model before, and asks it now.
    const answer = first.predict(rows);
    models.keep(['1.2.0']);
    await models.get('1.2.0');
    expect((await answer).answer.predictions).toHaveLength(rows.length);
    expect(released).toHaveBeenCalledTimes(1);
    for (let patch = 3; patch < 10; patch++) {
      models.keep([`1.${patch}.0`]);
      expect((await (await models.get(`1.${patch}.0`)).predict(rows)).answer.predictions).toHaveLength(
        rows.length,
      );
    }
    // All but the one in use and the one before.
    expect(released).toHaveBeenCalledTimes(8);
  });

  test('have none to give back if they could not be loaded', async () => {
    released.mockClear();
    const models = new LoadedModels({ read: async () => ({ onnx: Buffer.from('no model') }) });
    models.keep(['1.0.0']);
    await expect(models.get('1.0.0')).rejects.toThrow();
    models.keep(['1.1.0']);
    await expect(models.get('1.1.0')).rejects.toThrow();
    models.keep(['1.2.0']);
    await expect(models.get('1.2.0')).rejects.toThrow();
    expect(released).not.toHaveBeenCalled();
  });
});
