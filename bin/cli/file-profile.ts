import { CategoryColumn } from '../../lambda/aws/category-column';
import type { DataFile } from '../../lambda/aws/data-files/data-file';
import { NumberColumn } from '../../lambda/aws/number-column';
import type { Baseline } from '../../lambda/domain/data/baseline';
import { type Cell, isMissing, numberOf, type Row } from '../../lambda/domain/data/cell';
import type { DatasetProfile } from '../../lambda/domain/data/profile';
import { ProfileCounter } from '../../lambda/domain/data/profile-counter';
import { CliError, ExitCode } from './cli-error';
import { openLocalFile } from './local-files';

/** What the columns of a file are that are no numbers to be watched. */
export interface ColumnRoles {
  /** Column of the label, which requests do not send. */
  readonly label?: string | undefined;
  /** Column of the model's answers. */
  readonly prediction?: string | undefined;
  /** Columns of categories that are written as numbers. */
  readonly categories: readonly string[];
  /** Columns that requests do not send. */
  readonly ignored: readonly string[];
}

/**
 * The profile of a file of rows: a column is one of categories if it has text. The file is read twice, and
 * may be larger than memory but for its numbers, at 8 bytes each.
 *
 * @throws CliError if columns have no name, or the same, or rows differ in length
 */
export async function profileFile(path: string, roles: ColumnRoles): Promise<Baseline> {
  const { header } = await openLocalFile(path);
  checkHeader(path, header, roles);
  const others = [roles.label, roles.prediction, ...roles.ignored];
  const names = header.filter((name) => !others.includes(name));
  if (names.length === 0) throw new CliError(`${path} has no column left that requests send`);
  const withText = await columnsWithText(path);
  const columns = names.map((name) => {
    const isCategory = roles.categories.includes(name) || withText.has(name);
    return {
      name,
      place: header.indexOf(name),
      cells: isCategory ? new CategoryColumn() : new NumberColumn(),
    };
  });
  const predictions = roles.prediction === undefined ? undefined : new NumberColumn();
  const predictionPlace = header.indexOf(roles.prediction ?? '');
  let rows = 0;
  for await (const { row, line } of rowsOf(path)) {
    rows++;
    for (const { place, cells } of columns) cells.add(row[place]);
    predictions?.add(predictionIn(row[predictionPlace] as Cell, `line ${line} of ${path}`, roles));
  }
  if (rows === 0) throw new CliError(`${path} has no rows below its header`);
  return {
    rows,
    features: Object.fromEntries(columns.map(({ name, cells }) => [name, cells.profile()])),
    ...(predictions && { prediction: predictions.profile() }),
  };
}

/**
 * Counts the rows of a file in the bins of a baseline.
 *
 * @param prediction column of the model's answers
 * @throws CliError if the file lacks a column of the baseline
 */
export async function countFile(
  path: string,
  baseline: DatasetProfile,
  prediction: string | undefined,
): Promise<DatasetProfile> {
  const { header } = await openLocalFile(path);
  for (const name of [...Object.keys(baseline.features), ...(prediction === undefined ? [] : [prediction])]) {
    if (!header.includes(name)) throw noColumn(path, name, header);
  }
  const counter = new ProfileCounter(baseline, header);
  const place = header.indexOf(prediction ?? '');
  for await (const { row } of rowsOf(path)) {
    counter.addRow(row, place < 0 ? undefined : numberOf(row[place]));
  }
  return counter.profile();
}

function checkHeader(
  path: string,
  header: readonly string[],
  { label, prediction, categories, ignored }: ColumnRoles,
): void {
  const unnamed = header.findIndex((name) => name.trim() === '');
  if (unnamed >= 0) {
    throw new CliError(
      `column ${unnamed + 1} of ${path} has no name: it may be the index that pandas writes; write the file with index=False`,
    );
  }
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) throw new CliError(`two columns of ${path} have the name '${twice}': rename one`);
  for (const name of [label, prediction, ...categories, ...ignored]) {
    if (name !== undefined && !header.includes(name)) throw noColumn(path, name, header);
  }
}

function noColumn(path: string, name: string, header: readonly string[]): CliError {
  return new CliError(`${path} has no column '${name}', but ${header.join(', ')}`, ExitCode.USAGE);
}

async function columnsWithText(path: string): Promise<ReadonlySet<string>> {
  const { header, isTyped } = await openLocalFile(path);
  const found = new Set<string>();
  for await (const { row } of rowsOf(path)) {
    for (const [place, cell] of row.entries()) if (isText(cell, isTyped)) found.add(header[place] as string);
  }
  return found;
}

/** A missing cell of a file with types is not written as text. */
function isText(cell: Cell, isTyped: boolean): boolean {
  if (typeof cell === 'number' || !Number.isNaN(numberOf(cell))) return false;
  return isTyped ? cell !== '' : !isMissing(cell);
}

async function* rowsOf(path: string): AsyncGenerator<{ readonly row: Row; readonly line: number }> {
  const { header, batches }: DataFile = await openLocalFile(path);
  for await (const { rows, lines } of batches) {
    for (const [index, row] of rows.entries()) {
      const line = lines[index] as number;
      if (row.length !== header.length) {
        throw new CliError(
          `line ${line} of ${path} has ${row.length} cells, but the header has ${header.length}: repair the file`,
        );
      }
      yield { row, line };
    }
  }
}

function predictionIn(cell: Cell, place: string, { prediction }: ColumnRoles): number {
  const number = numberOf(cell);
  if (!Number.isNaN(number)) return number;
  throw new CliError(`${place} has the prediction '${cell}' in column '${prediction}': it must be a number`);
}
