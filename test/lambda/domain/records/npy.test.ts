import { parseNpy } from '../../../../lambda/domain/records/npy';
import reference from '../../../reference/npy.json';

test.each(reference.arrays)('reads what NumPy saved: shape $shape', ({ npy, shape, values }) => {
  const array = parseNpy(Buffer.from(npy, 'base64'));
  expect(array.shape).toEqual(shape);
  expect(array.values).toEqual(values.map((value) => value ?? Number.NaN));
});

const [first] = reference.arrays;
const bytes = Buffer.from(first?.npy ?? '', 'base64');

test.each([
  ['text', Buffer.from('1,2,3'), /does not begin as a NumPy array/],
  ['a truncated array', bytes.subarray(0, -1), /shape \(2, 3\) has 47 bytes/],
  ['objects', Buffer.from(bytes.toString('latin1').replace('<f8', '|O8'), 'latin1'), /type '\|O8' are not/],
  ['another header', Buffer.from(bytes.toString('latin1').replace('descr', 'dtype'), 'latin1'), /header/],
])('refuses %s', (_, content, problem) => {
  expect(() => parseNpy(content)).toThrow(problem);
});
