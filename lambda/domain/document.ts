import * as z from 'zod/mini';

/**
 * Reads a JSON document against its schema.
 *
 * @param what the document's name in errors, such as `routing document`
 * @throws Error if the text is not JSON or does not match the schema, naming each place at fault
 */
export function parseDocument<T>(schema: z.ZodMiniType<T>, text: string, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${what} is not JSON: it begins with '${text.slice(0, 40)}'`, { cause });
  }
  return checkDocument(schema, value, what);
}

/** Checks a value against its schema; errors as {@link parseDocument}. */
export function checkDocument<T>(schema: z.ZodMiniType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value, { error: z.locales.en().localeError });
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const place = issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
    return `${place}${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`;
  });
  throw new Error(`${what} is not valid: ${problems.join('; ')}`);
}

/** Schema of a model version in a document. */
export const modelVersionText = z
  .string()
  .check(z.regex(/^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/, 'expected MAJOR.MINOR.PATCH'));
