import type { ChoiceRule, Json } from '../definition/definition';

type Comparison = (value: Json, expected: Json) => boolean;

const ORDERS: Readonly<Record<string, (order: number) => boolean>> = {
  Equals: (order) => order === 0,
  LessThan: (order) => order < 0,
  GreaterThan: (order) => order > 0,
  LessThanEquals: (order) => order <= 0,
  GreaterThanEquals: (order) => order >= 0,
};

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  ...ordered('String', (value) => (typeof value === 'string' ? value : undefined)),
  ...ordered('Numeric', (value) => (typeof value === 'number' ? value : undefined)),
  ...ordered('Timestamp', (value) => (isTimestamp(value) ? Date.parse(value as string) : undefined)),
  BooleanEquals: (value, expected) => typeof value === 'boolean' && value === expected,
  StringMatches: (value, expected) => typeof value === 'string' && wildcard(expected as string).test(value),
  IsNull: (value, expected) => (value === null) === expected,
  IsNumeric: (value, expected) => (typeof value === 'number') === expected,
  IsString: (value, expected) => (typeof value === 'string') === expected,
  IsBoolean: (value, expected) => (typeof value === 'boolean') === expected,
  IsTimestamp: (value, expected) => isTimestamp(value) === expected,
};

/** The names that a rule may compare with. */
export const COMPARISON_NAMES: readonly string[] = [
  'IsPresent',
  ...Object.keys(COMPARISONS),
  ...Object.keys(COMPARISONS)
    .filter((name) => !name.startsWith('Is') && name !== 'StringMatches')
    .map((name) => `${name}Path`),
];

/**
 * Whether a JSONPath rule holds.
 *
 * @param find the value at a path; undefined if there is none
 * @throws Error if a path that must find something does not
 */
export function ruleHolds(rule: ChoiceRule, find: (path: string) => Json | undefined): boolean {
  const { And, Or, Not, Variable } = rule as unknown as {
    And?: ChoiceRule[];
    Or?: ChoiceRule[];
    Not?: ChoiceRule;
    Variable?: string;
  };
  if (And) return And.every((inner) => ruleHolds(inner, find));
  if (Or) return Or.some((inner) => ruleHolds(inner, find));
  if (Not) return !ruleHolds(Not, find);
  const name = Object.keys(rule).find((key) => COMPARISON_NAMES.includes(key)) as string;
  const value = find(Variable as string);
  if (name === 'IsPresent') return (value !== undefined) === rule.IsPresent;
  if (value === undefined)
    throw new Error(
      `Invalid path '${Variable}': The choice state's condition path references an invalid value.`,
    );
  const comparison = COMPARISONS[name];
  if (comparison) return comparison(value, rule[name] as Json);
  const expected = find(rule[name] as string);
  if (expected === undefined)
    throw new Error(
      `Invalid path '${rule[name]}': The choice state's condition path references an invalid value.`,
    );
  return (COMPARISONS[name.replace(/Path$/, '')] as Comparison)(value, expected);
}

/** RFC 3339. */
export function isTimestamp(value: Json | undefined): boolean {
  return (
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}

function ordered(
  type: string,
  comparable: (value: Json) => string | number | undefined,
): Record<string, Comparison> {
  return Object.fromEntries(
    Object.entries(ORDERS).map(([suffix, holds]): [string, Comparison] => [
      `${type}${suffix}`,
      (value, expected) => {
        const [one, other] = [comparable(value), comparable(expected)];
        if (one === undefined || other === undefined) return false;
        return holds(one < other ? -1 : one > other ? 1 : 0);
      },
    ]),
  );
}

/** `*` stands for any text, `\*` for a star. */
function wildcard(pattern: string): RegExp {
  const source = pattern
    .split(/(\\\*|\*)/)
    .map((part) =>
      part === '*' ? '.*' : part === '\\*' ? '\\*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'),
    )
    .join('');
  return new RegExp(`^${source}$`, 's');
}
