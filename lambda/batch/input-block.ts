import { cutText } from '../domain/batch/part-cutter';
import { csvNumbers } from './csv-numbers';
import type { NumberRows } from './number-rows';
import { type InputRow, type PartRowsProps, rowReader } from './part-rows';

/** Rows of a part that follow each other. */
export interface InputBlock {
  /** Undefined if they are not all numbers that the model takes. */
  numbers(): NumberRows | undefined;
  /** Those that cannot be read have a problem; none is left out. */
  rows(): InputRow[];
}

/** Some rows are in memory as objects at a time. */
const BLOCK_BYTES = 128 * 1024;

/** The rows of a part, some at a time. */
export function* partBlocks(bytes: Buffer, props: PartRowsProps): Generator<InputBlock> {
  const readRows = rowReader(props);
  const readNumbers = props.format === 'csv' ? csvNumbers(props) : () => undefined;
  const { parts } = cutText(bytes, { format: props.format, hasHeader: false, partBytes: BLOCK_BYTES });
  for (const { from, to, linesBefore, rows } of parts) {
    const block = bytes.subarray(from, to);
    const before = props.linesBefore + linesBefore;
    yield { numbers: () => readNumbers(block, before, rows), rows: () => readRows(block, before, rows) };
  }
}
