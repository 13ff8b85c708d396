/**
 * @jest-environment ./test/lambda/serverless-inference/native-arrays.js
 */
import fc from 'fast-check';
import type { GraphInput } from '../../../lambda/domain/onnx/served-graph';
import { numberTensor, plainRows } from '../../../lambda/inference/plain-tensor';
import { RequestColumns } from '../../../lambda/inference/request-columns';
import { tensorsOf } from '../../../lambda/inference/request-tensors';
import type { RequestCell, Rows } from '../../../lambda/inference/rows';

/** Cells that callers send, mostly numbers. */
const cell: fc.Arbitrary<RequestCell> = fc.oneof(
  { weight: 30, arbitrary: fc.double({ noNaN: true }) },
  { weight: 30, arbitrary: fc.integer() },
  fc.constantFrom<RequestCell>(null, true, '1', 3.5e38, -3.5e38, Number.MAX_VALUE, -0, []),
);

const tables = fc
  .record({ width: fc.integer({ min: 1, max: 4 }), type: fc.constantFrom('float32', 'float64', 'int64') })
  .chain(({ width, type }) =>
    fc.record({
      input: fc.constant({ name: 'x', type, shape: [width], width } as GraphInput),
      rows: fc.array(fc.array(cell, { minLength: width, maxLength: width + 1 }), { maxLength: 5 }),
    }),
  );

/** Tensors as they are made column by column, or what is wrong with a row. */
function carefully(rows: Rows, columns: RequestColumns) {
  try {
    const cells = rows.map((row, index) => columns.cellsOf(row, index + 1));
    return { cells, tensors: tensorsOf(cells, columns, 0) };
  } catch (error) {
    return error as Error;
  }
}

describe('rows of numbers', () => {
  test('become the tensor that is made of them column by column, and anything else is left to that', () => {
    fc.assert(
      fc.property(tables, ({ input, rows }) => {
        const columns = new RequestColumns([input], undefined);
        const plain = plainRows(rows, columns);
        const careful = carefully(rows, columns);
        const isNumbers = rows.flat().every((one) => typeof one === 'number');
        const isUsual = isNumbers && rows.length > 0 && !(careful instanceof Error) && input.type !== 'int64';
        expect(plain !== undefined).toBe(isUsual);
        if (!plain || careful instanceof Error) return;
        expect(plain.cells).toEqual(careful.cells);
        expect(plain.tensors.x?.data).toEqual(careful.tensors.x?.data);
        expect(plain.tensors.x?.dims).toEqual(careful.tensors.x?.dims);
        expect(plain.tensors.x?.type).toBe(careful.tensors.x?.type);
      }),
      { numRuns: 500 },
    );
  });

  test('become the same tensor from one list of all of them, where NaN is a missing one', () => {
    fc.assert(
      fc.property(tables, ({ input, rows }) => {
        const columns = new RequestColumns([input], undefined);
        const cells = rows.map((row) => row.slice(0, input.width).map((one) => (one === true ? null : one)));
        if (!cells.flat().every((one) => typeof one === 'number' || one === null)) return;
        const values = Float64Array.from(cells.flat(), (one) => (one === null ? Number.NaN : Number(one)));
        const tensors = numberTensor(values, rows.length, columns);
        const careful = carefully(cells, columns);
        expect(tensors !== undefined).toBe(input.type !== 'int64' && !(careful instanceof Error));
        if (!tensors || careful instanceof Error) return;
        expect(tensors.x?.data).toEqual(careful.tensors.x?.data);
        expect(tensors.x?.dims).toEqual(careful.tensors.x?.dims);
      }),
      { numRuns: 500 },
    );
  });

  test('are not read in one pass where columns are tensors, or there are several inputs', () => {
    const image = { name: 'image', type: 'float32', shape: [2, 2], width: 4 } as const;
    const number = { name: 'age', type: 'float32', shape: [1], width: 1 } as const;
    expect(plainRows([[1, 2, 3, 4]], new RequestColumns([image], undefined))).toBeUndefined();
    expect(
      plainRows([[1, 2]], new RequestColumns([number, { ...number, name: 'b' }], undefined)),
    ).toBeUndefined();
  });
});
