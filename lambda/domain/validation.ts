import { isMissing, numberOf, type Row } from './cell';
import type { FeatureKind } from './profile';

/** What the training data of a pipeline must look like. The label is binary: 0 or 1. */
export interface DatasetExpectation {
  readonly labelColumn: string;
  /** Features by name, in any order. Other columns draw a warning. */
  readonly features: Readonly<Record<string, FeatureKind>>;
  /** Rows that a training needs at least. */
  readonly minimumRows: number;
}

/** One thing that is wrong with the data. */
export interface ValidationFinding {
  readonly rule:
    | 'columns'
    | 'duplicate-columns'
    | 'unexpected-columns'
    | 'minimum-rows'
    | 'row-length'
    | 'label-missing'
    | 'label-binary'
    | 'label-classes'
    | 'numeric-cells'
    | 'missing-cells';
  /** `stop` ends the retraining, `warn` is only reported. */
  readonly severity: 'stop' | 'warn';
  readonly message: string;
}

/** A validation under way: memory is constant, however many rows are added. */
export interface DatasetValidation {
  add(row: Row): void;
  /** Findings on the rows added so far; an empty list means that the data is fit for training. */
  findings(): ValidationFinding[];
}

/** Begins to validate rows under a header. Call it for each file, or once if all share a header. */
export function startValidation(
  header: readonly string[],
  expectation: DatasetExpectation,
): DatasetValidation {
  const headerFindings = checkHeader(header, expectation);
  const labelIndex = header.indexOf(expectation.labelColumn);
  const columns = Object.entries(expectation.features)
    .map(([name, kind]) => ({ name, kind, index: header.indexOf(name), missing: 0, nonNumeric: 0 }))
    .filter((column) => column.index >= 0);
  const labels = { zero: 0, one: 0, missing: 0, other: 0 };
  let rows = 0;
  let wrongLength = 0;

  return {
    add(row) {
      rows++;
      if (row.length !== header.length) {
        wrongLength++;
        return;
      }
      if (labelIndex >= 0) labels[classOf(row[labelIndex])]++;
      for (const column of columns) {
        const cell = row[column.index];
        if (isMissing(cell)) column.missing++;
        else if (column.kind === 'numeric' && Number.isNaN(numberOf(cell))) column.nonNumeric++;
      }
    },

    findings() {
      const found = [...headerFindings];
      const stop = (rule: ValidationFinding['rule'], message: string) =>
        found.push({ rule, severity: 'stop', message });
      if (rows < expectation.minimumRows) {
        stop('minimum-rows', `${rows} rows, but at least ${expectation.minimumRows} are needed`);
      }
      if (wrongLength > 0) {
        stop('row-length', `${wrongLength} of ${rows} rows do not have the header's ${header.length} cells`);
      }
      const label = `label '${expectation.labelColumn}'`;
      if (labels.missing > 0) stop('label-missing', `${label} is missing in ${labels.missing} rows`);
      if (labels.other > 0) stop('label-binary', `${label} is neither 0 nor 1 in ${labels.other} rows`);
      if (labelIndex >= 0 && rows > 0 && (labels.zero === 0 || labels.one === 0)) {
        stop('label-classes', `${label} is 0 in ${labels.zero} rows and 1 in ${labels.one}: both are needed`);
      }
      for (const { name, missing, nonNumeric } of columns) {
        if (nonNumeric > 0) {
          stop('numeric-cells', `feature '${name}' is not a number in ${nonNumeric} of ${rows} rows`);
        }
        if (missing > 0) {
          const message = `feature '${name}' is missing in ${missing} of ${rows} rows`;
          found.push({ rule: 'missing-cells', severity: missing === rows ? 'stop' : 'warn', message });
        }
      }
      return found;
    },
  };
}

function checkHeader(header: readonly string[], expectation: DatasetExpectation): ValidationFinding[] {
  const found: ValidationFinding[] = [];
  const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');
  const expected = [expectation.labelColumn, ...Object.keys(expectation.features)];
  const absent = expected.filter((name) => !header.includes(name));
  if (absent.length > 0) {
    found.push({
      rule: 'columns',
      severity: 'stop',
      message: `columns ${list(absent)} are absent; the header is ${list(header)}`,
    });
  }
  const duplicates = [...new Set(header.filter((name, index) => header.indexOf(name) !== index))];
  if (duplicates.length > 0) {
    found.push({
      rule: 'duplicate-columns',
      severity: 'stop',
      message: `columns ${list(duplicates)} occur more than once`,
    });
  }
  const unexpected = header.filter((name) => !expected.includes(name));
  if (unexpected.length > 0) {
    found.push({
      rule: 'unexpected-columns',
      severity: 'warn',
      message: `columns ${list(unexpected)} are neither label nor feature and are not used`,
    });
  }
  return found;
}

function classOf(cell: Row[number] | undefined): 'zero' | 'one' | 'missing' | 'other' {
  if (isMissing(cell)) return 'missing';
  const value = numberOf(cell);
  if (value === 0) return 'zero';
  return value === 1 ? 'one' : 'other';
}
