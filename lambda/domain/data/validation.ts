import type { Problem } from '../../../contracts/problem';
import { type Cell, numberOf, type Row } from './cell';
import { ColumnCheck } from './checks/column-check';
import { Places, type Position, type ValidationFinding } from './checks/finding';
import { LabelCheck } from './checks/label-check';
import { LeakageCheck } from './checks/leakage-check';
import type { ColumnSchema, DataSchema } from './data-schema';

/** What the training data of a pipeline must look like. */
export interface DatasetExpectation {
  readonly label: string;
  /** What labels are. */
  readonly problem: Problem;
  /** Features by name, in any order; each is a number unless the schema says otherwise. */
  readonly features: readonly string[];
  /** Columns that are no features. */
  readonly ignored: readonly string[];
  /** Columns, beside label and features, that must be there. */
  readonly required: readonly string[];
  /** Checks of the data; columns that are not there are nobody's fault here. */
  readonly schema: DataSchema;
  /** Rows that a training needs at least. */
  readonly minimumRows: number;
}

/** A validation in progress: memory is constant, however many rows are added. */
export class DatasetValidation {
  private rows = 0;
  private readonly wrongLength = new Places();
  private readonly label: LabelCheck;
  /** What the schema says of the label beyond that. */
  private readonly labelColumn: ColumnCheck;
  private readonly labelPlace: number;
  private readonly columns: readonly { readonly place: number; readonly check: ColumnCheck }[];
  private readonly leakage: LeakageCheck;
  private readonly featurePlaces: readonly number[];

  /** @param header of the rows to come */
  constructor(
    private readonly header: readonly string[],
    private readonly expectation: DatasetExpectation,
  ) {
    const { label, problem, features, schema } = expectation;
    const places = new Map(header.map((name, place) => [name, place]));
    const present = features.filter((name) => places.has(name));
    const placeOf = (name: string) => places.get(name) as number;
    this.labelPlace = places.get(label) ?? -1;
    this.label = new LabelCheck(label, problem, schema.labelRate);
    this.labelColumn = new ColumnCheck(label, `label '${label}'`, schemaOf(schema, label));
    const others = Object.keys(schema.columns ?? {}).filter(
      (name) => places.has(name) && name !== label && !features.includes(name),
    );
    const newest = schema.freshness?.column;
    const checks = [
      ...present.map((name) => new ColumnCheck(name, `feature '${name}'`, schemaOf(schema, name))),
      ...others.map((name) => new ColumnCheck(name, `column '${name}'`, schemaOf(schema, name))),
    ];
    if (newest !== undefined && places.has(newest) && !checks.some(({ name }) => name === newest)) {
      checks.push(new ColumnCheck(newest, `column '${newest}'`, { type: 'time' }));
    }
    this.columns = checks.map((check) => ({ place: placeOf(check.name), check }));
    const isCategory = (name: string) => schemaOf(schema, name).type === 'category';
    this.leakage = new LeakageCheck(
      present.map((name) => ({ name, isCategory: isCategory(name) })),
      problem,
      schema.leakage,
    );
    this.featurePlaces = present.map(placeOf);
  }

  /** @param row in the order of the header; one of another length is at fault */
  add(row: Row, position: Readonly<Position>): void {
    this.rows++;
    if (row.length !== this.header.length) {
      this.wrongLength.add(position);
      return;
    }
    for (const { place, check } of this.columns) check.add(row[place], position);
    if (this.labelPlace < 0) return;
    const label = this.label.add(row[this.labelPlace], position);
    if (!Number.isNaN(label)) {
      this.labelColumn.add(label, position);
      this.leakage.add(label, () => this.featurePlaces.map((place) => row[place] as Cell));
    }
  }

  /**
   * Findings on the rows added so far; an empty list means that the data are fit for training.
   *
   * @param time now, and of the newest file
   */
  findings(time: { readonly now: Date; readonly newestFile?: Date }): ValidationFinding[] {
    const { rows, wrongLength, header } = this;
    const found: ValidationFinding[] = [...this.countFindings()];
    if (wrongLength.count > 0) {
      found.push({
        rule: 'row-length',
        severity: 'stop',
        message: `${wrongLength.count} of ${rows} rows do not have the header's ${header.length} cells: ${wrongLength.words}`,
        count: wrongLength.count,
        places: wrongLength.first,
      });
    }
    if (this.labelPlace >= 0) found.push(...this.label.findings(rows), ...this.labelColumn.findings(rows));
    for (const { check } of this.columns) found.push(...check.findings(rows));
    found.push(...this.leakage.findings());
    return [...found, ...this.freshnessFindings(time)];
  }

