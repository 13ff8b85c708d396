import type { BatchOutputFormat } from '../../contracts/batch';
import type { Cell } from '../domain/data/cell';
import { csvLine } from '../domain/data/csv-line';
import { parquetTable, type TableColumn } from './parquet-table';
import type { InputRow } from './part-rows';
import type { RowPrediction } from './row-answer';

export interface PartOutputProps {
  readonly format: BatchOutputFormat;
  /** Names of the columns that the output repeats. */
  readonly columns: readonly string[];
  /** Key of the file of the input. */
  readonly key: string;
  readonly modelVersion: string;
  /** Whether the model answers with names of classes. */
  readonly answersWithNames: boolean;
}

/** A row as the output has it. */
interface OutputRow extends RowPrediction {
  readonly rowId: string;
  readonly repeated: readonly unknown[];
}

/** The rows of a part that have a prediction, and those that have none, each with its place in the input. */
export class PartOutput {
  private readonly scored: OutputRow[] = [];
  private readonly errorLines: string[] = [];

  constructor(private readonly props: PartOutputProps) {}

  get rows(): number {
    return this.scored.length;
  }

  get failedRows(): number {
    return this.errorLines.length;
  }

  add(row: InputRow, { prediction, probabilities }: RowPrediction): void {
    this.scored.push({ rowId: this.rowId(row), repeated: row.repeated, prediction, probabilities });
  }

  addFailed(row: InputRow, reason: string): void {
    this.errorLines.push(
      JSON.stringify({
        rowId: this.rowId(row),
        ...this.named(row.repeated),
        reason,
        row: row.text().slice(0, LONGEST_TEXT),
        modelVersion: this.props.modelVersion,
      }),
    );
  }

  /** The rows with a prediction, in the order of the input. */
  async content(): Promise<string | Uint8Array> {
    switch (this.props.format) {
      case 'csv':
        return this.csv();
      case 'jsonl':
        return this.jsonLines();
      case 'parquet':
        return parquetTable(this.table());
    }
  }

  /** The other rows as JSON lines, in the order of the input. */
  errors(): string {
    return textOf(this.errorLines);
  }

  private csv(): string {
    const { columns, modelVersion } = this.props;
    const hasProbabilities = this.scored.some(({ probabilities }) => probabilities);
    const header = ['rowId', ...columns, 'prediction', ...(hasProbabilities ? ['probabilities'] : [])];
    const lines = this.scored.map(({ rowId, repeated, prediction, probabilities }) =>
      csvLine([
        rowId,
        ...repeated.map(cellOf),
        cellOf(prediction),
        ...(probabilities ? [cellOf(probabilities)] : []),
        modelVersion,
      ]),
    );
    return textOf([csvLine([...header, 'modelVersion']), ...lines]);
  }

  private jsonLines(): string {
    const { modelVersion } = this.props;
    return textOf(
      this.scored.map(({ rowId, repeated, prediction, probabilities }) =>
        JSON.stringify({ rowId, ...this.named(repeated), prediction, probabilities, modelVersion }),
      ),
    );
  }

  /** All files of a run have the same columns, whatever their rows. */
  private table(): TableColumn[] {
    const { columns, modelVersion, answersWithNames } = this.props;
    const { scored } = this;
    const strings = (name: string, cellIn: (row: OutputRow) => unknown): TableColumn => {
      return { name, type: 'STRING', cells: scored.map((row) => stringOf(cellIn(row))) };
    };
    const isNumber = !answersWithNames && scored.every(({ prediction }) => typeof prediction === 'number');
    return [
      strings('rowId', ({ rowId }) => rowId),
      ...columns.map((name, index) => strings(name, ({ repeated }) => repeated[index])),
      isNumber
        ? { name: 'prediction', type: 'DOUBLE', cells: scored.map(({ prediction }) => prediction as number) }
        : strings('prediction', ({ prediction }) => prediction),
      strings('probabilities', ({ probabilities }) => probabilities),
      strings('modelVersion', () => modelVersion),
    ];
  }

  /** Columns of the input by their names. */
  private named(repeated: readonly unknown[]): Record<string, unknown> {
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

/** Null without a value; lists are JSON. */
function stringOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
