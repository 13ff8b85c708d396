import type { ModelAnswer } from '../inference/model-answer';
import { CsvOutput } from './csv-output';
import type { NumberRows } from './number-rows';
import { type OutputRow, type PartOutputProps, rowIdOf } from './output-row';
import { parquetTable, type TableColumn } from './parquet-table';
import type { InputRow } from './part-rows';
import type { RowPrediction } from './row-answer';

/** The rows of a part that have a prediction, and those that have none, each with its place in the input. */
export class PartOutput {
  private readonly scored: RowsOutput;
  private readonly errorLines: string[] = [];
  private scoredRows = 0;

  constructor(private readonly props: PartOutputProps) {
    this.scored = props.format === 'csv' ? new CsvOutput(props) : new ListedOutput(props);
  }

  get rows(): number {
    return this.scoredRows;
  }

  get failedRows(): number {
    return this.errorLines.length;
  }

  add({ line, repeated }: InputRow, { prediction, probabilities }: RowPrediction): void {
    this.scoredRows++;
    this.scored.add({ line, repeated, prediction, probabilities });
  }

  /** @param answer has a prediction for each row */
  addNumbers(rows: NumberRows, answer: ModelAnswer): void {
    this.scoredRows += rows.count;
    this.scored.addNumbers(rows, answer);
  }

  addFailed(row: InputRow, reason: string): void {
    this.errorLines.push(
      JSON.stringify({
        rowId: rowIdOf(this.props, row.line),
        ...named(this.props, row.repeated),
        reason,
        row: row.text().slice(0, LONGEST_TEXT),
        modelVersion: this.props.modelVersion,
      }),
    );
  }

  /** The rows with a prediction, in the order of the input. */
  async content(): Promise<string | Uint8Array> {
    return this.scored.content();
  }

  /** The other rows as JSON lines, in the order of the input. */
  errors(): string {
    return textOf(this.errorLines);
  }
}

/** Writes rows that have a prediction. */
interface RowsOutput {
  add(row: OutputRow): void;
  addNumbers(rows: NumberRows, answer: ModelAnswer): void;
  content(): string | Uint8Array | Promise<Uint8Array>;
}

/** Rows with a prediction as JSON lines or Parquet. */
class ListedOutput implements RowsOutput {
  private readonly rows: OutputRow[] = [];

  constructor(private readonly props: PartOutputProps) {}

  add(row: OutputRow): void {
    this.rows.push(row);
  }

  addNumbers(rows: NumberRows, { predictions, probabilities }: ModelAnswer): void {
    for (let row = 0; row < rows.count; row++) {
      this.add({
        line: rows.lineOf(row),
        repeated: rows.repeatedOf(row),
        prediction: predictions[row] as RowPrediction['prediction'],
        probabilities: probabilities?.[row],
      });
    }
  }

  content(): string | Promise<Uint8Array> {
    return this.props.format === 'jsonl' ? this.jsonLines() : parquetTable(this.table());
  }

  private jsonLines(): string {
    const { modelVersion } = this.props;
    return textOf(
      this.rows.map(({ line, repeated, prediction, probabilities }) =>
        JSON.stringify({
          rowId: rowIdOf(this.props, line),
          ...named(this.props, repeated),
          prediction,
          probabilities,
          modelVersion,
        }),
      ),
    );
  }

  /** All files of a run have the same columns, whatever their rows. */
  private table(): TableColumn[] {
    const { columns, modelVersion, answersWithNames } = this.props;
    const { rows } = this;
    const strings = (name: string, cellIn: (row: OutputRow) => unknown): TableColumn => {
      return { name, type: 'STRING', cells: rows.map((row) => stringOf(cellIn(row))) };
    };
    const isNumber = !answersWithNames && rows.every(({ prediction }) => typeof prediction === 'number');
    return [
      strings('rowId', ({ line }) => rowIdOf(this.props, line)),
      ...columns.map((name, index) => strings(name, ({ repeated }) => repeated[index])),
      isNumber
        ? { name: 'prediction', type: 'DOUBLE', cells: rows.map(({ prediction }) => prediction as number) }
        : strings('prediction', ({ prediction }) => prediction),
      strings('probabilities', ({ probabilities }) => probabilities),
      strings('modelVersion', () => modelVersion),
    ];
  }
}

/** What shows a row that cannot be scored. */
const LONGEST_TEXT = 1000;

/** Columns of the input by their names. */
function named({ columns }: PartOutputProps, repeated: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(columns.map((name, index) => [name, repeated[index]]));
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** Null without a value; lists are JSON. */
function stringOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
