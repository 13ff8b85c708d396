import type { BatchOutputFormat } from '../../contracts/batch';
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
export interface OutputRow extends RowPrediction {
  /** Line of the file in which it ends. */
  readonly line: number;
  readonly repeated: readonly unknown[];
}

/** By which a row is known wherever it goes, within its run. */
export function rowIdOf({ key }: Pick<PartOutputProps, 'key'>, line: number): string {
  return `${key}:${line}`;
}
