import type { Construct } from 'constructs';
import { Validation } from '../runtime/validation';
import type { DataSchema } from './data-schema';

/** What the training data look like. */
export interface TrainingDataProps {
  /** Name of the column with the label, 0 or 1. */
  readonly label: string;

  /**
   * Share of all rows, the last to arrive, on which champion and challenger are compared: files in the order of their keys,
   * and rows in the order of their lines.
   * @default 0.2
   */
  readonly holdoutFraction?: number;

  /**
   * Fewer rows than this stop a retraining.
   * @default 1000
   */
  readonly minimumRows?: number;

  /**
   * Columns that are no features, such as the id of a row.
   * @default - every column but the label is a feature
   */
  readonly ignoredColumns?: string[];

  /**
   * What the data must look like.
   * @default - as the data of the version in production suggest, as warnings
   */
  readonly schema?: DataSchema;
}

/**
 * @throws Error that tells every prop out of range
 */
export function checkTrainingData(scope: Construct, props: TrainingDataProps): void {
  const { label, holdoutFraction = 0.2, minimumRows = 1000, ignoredColumns = [], schema } = props;
  const validation = new Validation(scope)
    .check(label, label !== '', 'data.label must name a column')
    .check(
      holdoutFraction,
      holdoutFraction > 0 && holdoutFraction < 1,
      'data.holdoutFraction must be between 0 and 1, as in 0.2',
    )
    .check(
      minimumRows,
      Number.isInteger(minimumRows) && minimumRows >= 2,
      'data.minimumRows must be a whole number of at least 2',
    )
    .check(ignoredColumns, !ignoredColumns.includes(label), 'data.ignoredColumns must not name the label');
  for (const problem of schema?.problems() ?? []) validation.add(`data.${problem}`);
  validation.finish();
}
