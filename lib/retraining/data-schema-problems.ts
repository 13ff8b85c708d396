/** What is wrong with a schema of training data, with the place of each. */
export function dataSchemaProblems(document: unknown): string[] {
  return check(SCHEMA, document, 'schema');
}

/** Reports what is wrong with a value at a place. */
type Rule = (value: unknown, place: string) => string[];

const check = (rule: Rule, value: unknown, place: string): string[] =>
  value === undefined ? [] : rule(value, place);

const must =
  (what: string, holds: (value: unknown) => boolean): Rule =>
  (value, place) =>
    holds(value) ? [] : [`${place} must be ${what}, got ${JSON.stringify(value)}`];

const number = must('a number', (value) => Number.isFinite(value));
const text = must('a text', (value) => typeof value === 'string');
const between = (low: number, high: number): Rule =>
  must(`${low} to ${high}`, (value) => typeof value === 'number' && value >= low && value <= high);
const wholeNumber = must(
  'a whole number of at least 0',
  (value) => Number.isInteger(value) && Number(value) >= 0,
);
const positive = must('above 0', (value) => typeof value === 'number' && value > 0);
const oneOf = (...values: string[]): Rule =>
  must(values.join(' or '), (value) => values.includes(value as string));
const texts = must(
  'a list of texts',
  (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
);

/** An object with these fields, each of which may be absent unless it is named as needed. */
function fields(rules: Readonly<Record<string, Rule>>, ...needed: string[]): Rule {
  return (value, place) => {
    if (!isObject(value)) return [`${place} must be an object, got ${JSON.stringify(value)}`];
    const unknown = Object.keys(value).filter((name) => !Object.hasOwn(rules, name));
    const absent = needed.filter((name) => value[name] === undefined);
    return [
      ...unknown.map((name) => `${place}.${name} is unknown, expected ${Object.keys(rules).join(', ')}`),
      ...absent.map((name) => `${place}.${name} is missing`),
      ...Object.entries(rules).flatMap(([name, rule]) => check(rule, value[name], `${place}.${name}`)),
      ...(Number(value.minimum) > Number(value.maximum) ? [`${place}.minimum is above its maximum`] : []),
    ];
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const severity = oneOf('stop', 'warn');

const COLUMN = fields({
  type: oneOf('number', 'category', 'time'),
  range: fields({ minimum: number, maximum: number, severity }),
  values: fields({ allowed: texts, maximumOther: between(0, 1), severity }, 'allowed'),
  missing: fields({ maximum: between(0, 1), severity }, 'maximum'),
  unique: fields({ severity }),
});

const SCHEMA = fields({
  columns: (value, place) =>
    isObject(value)
      ? Object.entries(value).flatMap(([name, column]) => COLUMN(column, `${place}.${name}`))
      : [`${place} must be an object, got ${JSON.stringify(value)}`],
  rows: fields({ minimum: wholeNumber, maximum: wholeNumber, severity }),
  freshness: fields({ maximumAgeHours: positive, column: text, severity }, 'maximumAgeHours'),
  labelRate: fields({ minimum: between(0, 1), maximum: between(0, 1), severity }),
  leakage: fields({ maximumAuc: between(0.5, 1), severity }, 'maximumAuc'),
});