  private countFindings(): ValidationFinding[] {
    const { rows, expectation } = this;
    const {
      minimum = 0,
      maximum = Number.POSITIVE_INFINITY,
      severity = 'stop',
    } = expectation.schema.rows ?? {};
    if (rows < expectation.minimumRows) {
      const message = `${rows} rows, but at least ${expectation.minimumRows} are needed`;
      return [{ rule: 'minimum-rows', severity: 'stop', message }];
    }
    if (rows < minimum) {
      return [{ rule: 'minimum-rows', severity, message: `${rows} rows, fewer than ${minimum}` }];
    }
    if (rows <= maximum) return [];
    return [{ rule: 'maximum-rows', severity, message: `${rows} rows, more than ${maximum}` }];
  }

  private freshnessFindings({ now, newestFile }: { now: Date; newestFile?: Date }): ValidationFinding[] {
    const { freshness } = this.expectation.schema;
    if (!freshness) return [];
    const { column, maximumAgeHours, severity = 'stop' } = freshness;
    const check = this.columns.find((candidate) => candidate.check.name === column)?.check;
    const newest = column === undefined ? newestFile?.getTime() : check?.newest;
    if (newest === undefined || !Number.isFinite(newest)) return [];
    const hours = (now.getTime() - newest) / 3_600_000;
    if (hours <= maximumAgeHours) return [];
    const what = column === undefined ? 'the newest file was written' : `the newest '${column}' is`;
    const message = `${what} ${new Date(newest).toISOString()}, ${Math.floor(hours)} hours ago: more than ${maximumAgeHours}`;
    return [{ rule: 'freshness', severity, message, ...(column !== undefined && { column }) }];
  }
}

/** What is wrong with the names of a file's columns. */
export function checkHeader(header: readonly string[], expectation: DatasetExpectation): ValidationFinding[] {
  const found: ValidationFinding[] = [];
  const { label, features, ignored, required } = expectation;
  if (header.length === 0) {
    return [{ rule: 'columns', severity: 'stop', message: 'the file is empty; it needs a header' }];
  }
  const number = header.find((name) => !Number.isNaN(numberOf(name)));
  if (number !== undefined) {
    const message = `'${number}' is a number, not the name of a column: the first line must be a header, and a column name cannot be a number`;
    return [{ rule: 'columns', severity: 'stop', message }];
  }
  const nameless = header.findIndex((name) => name.trim() === '');
  if (nameless >= 0) {
    const message = `column ${nameless + 1} has no name: if it is the index of a table, write the file without it (in pandas, index=False); otherwise name it`;
    return [{ rule: 'columns', severity: 'stop', message }];
  }
  const index = header.find((name) => WRITTEN_INDEX.test(name) && !ignored.includes(name));
  if (index !== undefined) {
    const message = `column '${index}' is the index of a table, as pandas names it: write the file without it (index=False), or list it in ignoredColumns`;
    return [{ rule: 'columns', severity: 'stop', message }];
  }
  const expected = new Set([label, ...features, ...required]);
  const there = new Set(header);
  const absent = [...expected].filter((name) => !there.has(name));
  if (absent.length > 0) {
    const message = `columns ${list(absent)} are absent; the header is ${list(header)}`;
    found.push({ rule: 'columns', severity: 'stop', message });
  }
  const seen = new Set<string>();
  const repeated = new Set(header.filter((name) => seen.has(name) || !seen.add(name)));
  if (repeated.size > 0) {
    const message = `columns ${list([...repeated])} occur more than once`;
    found.push({ rule: 'duplicate-columns', severity: 'stop', message });
  }
  const unexpected = header.filter((name) => !expected.has(name) && !ignored.includes(name));
  if (unexpected.length > 0) {
    const message = `columns ${list(unexpected)} are neither label nor feature and are not used`;
    found.push({ rule: 'unexpected-columns', severity: 'warn', message });
  }
  return found;
}

/**
 * Names that pandas gives an index without a name: when it reads a CSV file that has one, and when it writes
 * Parquet.
 */
const WRITTEN_INDEX = /^(Unnamed: \d+|__index_level_\d+__)$/;

/** What the schema says of a column. */
export function schemaOf(schema: DataSchema, name: string): ColumnSchema {
  const own = schema.columns && Object.hasOwn(schema.columns, name) ? schema.columns[name] : undefined;
  return own ?? {};
}

function list(names: readonly string[]): string {
  const more = names.length > 20 ? `, and ${names.length - 20} more` : '';
  return (
    names
      .slice(0, 20)
      .map((name) => `'${name}'`)
      .join(', ') + more
  );
}
