import { AwsError } from '../../gateway/aws-error';

/** What is not searched for parameters: strings, quoted names, comments, and casts (`::`). */
const SKIPPED = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|::/y;
const PARAMETER = /:([A-Za-z_]\w*)/y;

/** A statement as PostgreSQL takes it. */
export interface PositionalStatement {
  readonly sql: string;
  /** Names of the parameters `$1`, `$2`, ... */
  readonly names: readonly string[];
}

/** Replaces `:name` by `$1`, `$2`, ...; the same name has the same place. */
export function positionalStatement(sql: string): PositionalStatement {
  const names: string[] = [];
  let text = '';
  for (let at = 0; at < sql.length; ) {
    SKIPPED.lastIndex = at;
    PARAMETER.lastIndex = at;
    const [skipped] = SKIPPED.exec(sql) ?? [];
    const [parameter, name] = skipped === undefined ? (PARAMETER.exec(sql) ?? []) : [];
    if (parameter !== undefined && name !== undefined) {
      if (!names.includes(name)) names.push(name);
      text += `$${names.indexOf(name) + 1}`;
    } else text += skipped ?? sql.charAt(at);
    at += (skipped ?? parameter ?? ' ').length;
  }
  return { sql: text, names };
}

/** @throws AwsError BadRequestException if a parameter has no value */
export function valuesOf({ names }: PositionalStatement, given: ReadonlyMap<string, unknown>): unknown[] {
  return names.map((name) => {
    if (!given.has(name)) throw new AwsError('BadRequestException', `Cannot find parameter: ${name}`);
    return given.get(name);
  });
}
