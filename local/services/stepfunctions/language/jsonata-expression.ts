import jsonata from 'jsonata';
import { type FunctionSources, registerFunctions } from './jsonata-functions';

/** An expression that runs longer would hold up everything else. */
const LONGEST_EVALUATION_MILLISECONDS = 5_000;

export type Evaluation =
  | { readonly value: unknown }
  | { readonly failure: 'undefined' | 'function' }
  | { readonly failure: 'thrown'; readonly message: string };

/** The expression in `{% ... %}`; undefined for other text. */
export function expressionIn(text: unknown): string | undefined {
  if (typeof text !== 'string' || !text.startsWith('{%') || !text.endsWith('%}')) return undefined;
  return text.slice(2, -2).trim();
}

/** What is wrong with an expression's syntax, if anything. */
export function syntaxError(expression: string): string | undefined {
  try {
    jsonata(expression);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The value as plain JSON. */
export async function evaluateExpression(
  text: string,
  bindings: Record<string, unknown>,
  sources: FunctionSources,
): Promise<Evaluation> {
  let value: unknown;
  try {
    const expression = jsonata(text, { timeout: LONGEST_EVALUATION_MILLISECONDS });
    registerFunctions(expression, sources);
    value = await expression.evaluate(undefined, bindings);
  } catch (error) {
    const { code, message } = error as jsonata.JsonataError;
    return { failure: 'thrown', message: code ? `${code}: ${message}` : message };
  }
  if (value === undefined) return { failure: 'undefined' };
  if (isFunction(value)) return { failure: 'function' };
  return { value: JSON.parse(JSON.stringify(value, withoutFunctions)) };
}

function withoutFunctions(_key: string, value: unknown): unknown {
  return isFunction(value) ? undefined : value;
}

function isFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return (
    typeof value === 'object' &&
    value !== null &&
    ('_jsonata_lambda' in value || '_jsonata_function' in value)
  );
}
