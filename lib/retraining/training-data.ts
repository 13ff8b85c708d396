import type { KnownColumns } from '../monitoring/feature-drift-policy';
import type { ProblemType } from '../problem-type';
import type { Validation } from '../runtime/validation';
import type { DataSchema } from './data-schema';
import type { DataSplit, DuplicateRows } from './data-split';

/** The training data. */
export interface TrainingDataProps {
  /** Name of the column with the label, which is what the pipeline's `problem` says. */
  readonly label: string;

  /**
   * Share of all rows on which champion and challenger are compared.
   * @default 0.2
   */
  readonly holdoutFraction?: number;

  /**
   * Which rows those are.
   * @default DataSplit.byTime()
   */
  readonly split?: DataSplit;

  /**
   * What becomes of rows that would train although the holdout has them, too.
   * @default DuplicateRows.KEEP
   */
  readonly duplicates?: DuplicateRows;

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
   * Requirements for the data.
   * @default - as the data of the version in production suggest, as warnings
   */
  readonly schema?: DataSchema;
}

/** Notes every prop out of range. */
export function checkTrainingData(
  { label, holdoutFraction = 0.2, minimumRows = 1000, ignoredColumns = [], schema, split }: TrainingDataProps,
  problem: ProblemType,
  validation: Validation,
): void {
  validation
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
    .check(ignoredColumns, !ignoredColumns.includes(label), 'data.ignoredColumns must not name the label')
    .check(split?.column, split?.column !== label, 'data.split must not use the label')
    .check(split?.column, split?.column !== '', 'data.split must name a column');
  for (const found of schema?.problems() ?? []) validation.add(`data.${found}`);
  const { type } = problem._settings();
  if (type !== 'binary' && schema?._hasLabelRate()) {
    validation.add(
      `data.schema.labelRate is of labels 0 and 1, and the problem is ${type}: check the label's range or values`,
    );
  }
  if (type === 'regression' && split?._needsClasses()) {
    validation.add('data.split must not be stratified by classes, for labels that are numbers');
  }
}

/** Columns that the model does not get: those that are named, and the one that the data are split by. */
export function columnsToIgnore({ ignoredColumns = [], split }: TrainingDataProps): string[] {
  return split?.column === undefined ? ignoredColumns : [...new Set([...ignoredColumns, split.column])];
}

/** What is known of the columns before there are data. */
export function knownColumns(data: TrainingDataProps): KnownColumns {
  return {
    categories: data.schema?._categories() ?? [],
    others: [data.label, ...columnsToIgnore(data)],
  };
}
