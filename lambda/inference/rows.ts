/** A cell of a row: what JSON has, or of a tensor its elements, list by list. */
export type RequestCell = string | number | boolean | null | readonly RequestCell[];

/** A row as callers send it: its cells in the order of the columns, or by the names of these. */
export type RequestRow = readonly RequestCell[] | Readonly<Record<string, RequestCell>>;

export type Rows = readonly RequestRow[];

/** What was asked does not fit the model: the caller's mistake. */
export class InvalidRowsError extends Error {
  override readonly name = 'InvalidRows';
}
