/** One instruction of a Dockerfile. */
export interface Instruction {
  /** In capitals, such as `COPY`. */
  readonly name: string;
  /** What follows the name, with continued lines joined. */
  readonly text: string;
  /** Number of its first line, from 1. */
  readonly line: number;
}

/** What a Dockerfile asks for cannot be done here, or is wrong. */
export class DockerfileError extends Error {}

/**
 * The instructions of a Dockerfile, by https://docs.docker.com/reference/dockerfile/#format
 *
 * @throws DockerfileError for a line that is no instruction, for another escape character, and for
 * here-documents
 */
export function parseDockerfile(content: string): Instruction[] {
  if (/^#\s*escape\s*=\s*[^\\\s]/im.test(content))
    throw new DockerfileError('the parser directive escape is not implemented; continue lines with \\');
  const instructions: Instruction[] = [];
  let open: { text: string; line: number } | undefined;
  content.split(/\r?\n/).forEach((line, index) => {
    // Comments and empty lines may stand between continued lines.
    if (/^\s*(#|$)/.test(line)) return;
    const [, text = '', continued] = /^(.*?)(\\)?\s*$/.exec(line) ?? [];
    open = open ? { ...open, text: `${open.text}${text}` } : { text: text.trimStart(), line: index + 1 };
    if (continued) return;
    instructions.push(instructionOf(open));
    open = undefined;
  });
  if (open) instructions.push(instructionOf(open));
  return instructions;
}

function instructionOf({ text, line }: { readonly text: string; readonly line: number }): Instruction {
  const [, name = '', rest = ''] = /^([A-Za-z]+)(?:\s+(.*))?$/s.exec(text) ?? [];
  if (name === '')
    throw new DockerfileError(`line ${line}: no instruction begins with ${JSON.stringify(text)}`);
  if (/(^|\s)<<-?["']?\w/.test(rest)) {
    throw new DockerfileError(`line ${line}: here-documents are not implemented; write ${name} without <<`);
  }
  return { name: name.toUpperCase(), text: rest.trim(), line };
}

/** The words of an instruction in exec form, `["a", "b"]`; undefined if it is in shell form. */
export function execForm(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const words: unknown = JSON.parse(text);
    const isWords = Array.isArray(words) && words.every((word) => typeof word === 'string');
    return isWords ? words : undefined;
  } catch {
    // Docker, too, takes for a shell command what is no JSON.
    return undefined;
  }
}

/**
 * Splits at blanks, as a shell does: quotes hold words together, and are taken off. Variables have their
 * values, except in single quotes and after a backslash; one that is not set is empty.
 *
 * @see https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
export function wordsOf(text: string, variables: ReadonlyMap<string, string> = new Map()): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (const [token, escaped, single] of text.matchAll(TOKEN)) {
    if (token === '"') {
      isQuoted = !isQuoted;
      word ??= '';
    } else if (/^\s$/.test(token) && !isQuoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (single !== undefined) word = `${word ?? ''}${isQuoted ? token : single}`;
    else if (escaped === undefined) word = `${word ?? ''}${expanded(token, variables)}`;
    // In double quotes, a backslash before any other character stands for itself.
    else word = `${word ?? ''}${isQuoted && !/["\\$]/.test(escaped) ? token : escaped}`;
  }
  return word === undefined ? words : [...words, word];
}

/** An escaped character, a text in single quotes, a variable, or any other character. */
const TOKEN = /\\(.)|'([^']*)'|\$(?:\w+|\{\w+(?::[-+][^}]*)?\})|./gs;
const VARIABLE = /^\$(?:(\w+)|\{(\w+)(?:(:[-+])([^}]*))?\})$/s;

function expanded(token: string, variables: ReadonlyMap<string, string>): string {
  const [variable, plain, braced, operator, other = ''] = VARIABLE.exec(token) ?? [];
  if (variable === undefined) return token;
  const value = variables.get((plain ?? braced) as string) ?? '';
  if (operator === ':-') return value || other;
  return operator === ':+' && value ? other : value;
}
