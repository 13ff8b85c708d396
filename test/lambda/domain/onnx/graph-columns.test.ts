import { namedColumns } from '../../../../lambda/domain/onnx/graph-columns';
import type { GraphInput } from '../../../../lambda/domain/onnx/served-graph';

const input = (name: string, width = 1): GraphInput => ({ name, type: 'float32', shape: [width], width });
const places = (inputs: readonly GraphInput[], ...names: string[]) =>
  namedColumns(inputs, names).map(({ name, input, at }) => `${name}: ${input.name}[${at}]`);

describe('columns of a table and the inputs that take them', () => {
  test('go together by name, whatever their order', () => {
    expect(places([input('a'), input('b')], 'b', 'a')).toEqual(['b: b[0]', 'a: a[0]']);
  });

  test('go together in their order if no input has the name of a column', () => {
    expect(places([input('x', 2)], 'a', 'b')).toEqual(['a: x[0]', 'b: x[1]']);
    expect(places([input('in_0'), input('in_1')], 'a', 'b')).toEqual(['a: in_0[0]', 'b: in_1[0]']);
    expect(places([input('x')], 'a')).toEqual(['a: x[0]']);
  });

  test('go together in their order beside an input of several columns, if the names are where they should be', () => {
    const inputs = [input('numbers', 2), input('age')];
    expect(places(inputs, 'a', 'b', 'age')).toEqual(['a: numbers[0]', 'b: numbers[1]', 'age: age[0]']);
    expect(() => places(inputs, 'age', 'a', 'b')).toThrow(
      'the ONNX model has no inputs for the features a, b, but has some for age',
    );
  });

  test('are refused if there are more or fewer, or only some have an input', () => {
    expect(() => places([input('x', 2)], 'a')).toThrow('takes 2 columns, but there are 1 features (a)');
    expect(() => places([input('a'), input('b')], 'b', 'c')).toThrow(
      'no inputs for the features c, but has some for b',
    );
    expect(() => places([input('a'), input('b')], 'a', 'c')).toThrow(
      'no inputs for the features c, but has some for a',
    );
  });
});
