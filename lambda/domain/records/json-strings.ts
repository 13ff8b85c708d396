/** Where a string's content is, without its quotes: from `start` up to `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The content of a string that has no escape, and no character beyond ASCII. */
export function plainText(bytes: Buffer, { start, end }: Span): string {
  return bytes.toString('latin1', start, end);
}

/**
 * Where the strings of a JSON document are that are values of objects.
 *
 * @param json valid JSON
 * @returns by the names that lead there, as a JSON array; of names that come twice the last one counts, as
 * for `JSON.parse`
 */
export function stringsIn(json: string): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>();
  const outer: string[] = [];
  let name = '';
  for (const { 0: token, 1: content, 2: colon, index } of json.matchAll(TOKENS)) {
    if (content === undefined) {
      if (token === '}' || token === ']') {
        name = outer.pop() as string;
      } else {
        outer.push(name);
        name = '[]';
      }
    } else if (colon !== undefined) {
      name = JSON.parse(`"${content}"`);
    } else {
      const start = index + 1;
      spans.set(JSON.stringify([...outer.slice(1), name]), { start, end: start + content.length });
    }
  }
  return spans;
}

/** Strings, those with a colon being names, and where objects and arrays begin and end. */
const TOKENS = /"((?:[^"\\]|\\.)*)"(\s*:)?|[{}[\]]/g;
