import type { Cell } from '../../domain/data/cell';
import { UnreadableFileError } from './data-file';

/**
 * A typed value as a cell: nothing and NaN are missing, truth is 1 and falsehood 0, times are ISO 8601 in
 * UTC.
 *
 * @param place names it in errors
 * @throws UnreadableFileError if it is a list or an object
 */
export function cellOf(value: unknown, place: () => string): Cell {
  switch (typeof value) {
    case 'number':
      if (Number.isFinite(value)) return value;
      return Number.isNaN(value) ? '' : String(value);
    case 'string':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case 'undefined':
      return '';
  }
  if (value === null) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  throw new UnreadableFileError(
    `${place()} holds a list or an object, and cells hold single values; make columns of it, or leave it out`,
  );
}
