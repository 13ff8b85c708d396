/**
 * Reads JSON as Python's `json` module writes it: `NaN` is null, and `Infinity` and `-Infinity` are numbers.
 *
 * @throws SyntaxError if it is not JSON otherwise either
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    return JSON.parse(text.replace(STRING_OR_CONSTANT, (found) => NUMBERS[found] ?? found));
  }
}

/** A value from JSON; undefined if it is not JSON. */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const STRING_OR_CONSTANT = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;

// `JSON.parse` rounds a number beyond the greatest double to infinity (ECMA-262, "The MV of
// StringNumericLiteral").
const NUMBERS: Readonly<Record<string, string>> = { NaN: 'null', Infinity: '1e999', '-Infinity': '-1e999' };
