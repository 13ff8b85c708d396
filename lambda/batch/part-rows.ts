import type { BatchFormat } from '../../contracts/batch';
import type { ModelSignature } from '../../contracts/model-signature';
import { cellOf } from '../aws/data-files/cell-of';
import { CsvSplitter } from '../aws/data-files/csv-splitter';
import { cutText } from '../domain/batch/part-cutter';
import type { Cell, Row } from '../domain/data/cell';
import { csvLine } from '../domain/data/csv-line';
import { requestCells } from '../domain/model-signature/request-cells';
import { parseJson } from '../domain/records/json';
import type { RequestCell } from '../inference/rows';

/** A row of the input. */
export interface InputRow {
  /** Line of the file in which it ends, counted from 1 as editors do. */
  readonly line: number;
  /** As the file has it, or nearly so. */
  text(): string;
  /** Cells of the columns that the output repeats. */
  readonly repeated: readonly unknown[];
  /** Undefined if the row cannot be scored. */
  readonly cells: RowCells | undefined;
  /** Why it cannot be scored. */
  readonly problem?: string;
}

export interface RowCells {
  /** In the order of the model's columns. */
  readonly request: readonly RequestCell[];
  /** The same, as profiles count them. */
  readonly profiled: Row;
}

/** Which cells of named columns are read. */
export interface WantedCells {
  /** Names of the columns; none of JSON lines. */
  readonly columns: readonly string[];
  /** Names of the model's columns. */
  readonly features: readonly string[];
  /** Names of the columns that the output repeats. */
  readonly repeated: readonly string[];
  readonly signature: ModelSignature | undefined;
}

export interface PartRowsProps extends WantedCells {
  readonly format: BatchFormat;
  /** Lines of the file before the part. */
  readonly linesBefore: number;
}

/** Reads a block of so many rows. Those that cannot be read have a problem; none is left out. */
export type RowReader = (block: Buffer, linesBefore: number, count: number) => InputRow[];

/** Reads rows of texts. */
export function rowReader(props: PartRowsProps): RowReader {
  return props.format === 'csv' ? csvReader(props) : jsonReader(props);
}

/** Makes rows of the cells of columns with names. */
export function cellReader({ columns, features, repeated, signature }: WantedCells) {
  const placesOf = (names: readonly string[]) => names.map((name) => columns.indexOf(name));
  const [placesOfFeatures, placesOfRepeated] = [placesOf(features), placesOf(repeated)];
  return (cells: Row, line: number): InputRow => {
    const read = {
      line,
      text: () => csvLine(cells),
      repeated: placesOfRepeated.map((place) => cells[place] ?? ''),
    };
    if (cells.length !== columns.length) {
      const problem = `the row has ${cells.length} cells, and the header ${columns.length}`;
      return { ...read, cells: undefined, problem };
    }
    const profiled = placesOfFeatures.map((place) => cells[place] as Cell);
    try {
      return { ...read, cells: { request: requestCells(profiled, signature), profiled } };
    } catch (error) {
      return { ...read, cells: undefined, problem: (error as Error).message };
    }
  };
}

function csvReader(props: PartRowsProps): RowReader {
  const rowOf = cellReader(props);
  const nothing = props.repeated.map(() => '');
  const split = (block: Buffer, linesBefore: number): InputRow[] => {
    const splitter = new CsvSplitter();
    return [splitter.add(utf8(block)), splitter.end()].flatMap(({ rows, lines }) =>
      rows.map((cells, index) => rowOf(cells, linesBefore + (lines[index] as number))),
    );
  };
  return (block, linesBefore, count) => {
    const together = attempt(() => split(block, linesBefore));
    if (together.value?.length === count) return together.value;
    // A row that cannot be split leaves the others as they are.
    return rowsOf(block, 'csv').map(({ bytes, linesBefore: above }) => {
      const alone = attempt(() => split(bytes, linesBefore + above));
      if (alone.value?.length === 1) return alone.value[0] as InputRow;
      const text = bytes.toString('utf8').trimEnd();
      const line = linesBefore + above + text.split('\n').length;
      return unreadable(line, text, alone.problem ?? `the row holds ${alone.value?.length} rows`, nothing);
    });
  };
}

function jsonReader({ features, repeated, signature }: PartRowsProps): RowReader {
  const optional = new Set(signature?.inputs.filter((input) => input.optional).map(({ name }) => name));
  const nothing = repeated.map(() => null);
  const rowOf = (text: string, line: number): InputRow => {
    const { value: found, problem = '' } = attempt(() => objectIn(text));
    if (!found) return unreadable(line, text, problem, nothing);
    const read = { line, text: () => text, repeated: repeated.map((name) => ownValue(found, name) ?? null) };
    const values: RequestCell[] = [];
    for (const name of features) {
      const value = ownValue(found, name) as RequestCell | undefined;
      if (value === undefined && !optional.has(name)) {
        return { ...read, cells: undefined, problem: `the row has no '${name}'` };
      }
      values.push(value ?? null);
    }
    return { ...read, cells: { request: values, profiled: values.map(profiledCell) } };
  };
  return (block, linesBefore) => {
    const together = attempt(() => utf8(block));
    if (together.value !== undefined) {
      return together.value.split('\n').flatMap((text, index) => {
        const row = text.trimEnd();
        return text === '' || text === '\r' ? [] : [rowOf(row, linesBefore + index + 1)];
      });
    }
    // A row that is not UTF-8 leaves the others as they are.
    return rowsOf(block, 'jsonl').map(({ bytes, linesBefore: above }) => {
      const alone = attempt(() => utf8(bytes).trimEnd());
      const line = linesBefore + above + 1;
      return alone.value === undefined
        ? unreadable(line, bytes.toString('utf8').trimEnd(), alone.problem ?? '', nothing)
        : rowOf(alone.value, line);
    });
  };
}

/** @param nothing in the place of the cells that the output repeats */
function unreadable(line: number, text: string, problem: string, nothing: readonly unknown[]): InputRow {
  return { line, text: () => text, repeated: nothing, cells: undefined, problem };
}

/** Lists are opaque for profiles. */
function profiledCell(value: RequestCell): Cell {
  return typeof value === 'object' && value !== null ? Number.NaN : cellOf(value, () => '');
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  const value = parseJson(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new Error('the row is not a JSON object');
}

/** A name such as `constructor` is one of the row's, not what every object has. */
function ownValue(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function rowsOf(block: Buffer, format: BatchFormat) {
  return cutText(block, { format, hasHeader: false, partBytes: 1 }).parts.map(
    ({ from, to, linesBefore }) => ({
      bytes: block.subarray(from, to),
      linesBefore,
    }),
  );
}

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8(bytes: Buffer): string {
  try {
    return DECODER.decode(bytes);
  } catch {
    throw new Error('the row is not UTF-8');
  }
}

interface Attempt<T> {
  readonly value?: T;
  readonly problem?: string;
}

function attempt<T>(action: () => T): Attempt<T> {
  try {
    return { value: action() };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
