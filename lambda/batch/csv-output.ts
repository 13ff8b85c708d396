import type { Cell } from '../domain/data/cell';
import { csvLine } from '../domain/data/csv-line';
import type { ModelAnswer } from '../inference/model-answer';
import { GrowingBytes } from './growing-bytes';
import type { NumberRows } from './number-rows';
import { type OutputRow, type PartOutputProps, rowIdOf } from './output-row';
import type { RowPrediction } from './row-answer';

/** Rows with a prediction as CSV. */
export class CsvOutput {
  private readonly lines = new GrowingBytes();
  private readonly rowIdStart: Buffer;
  private readonly rowIdEnd: Buffer;
  private readonly modelVersion: Buffer;
  private hasProbabilities = false;

  constructor(private readonly props: PartOutputProps) {
    // As the IDs of all rows, which end in numbers.
    const [start = '', end = ''] = csvLine([rowIdOf(props, 0)]).split(/0(?="?$)/);
    this.rowIdStart = Buffer.from(start);
    this.rowIdEnd = Buffer.from(end);
    this.modelVersion = Buffer.from(`,${csvLine([props.modelVersion])}\n`);
  }

  add({ line, repeated, prediction, probabilities }: OutputRow): void {
    this.addRowId(line);
    for (const cell of repeated) this.addCell(cell);
    this.addAnswer(prediction, probabilities);
  }

  addNumbers(rows: NumberRows, { predictions, probabilities }: ModelAnswer): void {
    for (let row = 0; row < rows.count; row++) {
      this.addRowId(rows.lineOf(row));
      rows.writeRepeated(row, this.lines);
      this.addAnswer(predictions[row] as RowPrediction['prediction'], probabilities?.[row]);
    }
  }

  content(): Uint8Array {
    const ofProbabilities = this.hasProbabilities ? ['probabilities'] : [];
    const names = ['rowId', ...this.props.columns, 'prediction', ...ofProbabilities, 'modelVersion'];
    return Buffer.concat([Buffer.from(`${csvLine(names)}\n`), this.lines.content()]);
  }

  private addRowId(line: number): void {
    this.lines.addBytes(this.rowIdStart);
    this.lines.addInteger(line);
    this.lines.addBytes(this.rowIdEnd);
  }

  private addAnswer(
    prediction: RowPrediction['prediction'],
    probabilities: RowPrediction['probabilities'],
  ): void {
    this.addCell(prediction);
    if (probabilities) {
      this.hasProbabilities = true;
      this.addCell(probabilities);
    }
    this.lines.addBytes(this.modelVersion);
  }

  private addCell(value: unknown): void {
    this.lines.addBytes(COMMA);
    if (typeof value === 'number') this.lines.addNumber(value);
    else this.lines.addText(csvLine([cellOf(value)]));
  }
}

const COMMA = Buffer.from(',');

/** Lists are JSON. */
function cellOf(value: unknown): Cell {
  if (typeof value === 'string' || typeof value === 'number') return value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
}
