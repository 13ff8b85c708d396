import type { BatchFormat } from '../../contracts/batch';
import type { Cell } from '../domain/data/cell';
import { csvLine } from '../domain/data/csv-line';
import type { InputRow } from './part-rows';
import type { RowPrediction } from './row-answer';

export interface PartOutputProps {
  readonly format: BatchFormat;
  /** Names of the columns that the output repeats. */
  readonly columns: readonly string[];
  /** Key of the file of the input. */
  readonly key: string;
  readonly modelVersion: string;
}

/** The rows of a part that have a prediction, and those that have none, each with its place in the input. */
export class PartOutput {
  private readonly lines: string[] = [];
  private readonly errorLines: string[] = [];
  private hasProbabilities = false;

  constructor(private readonly props: PartOutputProps) {}

  get rows(): number {
    return this.lines.length;
  }

  get failedRows(): number {
    return this.errorLines.length;
  }

  add(row: InputRow, { prediction, probabilities }: RowPrediction): void {
    const { format, modelVersion } = this.props;
    if (probabilities) this.hasProbabilities = true;
    this.lines.push(
      format === 'csv'
        ? csvLine([
            this.rowId(row),
            ...row.repeated.map(cellOf),
            cellOf(prediction),
            ...(probabilities ? [cellOf(probabilities)] : []),
            modelVersion,
          ])
        : JSON.stringify({
            rowId: this.rowId(row),
            ...this.repeated(row),
            prediction,
            probabilities,
            modelVersion,
          }),
    );
  }

  addFailed(row: InputRow, reason: string): void {
    this.errorLines.push(
      JSON.stringify({
        rowId: this.rowId(row),
        ...this.repeated(row),
        reason,
        row: row.text().slice(0, LONGEST_TEXT),
        modelVersion: this.props.modelVersion,
      }),
    );
  }

  /** The rows with a prediction, in the order of the input. */
  content(): string {
    const { format, columns } = this.props;
    const names = [
      'rowId',
      ...columns,
      'prediction',
      ...(this.hasProbabilities ? ['probabilities'] : []),
      'modelVersion',
    ];
    return textOf(format === 'csv' ? [csvLine(names), ...this.lines] : this.lines);
  }

  /** The other rows as JSON lines, in the order of the input. */
  errors(): string {
    return textOf(this.errorLines);
  }

  /** Columns of the input by their names. */
  private repeated({ repeated }: InputRow): Record<string, unknown> {
    return Object.fromEntries(this.props.columns.map((name, index) => [name, repeated[index]]));
  }

  /** By which a row is known wherever it goes, within its run. */
  private rowId({ line }: InputRow): string {
    return `${this.props.key}:${line}`;
  }
}

/** What shows a row that cannot be scored. */
const LONGEST_TEXT = 1000;

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** Lists are JSON. */
function cellOf(value: unknown): Cell {
  if (typeof value === 'string' || typeof value === 'number') return value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
}
