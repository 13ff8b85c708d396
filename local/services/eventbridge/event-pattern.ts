import { AwsError, NotImplementedError } from '../../gateway/aws-error';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** Field names to lists of accepted values, or to nested patterns; `$or` to a list of patterns. */
export interface EventPattern {
  readonly [field: string]: Json;
}

/**
 * Reads an event pattern as EventBridge does.
 *
 * @throws AwsError InvalidEventPatternException
 */
export function parseEventPattern(text: string): EventPattern {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch (error) {
    throw invalid((error as Error).message);
  }
  if (!isObject(pattern) || Object.keys(pattern).length === 0) throw invalid('Filter is not an object');
  validate(pattern, '');
  return pattern;
}

/**
 * Whether an event has every field of the pattern with one of its accepted values. A dot in a name joins two:
 * `state.status` is
 * `status` within `state`, in the pattern as in the event (AWS's answers, recorded by LocalStack, to its
 * `dot_joining_*` patterns).
 */
export function matchesPattern(pattern: EventPattern, event: unknown): boolean {
  return matchesFields(withoutDots(pattern) as EventPattern, withoutDots(event));
}

function matchesFields(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    if (field === '$or' && isAlternatives(wanted)) {
      return wanted.some((alternative) => matchesFields(alternative, event));
    }
    const value = isObject(event) ? event[field] : undefined;
    if (!Array.isArray(wanted)) return matchesNested(wanted as EventPattern, value);
    return (wanted as readonly Json[]).some((matcher) => matchesValue(matcher, value));
  });
}

/** A list of objects matches when one of them does. */
function matchesNested(pattern: EventPattern, value: unknown): boolean {
  return Array.isArray(value)
    ? value.some((item) => matchesFields(pattern, item))
    : matchesFields(pattern, value);
}

/** Objects with names without dots, whose fields are those of names joined by dots. */
function withoutDots(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDots);
  if (!isObject(value)) return value;
  const fields: Record<string, unknown> = Object.create(null);
  for (const [name, item] of Object.entries(value)) put(fields, name.split('.'), withoutDots(item));
  return fields;
}

function put(fields: Record<string, unknown>, [name = '', ...rest]: readonly string[], item: unknown): void {
  const existing = fields[name];
  if (rest.length > 0) {
    const inside = isObject(existing) ? { ...existing } : {};
    put(inside, rest, item);
    fields[name] = inside;
  } else fields[name] = isObject(existing) && isObject(item) ? { ...existing, ...item } : item;
}

function isAlternatives(value: Json): value is readonly JsonObject[] {
  return Array.isArray(value) && value.length > 1 && value.every(isObject);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function matchesValue(matcher: Json, value: unknown): boolean {
  if (isObject(matcher) && 'exists' in matcher) {
    const isLeaf = value !== undefined && !isObject(value) && !(Array.isArray(value) && value.length === 0);
    return isLeaf === matcher.exists;
  }
  const values = Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value];
  return values.some((one) => one !== undefined && !isObject(one) && matchesLeaf(matcher, one as Json));
}

function matchesLeaf(matcher: Json, value: Json): boolean {
  if (!isObject(matcher)) return matcher === value;
  const [operator, operand] = Object.entries(matcher)[0] as [string, Json];
  return (OPERATORS[operator] as Operator).matches(operand, value);
}

interface Operator {
  /** Why an operand is wrong; undefined if it is right. */
  fault(operand: Json): string | undefined;
  matches(operand: Json, value: Json): boolean;
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  prefix: affix('prefix', (text, part) => text.startsWith(part)),
  suffix: affix('suffix', (text, part) => text.endsWith(part)),
  'equals-ignore-case': {
    fault: (operand) =>
      typeof operand === 'string' ? undefined : 'equals-ignore-case match pattern must be a string',
    matches: (operand, value) => lower(operand) === lower(value) && typeof value === 'string',
  },
  wildcard: {
    fault: wildcardFault,
    matches: (operand, value) => typeof value === 'string' && wildcard(operand as string).test(value),
  },
  numeric: {
    fault: (operand) => numericFault(operand),
    matches: (operand, value) =>
      typeof value === 'number' && comparisons(operand).every((hold) => hold(value)),
  },
  exists: {
    fault: (operand) =>
      typeof operand === 'boolean' ? undefined : 'exists match pattern must be either true or false.',
    // Decided before a value is at hand: see `matchesValue`.
    matches: () => true,
  },
  'anything-but': {
    fault: anythingButFault,
    matches: (operand, value) => !anyOf(operand, value),
  },
};

function affix(name: string, holds: (text: string, part: string) => boolean): Operator {
  return {
    fault: (operand) => {
      const part = isObject(operand) ? operand['equals-ignore-case'] : operand;
      return typeof part === 'string' ? undefined : `${name} match pattern must be a string`;
    },
    matches: (operand, value) => {
      if (typeof value !== 'string') return false;
      return isObject(operand)
        ? holds(lower(value), lower(operand['equals-ignore-case'] as Json))
        : holds(value, operand as string);
    },
  };
}

