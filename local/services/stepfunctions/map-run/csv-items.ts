import type { JsonObject, ReaderConfig } from '../definition/definition';

const DELIMITERS = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' } as const;

/**
 * The rows of a CSV file as objects of text. Cells beyond the headers are dropped and missing ones are empty,
 * as LocalStack recorded on AWS (`test_map_item_reader_base_csv_headers_first_line` and its neighbours).
 *
 * @throws Error if there are no headers, or two are the same
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/example-csv-parse-dist-map.html
 */
export function csvItems(text: string, config: ReaderConfig, most: number): JsonObject[] {
  const rows = csvRows(text, DELIMITERS[config.CSVDelimiter ?? 'COMMA']);
  const headers = config.CSVHeaderLocation === 'GIVEN' ? config.CSVHeaders : rows.next().value;
  if (!headers) throw new Error('CSV file has no header row.');
  if (new Set(headers).size < headers.length) throw new Error('CSV headers cannot contain duplicates.');
  const items: JsonObject[] = [];
  for (const row of rows) {
    if (items.length >= most) break;
    items.push(Object.fromEntries(headers.map((header, column) => [header, row[column] ?? ''])));
  }
  return items;
}

/** Rows by RFC 4180; empty lines are skipped. */
function* csvRows(text: string, delimiter: string): Generator<string[], undefined> {
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at <= text.length; at++) {
    const character = text[at];
    if (isQuoted && character !== undefined) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') cell += text[++at];
      else isQuoted = false;
    } else if (character === '"' && cell === '') isQuoted = true;
    else if (character === delimiter) {
      row.push(cell);
      cell = '';
    } else if (character === '\n' || character === undefined) {
      row.push(cell.endsWith('\r') ? cell.slice(0, -1) : cell);
      if (row.length > 1 || row[0] !== '') yield row;
      row = [];
      cell = '';
    } else cell += character;
  }
}
