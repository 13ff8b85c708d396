import * as z from 'zod/mini';
import { checkDocument, parseJsonDocument } from '../domain/records/document';
import { namedRecord } from '../domain/records/named-record';
import type { Question } from './question';
import { InvalidRowsError, type RequestCell, type RequestRow, type Rows } from './rows';

/**
 * Question of an event: `{"rows": [...]}` or `{"instances": [...]}`, each row a list of its cells or an
 * object of them by column, or `{"inputs": {...}}` with a list for each column; with an `inferenceId` or
 * without. It may name a `releaseId`.
 *
 * @throws InvalidRowsError if it has no rows
 */
export function questionOf(event: unknown): Question {
  return readQuestion(() => questionIn(checkDocument(directQuestion, event, 'event')));
}

/**
 * Question of an HTTP request's body, as {@link questionOf}, without a `releaseId`: callers of a URL do not
 * choose who answers them.
 *
 * @throws InvalidRowsError if it has no rows
 */
export function questionOfBody(text: string): Question {
  return readQuestion(() => {
    const body = parseJsonDocument(text, 'body');
    // The schema is slow with many rows: it reads what has another form, and tells what is wrong.
    return onlyRows(body) ?? questionIn(checkDocument(question, body, 'body'));
  });
}

function readQuestion(read: () => Question): Question {
  try {
    return read();
  } catch (error) {
    throw new InvalidRowsError(
      `${(error as Error).message}; send {"rows": [[1, 2], [3, 4]]}, one cell a feature, or {"rows": [{"age": 1}, {"age": 3}]}`,
    );
  }
}

/** The question of a body that has nothing but a list of rows; undefined if it has another form. */
function onlyRows(body: unknown): Question | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const names = Object.keys(body);
  if (names.length !== 1 || (names[0] !== 'rows' && names[0] !== 'instances')) return undefined;
  const rows: unknown = (body as Record<string, unknown>)[names[0]];
  if (!Array.isArray(rows) || rows.length === 0) return undefined;
  for (const row of rows) if (typeof row !== 'object' || row === null) return undefined;
  return { rows };
}

function questionIn({ rows, instances, inputs, inferenceId, releaseId }: Asked): Question {
  const found = rows ?? instances ?? (inputs && rowsOfColumns(inputs));
  if (!found) throw new Error('there are neither rows nor instances nor inputs');
  return {
    rows: found,
    ...(inferenceId !== undefined && { inferenceId }),
    ...(releaseId !== undefined && { releaseId }),
  };
}

function rowsOfColumns(columns: Readonly<Record<string, readonly RequestCell[]>>): Rows {
  const [[first, cells] = ['', []], ...others] = Object.entries(columns);
  const other = others.find(([, { length }]) => length !== cells.length);
  if (other) {
    throw new Error(
      `inputs.${first} has ${cells.length} cells, but inputs.${other[0]} has ${other[1].length}: give each column one cell a row`,
    );
  }
  if (cells.length === 0) throw new Error('inputs has no columns with cells');
  const names = Object.keys(columns);
  return cells.map((_, row) =>
    Object.fromEntries(names.map((name) => [name, columns[name]?.[row] as RequestCell])),
  );
}

// What cells are is for the model to judge, whose columns have types.
const row = z.custom<RequestRow>((value) => typeof value === 'object' && value !== null, 'expected a row');
export const rowList = z.array(row).check(z.minLength(1));
const cells = z.custom<readonly RequestCell[]>(Array.isArray, 'expected an array of cells');
const question = z.object({
  rows: z.optional(rowList),
  instances: z.optional(rowList),
  inputs: z.optional(namedRecord(cells)),
  inferenceId: z.optional(z.string()),
});
const directQuestion = z.extend(question, { releaseId: z.optional(z.string()) });

type Asked = z.infer<typeof question> & Partial<z.infer<typeof directQuestion>>;