function lower(value: Json): string {
  return String(value).toLowerCase();
}

function anyOf(operand: Json, value: Json): boolean {
  if (!isObject(operand)) return ([operand].flat() as Json[]).includes(value);
  const [operator, inner] = Object.entries(operand)[0] as [string, Json];
  return ([inner].flat() as Json[]).some((one) => (OPERATORS[operator] as Operator).matches(one, value));
}

function anythingButFault(operand: Json): string | undefined {
  if (isObject(operand)) {
    const [operator = '', inner] = Object.entries(operand)[0] ?? [];
    if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(operator)) {
      return `Unsupported anything-but pattern: ${operator}`;
    }
    const faults = ([inner].flat() as Json[]).map((one) => (OPERATORS[operator] as Operator).fault(one));
    return faults.find((fault) => fault !== undefined);
  }
  const values = [operand].flat() as Json[];
  const kinds = new Set(values.map((value) => typeof value));
  const isValid = values.length > 0 && kinds.size === 1 && (kinds.has('string') || kinds.has('number'));
  return isValid
    ? undefined
    : 'Inside anything but list, start|null|boolean is not supported; give only strings or only numbers';
}

function wildcardFault(operand: Json): string | undefined {
  if (typeof operand !== 'string') return 'wildcard match pattern must be a string';
  return operand.replace(/\\[*\\]/g, '').includes('**')
    ? `Consecutive wildcard characters at pos ${operand.indexOf('**')}`
    : undefined;
}

/** `*` stands for any characters; `\*` and `\\` for themselves. */
function wildcard(pattern: string): RegExp {
  const expression = pattern.replace(
    /\\([*\\])|([*])|([.+?^${}()|[\]\\/])/g,
    (_all, escaped, star, special) => (star ? '.*' : `\\${escaped ?? special}`),
  );
  return new RegExp(`^${expression}$`, 's');
}

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

const LARGEST_NUMBER = 1e9;

function numericFault(operand: Json): string | undefined {
  if (!Array.isArray(operand) || operand.length === 0) return 'Value of numeric must be an array.';
  if (operand.length !== 2 && operand.length !== 4)
    return 'Too many or too few elements in numeric expression';
  for (let i = 0; i < operand.length; i += 2) {
    const [name, limit] = [operand[i], operand[i + 1]];
    if (typeof name !== 'string' || !COMPARISONS[name]) return `Unrecognized numeric range operator: ${name}`;
    if (typeof limit !== 'number') return `Value of ${name} must be numeric`;
    if (Math.abs(limit) > LARGEST_NUMBER) return `Value of ${name} must be between -1.0E9 and 1.0E9`;
  }
  return undefined;
}

function comparisons(operand: Json): ((value: number) => boolean)[] {
  const list = operand as readonly (string | number)[];
  const result: ((value: number) => boolean)[] = [];
  for (let i = 0; i < list.length; i += 2) {
    const compare = COMPARISONS[list[i] as string] as (value: number, limit: number) => boolean;
    result.push((value) => compare(value, list[i + 1] as number));
  }
  return result;
}

function validate(pattern: JsonObject, path: string): void {
  for (const [field, wanted] of Object.entries(pattern)) {
    const here = path === '' ? field : `${path}.${field}`;
    if (field === '$or' && isAlternatives(wanted)) {
      for (const alternative of wanted) validate(alternative, path);
    } else if (Array.isArray(wanted)) {
      if (wanted.length === 0) throw invalid(`Empty arrays are not allowed (at ${here})`);
      for (const matcher of wanted as readonly Json[]) validateMatcher(matcher, here);
    } else if (isObject(wanted)) {
      if (Object.keys(wanted).length === 0) throw invalid(`Empty objects are not allowed (at ${here})`);
      validate(wanted, here);
    } else {
      throw invalid(`"${field}" must be an object or an array`);
    }
  }
}

function validateMatcher(matcher: Json, path: string): void {
  if (Array.isArray(matcher))
    throw invalid(`Match value must be String, number, true, false, or null (at ${path})`);
  if (!isObject(matcher)) return;
  const entries = Object.entries(matcher);
  const [operator = '', operand = null] = entries[0] ?? [];
  if (operator === 'cidr') throw new NotImplementedError(`the operator cidr of event patterns (at ${path})`);
  if (entries.length !== 1) throw invalid(`Only one key allowed in match expression (at ${path})`);
  const known = OPERATORS[operator];
  if (!known) throw invalid(`Unrecognized match type ${operator}`);
  const fault = known.fault(operand);
  if (fault) throw invalid(`${fault} (at ${path})`);
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
