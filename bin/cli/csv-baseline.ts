import type { Baseline } from '../../lambda/domain/data/baseline';
import { isMissing, numberOf } from '../../lambda/domain/data/cell';
import { parseCsv } from '../../lambda/domain/data/csv';
import { baselineProfile, type ProfileColumn } from '../../lambda/domain/data/profile';
import { CliError, ExitCode } from './cli-error';

/** What the columns of a file are that are no numbers to be watched. */
export interface ColumnRoles {
  /** Column of the label, which requests do not send. */
  readonly label?: string;
  /** Column of the model's answers. */
  readonly prediction?: string;
  /** Columns of categories that are written as numbers. */
  readonly categories: readonly string[];
  /** Columns that requests do not send. */
  readonly ignored: readonly string[];
}

/**
 * The baseline of a CSV file with a header: a column is one of categories if it has text.
 *
 * @throws CliError if columns have no name, or the same, or rows differ in length
 */
export function csvBaseline(text: string, roles: ColumnRoles): Baseline {
  const [header = [], ...rows] = parseCsv(text);
  checkHeader(header, roles);
  if (rows.length === 0) throw new CliError('the file has no rows below its header');
  const odd = rows.findIndex((row) => row.length !== header.length);
  if (odd >= 0) {
    throw new CliError(
      `row ${odd + 1} has ${rows[odd]?.length} cells, but the header has ${header.length}: repair the file`,
    );
  }
  const cellsOf = (name: string) => rows.map((row) => row[header.indexOf(name)] as string);
  const others = [roles.label, roles.prediction, ...roles.ignored];
  const columns = header
    .filter((name) => !others.includes(name))
    .map((name): ProfileColumn => {
      const cells = cellsOf(name);
      const isCategory = roles.categories.includes(name) || hasText(cells);
      return { name, kind: isCategory ? 'categorical' : 'numeric', cells };
    });
  if (columns.length === 0) throw new CliError('no column is left that requests send');
  return baselineProfile(
    columns,
    roles.prediction === undefined ? undefined : numbersIn(cellsOf(roles.prediction), roles.prediction),
  );
}

function checkHeader(
  header: readonly string[],
  { label, prediction, categories, ignored }: ColumnRoles,
): void {
  const unnamed = header.findIndex((name) => name.trim() === '');
  if (unnamed >= 0) {
    throw new CliError(
      `column ${unnamed + 1} has no name: it may be the index that pandas writes; write the file with index=False`,
    );
  }
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) throw new CliError(`two columns have the name '${twice}': rename one`);
  for (const name of [label, prediction, ...categories, ...ignored]) {
    if (name === undefined || header.includes(name)) continue;
    throw new CliError(`there is no column '${name}', but ${header.join(', ')}`, ExitCode.USAGE);
  }
}

function hasText(cells: readonly string[]): boolean {
  return cells.some((cell) => !isMissing(cell) && Number.isNaN(numberOf(cell)));
}

function numbersIn(cells: readonly string[], column: string): Float64Array {
  return Float64Array.from(cells, (cell, index) => {
    const number = numberOf(cell);
    if (!Number.isNaN(number)) return number;
    throw new CliError(
      `row ${index + 1} has the prediction '${cell}' in column '${column}': it must be a number`,
    );
  });
}
