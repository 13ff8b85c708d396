import type { ModelSignature } from '../../../contracts/model-signature';

/** A number that is not between the least and the greatest of the training data. */
export interface OutOfRange {
  /** From 1. */
  readonly row: number;
  readonly column: string;
}

/** Cells of a row in the order of the columns, or by their names. */
type Row = readonly unknown[] | Readonly<Record<string, unknown>>;

/** Numbers out of the ranges that a signature has, row by row. */
export function outOfRange({ inputs }: ModelSignature, rows: readonly Row[]): OutOfRange[] {
  const found: OutOfRange[] = [];
  const ranged = inputs.flatMap(({ name, range }, place) => (range ? [{ name, place, ...range }] : []));
  if (ranged.length === 0) return found;
  for (const [index, row] of rows.entries()) {
    for (const { name, place, minimum, maximum } of ranged) {
      const cell = Array.isArray(row) ? row[place] : (row as Readonly<Record<string, unknown>>)[name];
      if (typeof cell === 'number' && (cell < minimum || cell > maximum)) {
        found.push({ row: index + 1, column: name });
      }
    }
  }
  return found;
}

/**
 * API Gateway lets all headers of a response have 10,240 bytes:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
const MOST_BYTES = 4_096;

/**
 * Headers that warn of numbers out of range: a list of structured fields (RFC 9651),
 * `"age";row=3, "income";row=7`, cut after 4 KB, and how many there are. Names are percent-encoded beyond
 * ASCII.
 */
export function outOfRangeHeaders(found: readonly OutOfRange[]): Record<string, string> {
  if (found.length === 0) return {};
  let list = '';
  for (const { row, column } of found) {
    const item = `${list === '' ? '' : ', '}"${encoded(column)}";row=${row}`;
    if (list.length + item.length > MOST_BYTES) break;
    list += item;
  }
  return { 'model-out-of-range': list, 'model-out-of-range-count': String(found.length) };
}

function encoded(name: string): string {
  return name.replace(/[^\x20-\x7e]|["\\%]/gu, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}
