/**
 * @jest-environment ./test/lambda/serverless-inference/native-arrays.js
 */

import { InferenceSession } from 'onnxruntime-node';
import { delimited, fieldsOf, integerField } from '../../../lambda/domain/onnx/protobuf';
import { servedGraph } from '../../../lambda/domain/onnx/served-graph';
import reference from '../../reference/onnx-models.json';

/** The square root, with these versions of the file format and of operators. */
function modelOf(ir: number, onnx: number, ml: number): Uint8Array {
  const fields = [...fieldsOf(Buffer.from(reference.notANumber.onnx, 'base64'))];
  const opset = (domain: string, version: number) =>
    delimited(8, Buffer.concat([delimited(1, domain), integerField(2, version)]));
  return Buffer.concat([
    integerField(1, ir),
    ...fields.filter(({ number }) => number !== 1 && number !== 8).map(({ raw }) => raw),
    opset('', onnx),
    opset('ai.onnx.ml', ml),
  ]);
}

describe('a graph is refused for its versions exactly if onnxruntime refuses it', () => {
  test.each([
    ['the newest file format', modelOf(13, 17, 1), undefined],
    ['a newer file format', modelOf(14, 17, 1), 'has IR version 14, and onnxruntime 1.30 loads 13 at most'],
    ['the newest operators', modelOf(9, 26, 5), undefined],
    ['newer operators', modelOf(9, 27, 1), 'needs opset 27 of ai.onnx, .* export it with target_opset=26'],
    [
      'newer operators of machine learning',
      modelOf(9, 17, 6),
      'needs opset 6 of ai.onnx.ml, .* has 5 at most',
    ],
  ])('%s', async (_, model, problem) => {
    const loading = InferenceSession.create(model);
    if (problem === undefined) {
      expect(servedGraph(model).inputs).toHaveLength(1);
      await expect(loading).resolves.toBeDefined();
      return;
    }
    expect(() => servedGraph(model)).toThrow(new RegExp(problem));
    await expect(loading).rejects.toThrow();
  });
});
