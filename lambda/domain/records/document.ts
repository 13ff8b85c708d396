import * as z from 'zod/mini';

/**
 * Reads a JSON document against its schema.
 *
 * @param what the document's name in errors, such as `routing document`
 * @throws Error if the text is not JSON or does not match the schema, naming each place at fault
 */
export function parseDocument<T>(schema: z.ZodMiniType<T>, text: string, what: string): T {
  return checkDocument(schema, parseJsonDocument(text, what), what);
}

/** @throws Error that names the document, if the text is not JSON */
export function parseJsonDocument(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${what} is not JSON: it begins with '${text.slice(0, 40)}'`, { cause });
  }
}

/** Checks a value against its schema; errors as {@link parseDocument}. */
export function checkDocument<T>(schema: z.ZodMiniType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const { issues } = result.error;
  const more = issues.length > DESCRIBED ? `; and ${issues.length - DESCRIBED} more` : '';
  const described = issues.slice(0, DESCRIBED).map(describeIssue).join('; ');
  throw new Error(`${what} is not valid: ${described}${more}`);
}

/** A document with many places at fault would make an error that is longer than itself. */
const DESCRIBED = 10;

/** Schema of a model version in a document. */
export const modelVersionText = z.string().check(z.regex(/^(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8})){2}$/));

type Issue = z.core.$ZodIssue;

// zod/mini has no messages of its own, and its English ones come with those of all other languages (270 kB).
function describeIssue(issue: Issue): string {
  const place = issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  if (issue.code === 'unrecognized_keys') return `${place}unknown field '${issue.keys.join("', '")}'`;
  const received = JSON.stringify(issue.input)?.slice(0, 60) ?? 'nothing';
  return `${place}expected ${expectationOf(issue)}, got ${received}`;
}

function expectationOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ');
    case 'invalid_format':
      return issue.format === 'regex' ? `a match of ${issue.pattern}` : `the format ${issue.format}`;
    case 'too_small':
      return `${issue.origin} ${issue.inclusive ? 'of at least' : 'above'} ${issue.minimum}`;
    case 'too_big':
      return `${issue.origin} ${issue.inclusive ? 'of at most' : 'below'} ${issue.maximum}`;
    default:
      return 'another form';
  }
}

/** A list of the workflow, whose expressions give a lone item without its list. */
export function listOf<Item extends z.ZodMiniType>(item: Item) {
  return z.pipe(
    z.union([z.array(item), item]),
    z.transform((value) => [value].flat() as z.infer<Item>[]),
  );
}

/** Reasons in words. */
export const reasonList = listOf(z.string());
