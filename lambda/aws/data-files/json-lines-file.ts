import type { Cell } from '../../domain/data/cell';
import { parseJson } from '../../domain/records/json';
import { cellOf } from './cell-of';
import {
  checkColumns,
  type DataFile,
  type DataObject,
  type ObjectReader,
  type RowBatch,
  UnreadableFileError,
} from './data-file';
import { textPieces } from './text-pieces';

/**
 * Opens a file of one JSON object a line (UTF-8), plain or packed. The columns are
 * the names in its first lines, as many as arrive at once: a name that comes up later makes its row longer
 * than the others.
 *
 * @throws UnreadableFileError if its beginning cannot be read
 */
export async function openJsonLines(store: ObjectReader, file: DataObject): Promise<DataFile> {
  const all = readJsonLines(store, file);
  const first = await all.next();
  if (first.done) return { header: [], isTyped: true, batches: batchesOf(file.key, [], all) };
  const names = new Set<string>();
  for (const { object } of first.value) for (const name of Object.keys(object)) names.add(name);
  const header = checkColumns(file.key, [...names]);
  return { header, isTyped: true, batches: batchesOf(file.key, header, all, first.value) };
}

/** A line with an object. */
export interface JsonLine {
  readonly text: string;
  readonly object: Readonly<Record<string, unknown>>;
  readonly line: number;
}

/**
 * Lines of a file as many at a time as arrive at once.
 *
 * @throws UnreadableFileError if one is not an object in JSON
 */
export async function* readJsonLines(store: ObjectReader, file: DataObject): AsyncGenerator<JsonLine[]> {
  let pending = '';
  let line = 0;
  const parse = (texts: readonly string[]): JsonLine[] =>
    texts.flatMap((text) => {
      line++;
      return text.trim() === '' ? [] : [{ text, object: parseObject(text, line, file.key), line }];
    });
  for await (const piece of textPieces(store, file, () => line + 1)) {
    const texts = (pending + piece).split('\n');
    pending = texts.pop() ?? '';
    if (pending.length > LONGEST_LINE) {
      throw new UnreadableFileError(
        `${file.key} cannot be read: line ${line + texts.length + 1} is longer than ${LONGEST_LINE} characters; put one object on each line`,
      );
    }
    const objects = parse(texts);
    if (objects.length > 0) yield objects;
  }
  const last = parse([pending]);
  if (last.length > 0) yield last;
}

async function* batchesOf(
  key: string,
  header: readonly string[],
  others: AsyncIterable<JsonLine[]>,
  first: JsonLine[] = [],
): AsyncGenerator<RowBatch> {
  const known = new Set(header);
  const rowOf = ({ object, line }: JsonLine): Cell[] => {
    const cells = header.map((name) =>
      cellOf(ownValue(object, name), () => `${key}, line ${line}: '${name}'`),
    );
    for (const name in object) if (!known.has(name)) cells.push(cellOf(object[name], () => name));
    return cells;
  };
  const batchOf = (lines: JsonLine[]) => ({ rows: lines.map(rowOf), lines: lines.map(({ line }) => line) });
  yield batchOf(first);
  for await (const lines of others) yield batchOf(lines);
}

/** A name such as `constructor` is one of the file's, not what every object has. */
function ownValue(object: JsonLine['object'], name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function parseObject(text: string, line: number, key: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    const message = `${key} cannot be read: line ${line} is not JSON, it begins with '${text.slice(0, 40)}'`;
    throw new UnreadableFileError(message, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new UnreadableFileError(
    `${key} cannot be read: line ${line} is not an object, it begins with '${text.slice(0, 40)}'`,
  );
}

const LONGEST_LINE = 8 * 2 ** 20;
