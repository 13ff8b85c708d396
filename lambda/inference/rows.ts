/** A cell of a row: what JSON has, or of a tensor its elements, list by list. */
export type RequestCell = string | number | boolean | null | readonly RequestCell[];

/** A row as callers send it: its cells in the order of the columns, or by the names of these. */
export type RequestRow = readonly RequestCell[] | Readonly<Record<string, RequestCell>>;

export type Rows = readonly RequestRow[];

/** What was asked does not fit the model: the caller's mistake. */
export class InvalidRowsError extends Error {
  override readonly name = 'InvalidRows';

  /** @param field what of the question is at fault, such as `rows[0].age` */
  constructor(
    message: string,
    readonly field?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A row, or a cell of it, as problems name it. @param row from 1 */
export function fieldOf(row: number, column?: string): string {
  return `rows[${row - 1}]${column === undefined ? '' : `.${column}`}`;
}

const MOST_SHOWN = 80;

/** The beginning of a cell, for errors. Lists can be nested deeper than JSON can be written. */
export function textOf(cell: RequestCell | undefined): string {
  if (typeof cell === 'number') return String(cell);
  try {
    return String(JSON.stringify(cell)).slice(0, MOST_SHOWN);
  } catch {
    return 'a list that is nested too deeply';
  }
}
