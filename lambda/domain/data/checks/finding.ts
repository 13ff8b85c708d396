import type { Cell } from '../cell';
import type { Severity } from '../data-schema';

/** One thing that is wrong with the data. */
export interface ValidationFinding {
  readonly rule: ValidationRule;
  readonly severity: Severity;
  /** In words, with the first places. */
  readonly message: string;
  readonly column?: string;
  /** Rows or cells that are at fault. */
  readonly count?: number;
  /** The first of them. */
  readonly places?: readonly Place[];
}

export type ValidationRule =
  | 'readable'
  | 'columns'
  | 'duplicate-columns'
  | 'unexpected-columns'
  | 'former-columns'
  | 'minimum-rows'
  | 'maximum-rows'
  | 'row-length'
  | 'label-missing'
  | 'label-values'
  | 'label-classes'
  | 'label-rate'
  | 'numeric-cells'
  | 'time-cells'
  | 'missing-cells'
  | 'range'
  | 'values'
  | 'unique'
  | 'freshness'
  | 'leakage';

/** Where a cell stands. */
export interface Place {
  readonly file: string;
  /** Counted from 1; in Parquet, the row. */
  readonly line: number;
  /** What stands there. */
  readonly value?: string;
}

/** Where the checked row is from. */
export interface Position {
  file: string;
  line: number;
  /**
   * Whether the file's cells have types, so that text such as `NA` is not a missing number.
   * @default false
   */
  isTyped?: boolean;
}

/** Places of one fault: all are counted, the first are kept. */
export class Places {
  count = 0;
  readonly first: Place[] = [];

  add({ file, line }: Readonly<Position>, cell?: Cell): void {
    if (++this.count > KEPT) return;
    this.first.push({ file, line, ...(cell !== undefined && { value: String(cell).slice(0, 100) }) });
  }

  /** What a person needs to find the first of them. */
  get words(): string {
    const places = this.first.slice(0, TOLD).map(({ file, line, value }) => {
      return `${file} line ${line}${value === undefined ? '' : ` ('${value.slice(0, 30)}')`}`;
    });
    return `${places.join(', ')}${this.count > TOLD ? ', ...' : ''}`;
  }
}

const KEPT = 20;
const TOLD = 2;
