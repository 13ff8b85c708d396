import { csvLine } from '../domain/data/csv-line';
import type { RowCells } from './part-rows';

/**
 * A row as CSV for a container. Batch transform splits files at line feeds, quoted or not, and a row that the
 * container refuses ends the whole job.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TransformInput.html for `SplitType`
 */
export function containerRow({
  profiled,
}: RowCells): { readonly line: string } | { readonly problem: string } {
  const line = csvLine(profiled);
  return /[\r\n]/.test(line)
    ? { problem: 'a cell has a line break, at which batch transform splits rows: replace it by a space' }
    : { line };
}
