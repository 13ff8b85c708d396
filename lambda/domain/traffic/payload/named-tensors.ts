import * as z from 'zod/mini';
import type { Tensor } from '../../data/tensor-summary';
import { RejectedRecord } from './rejected-record';

/**
 * A tensor of the Open Inference Protocol, which Triton and other KServe servers speak: its first dimension
 * is that of rows, and its data are row by row, flat or in lists.
 *
 * @see https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
 */
export type NamedTensor = z.infer<typeof namedTensor>;

export const namedTensor = z.object({
  name: z.string(),
  shape: z.array(z.int().check(z.gte(0))),
  datatype: z.string(),
  data: z.array(z.unknown()),
});

/**
 * What each row has of a tensor: a single value, or a tensor with one dimension fewer. @throws RejectedRecord
 */
export function rowsOfTensor({ name, shape, datatype, data }: NamedTensor): unknown[] {
  const [rows = 1, ...sizes] = shape;
  const values = data.flat(Number.POSITIVE_INFINITY);
  const width = sizes.reduce((product, size) => product * size, 1);
  if (values.length !== rows * width) {
    throw new RejectedRecord(
      'content',
      `the tensor '${name}' has the shape ${shape.join(' x ')} and ${values.length} elements`,
    );
  }
  // A text has a dimension of its own in a batch.
  const isText = datatype === 'BYTES' && width === 1;
  return Array.from({ length: rows }, (_, row) => {
    const ofRow = values.slice(row * width, (row + 1) * width);
    return isText || sizes.length === 0 ? ofRow[0] : inShape(ofRow, sizes);
  });
}

/**
 * The elements of what a model answers, row by row: of its first output with floating-point numbers, if it
 * has any.
 */
export function answerIn(outputs: readonly NamedTensor[]): unknown[] {
  const answer = outputs.find(({ datatype }) => /^(FP|BF)/.test(datatype)) ?? outputs[0];
  return answer?.data.flat(Number.POSITIVE_INFINITY) ?? [];
}

/** A flat list as lists of lists: the last dimension moves first. */
export function inShape(values: readonly unknown[], sizes: readonly number[]): Tensor {
  let lists: readonly unknown[] = values;
  for (const size of sizes.slice(1).reverse()) {
    const count = size === 0 ? 0 : lists.length / size;
    lists = Array.from({ length: count }, (_, at) => lists.slice(at * size, (at + 1) * size));
  }
  return lists;
}
