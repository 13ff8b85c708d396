import { COMPARISON_NAMES } from '../language/choice-comparison';
import { parseIntrinsic } from '../language/intrinsic-functions';
import { parsePath } from '../language/json-path';
import { expressionIn, syntaxError } from '../language/jsonata-expression';
import { type ChoiceRule, isObject, type QueryLanguageName, type StateDefinition } from './definition';
import type { Diagnostics } from './diagnostics';

/** Fields that hold other states, or nothing that is evaluated. */
const NOT_EVALUATED = [
  'Branches',
  'ItemProcessor',
  'Iterator',
  'Retry',
  'Comment',
  'Resource',
  'Next',
  'Default',
  'Type',
];

/** Checks the syntax of every expression or path of a state. */
export function checkExpressions(
  state: StateDefinition,
  language: QueryLanguageName,
  location: string,
  found: Diagnostics,
): void {
  for (const [field, value] of Object.entries(state)) {
    if (NOT_EVALUATED.includes(field)) continue;
    const at = `${location}/${field}`;
    if (language === 'JSONata') checkJsonata(value, at, found);
    else if (field === 'Choices') checkRules(value as ChoiceRule[], at, found);
    else if (field.endsWith('Path')) checkPath(value, at, found);
    else if (field !== 'Result') checkTemplate(value, at, found);
  }
}

function checkJsonata(value: unknown, location: string, found: Diagnostics): void {
  const expression = expressionIn(value);
  if (expression !== undefined) {
    const problem = syntaxError(expression);
    if (problem) found.schema(`The JSONata expression cannot be parsed: ${problem}`, location);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkJsonata(item, `${location}[${index}]`, found);
  } else if (isObject(value)) {
    for (const [name, item] of Object.entries(value)) checkJsonata(item, `${location}/${name}`, found);
  }
}

/** Checks the syntax of a JSONPath. */
export function checkPath(value: unknown, location: string, found: Diagnostics): void {
  if (value === null) return;
  try {
    // ErrorPath and CausePath may be functions.
    if (/\/(Error|Cause)Path$/.test(location)) parseIntrinsic(String(value));
    else parsePath(String(value));
  } catch (error) {
    found.schema(`Value is not a valid JSONPath: ${(error as Error).message}`, location);
  }
}

function checkTemplate(value: unknown, location: string, found: Diagnostics): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkTemplate(item, `${location}[${index}]`, found);
    return;
  }
  if (!isObject(value)) return;
  for (const [name, item] of Object.entries(value)) {
    if (!name.endsWith('.$')) checkTemplate(item, `${location}/${name}`, found);
    else if (!isIntrinsic(item)) {
      found.schema(
        `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call`,
        location,
      );
    }
  }
}

function isIntrinsic(text: unknown): boolean {
  try {
    parseIntrinsic(String(text));
    return true;
  } catch {
    return false;
  }
}

const RULE_FIELDS = ['Next', 'Comment', 'Assign'];

function checkRules(rules: readonly ChoiceRule[], location: string, found: Diagnostics): void {
  for (const [index, rule] of rules.entries()) {
    const at = `${location}[${index}]`;
    const comparisons = Object.fromEntries(
      Object.entries(rule).filter(([name]) => !RULE_FIELDS.includes(name)),
    );
    checkComparison(comparisons, at, found);
    checkTemplate(rule.Assign, `${at}/Assign`, found);
  }
}

function checkComparison(rule: Record<string, unknown>, location: string, found: Diagnostics): void {
  const { And, Or, Not, Variable, ...rest } = rule;
  for (const [name, inner] of Object.entries({ And, Or })) {
    if (inner === undefined) continue;
    for (const [index, item] of (inner as Record<string, unknown>[]).entries())
      checkComparison(item, `${location}/${name}[${index}]`, found);
    return;
  }
  if (Not !== undefined) {
    checkComparison(Not as Record<string, unknown>, `${location}/Not`, found);
    return;
  }
  checkPath(Variable ?? '', `${location}/Variable`, found);
  const [operator, ...others] = Object.keys(rest);
  if (operator === undefined || others.length > 0 || !COMPARISON_NAMES.includes(operator)) {
    found.schema(
      `Exactly one comparison operator is required, got [${Object.keys(rest).join(', ')}]`,
      location,
    );
  } else if (operator.endsWith('Path')) checkPath(rest[operator], `${location}/${operator}`, found);
}
