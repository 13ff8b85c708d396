import { AwsError, NotImplementedError } from '../../gateway/aws-error';

/** Whether a log message matches. */
export type LogFilter = (message: string) => boolean;

/**
 * Reads a filter pattern: terms (`ERROR`, `"two words"`, `-excluded`, `?either ?or`, `%regular expression%`)
 * or comparisons of JSON members (`{ $.level = "ERROR" && $.took > 10 }`).
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @throws AwsError InvalidParameterException for a malformed pattern
 * @throws NotImplementedError for space-delimited patterns and for nested JSON conditions
 */
export function logFilter(pattern: string): LogFilter {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('[')) throw new NotImplementedError(`the space-delimited filter pattern ${text}`);
  return text.startsWith('{') ? jsonFilter(text) : termFilter(text);
}

function termFilter(text: string): LogFilter {
  const terms = [...text.matchAll(/([-?]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]*)%|(\S+))/g)].map(
    ([, sign, quoted, expression, word]) => ({ sign, matches: termMatcher(quoted, expression, word) }),
  );
  const of = (sign: string) => terms.filter((term) => term.sign === sign);
  const [required, excluded, optional] = [of(''), of('-'), of('?')];
  return (message) =>
    required.every(({ matches }) => matches(message)) &&
    !excluded.some(({ matches }) => matches(message)) &&
    // Beside required terms the optional ones have no effect.
    (optional.length === 0 || required.length > 0 || optional.some(({ matches }) => matches(message)));
}

function termMatcher(quoted?: string, expression?: string, word?: string): LogFilter {
  if (expression !== undefined) {
    const regular = new RegExp(expression);
    return (message) => regular.test(message);
  }
  const term = quoted === undefined ? (word as string) : quoted.replace(/\\(.)/g, '$1');
  return (message) => message.includes(term);
}

function jsonFilter(text: string): LogFilter {
  const inner = /^\{(.*)\}$/s.exec(text)?.[1];
  if (inner === undefined) throw invalid(text);
  const parts = splitOutsideQuotes(inner);
  const operators = new Set(parts.filter((_, index) => index % 2 === 1));
  if (operators.size > 1) throw new NotImplementedError(`the filter pattern ${text}, which mixes && and ||`);
  const conditions = parts.filter((_, index) => index % 2 === 0).map((part) => condition(part, text));
  return (message) => {
    const value = parseJson(message);
    if (value === undefined) return false;
    return operators.has('||')
      ? conditions.some((holds) => holds(value))
      : conditions.every((holds) => holds(value));
  };
}

function splitOutsideQuotes(text: string): string[] {
  return text.split(/(&&|\|\|)(?=(?:[^"]*"[^"]*")*[^"]*$)/);
}

function condition(part: string, whole: string): (value: unknown) => boolean {
  const match = /^\s*\$([\w.[\]-]*)\s*(!=|<=|>=|=|<|>)\s*(?:"([^"]*)"|([\w.*+-]+))\s*$/.exec(part);
  if (!match) throw new NotImplementedError(`the condition${part}in the filter pattern ${whole}`);
  const [, path = '', operator = '=', quoted, bare] = match;
  const wanted = quoted ?? bare ?? '';
  const keys = [...path.matchAll(/[^.[\]]+/g)].map(([key]) => key);
  return (value) => {
    const actual = keys.reduce<unknown>((at, key) => (at as Record<string, unknown> | null)?.[key], value);
    return compare(actual, operator, wanted);
  };
}

function compare(actual: unknown, operator: string, wanted: string): boolean {
  if (operator === '!=') return actual !== undefined && !equals(actual, wanted);
  if (actual === undefined || actual === null) return false;
  if (operator === '=') return equals(actual, wanted);
  const [left, right] = [Number(actual), Number(wanted)];
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

function equals(actual: unknown, wanted: string): boolean {
  if (typeof actual === 'number') return actual === Number(wanted);
  const expression = wanted.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replace(/\*/g, '.*');
  return new RegExp(`^${expression}$`, 's').test(String(actual));
}

function parseJson(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function invalid(pattern: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid filter pattern: ${pattern}`);
}
