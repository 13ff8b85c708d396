import type { AttributeValue } from '../attribute-value';
import { invalid } from '../errors';
import type { DocumentPath } from './document-path';
import type { References } from './references';
import { isReserved } from './reserved-words';

/** Longest text of an expression, in bytes. */
const LONGEST = 4096;

/** What a condition or an update computes with. */
export type Operand =
  | { readonly kind: 'path'; readonly path: DocumentPath }
  | { readonly kind: 'value'; readonly value: AttributeValue };

const TOKEN = /\s*(?:([A-Za-z_][A-Za-z0-9_]*|[#:][A-Za-z0-9_]+|\d+)|(<=|>=|<>|[=<>(),.+\-[\]]))/y;

/** Reads the tokens of one expression. */
export class ExpressionReader {
  private readonly tokens: string[] = [];
  private at = 0;

  /**
   * @param kind e.g. `ConditionExpression`, for errors
   * @throws AwsError ValidationException
   */
  constructor(
    text: string,
    readonly kind: string,
    private readonly references: References,
  ) {
    if (text.trim() === '') throw this.invalid('The expression can not be empty;');
    const size = Buffer.byteLength(text);
    if (size > LONGEST)
      throw this.invalid(`Expression size has exceeded the maximum allowed size; expression size: ${size}`);
    const end = text.trimEnd().length;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < end) {
      const from = TOKEN.lastIndex;
      const match = TOKEN.exec(text);
      const token = match?.[1] ?? match?.[2];
      if (token === undefined) throw this.syntaxError(text.slice(from).trim().charAt(0), text.slice(from));
      this.tokens.push(token);
    }
  }

  get next(): string | undefined {
    return this.tokens[this.at];
  }

  /** The token after the next one. */
  get afterNext(): string | undefined {
    return this.tokens[this.at + 1];
  }

  /** Whether the next token is a word of the language, in any case. */
  isWord(word: string): boolean {
    return this.next?.toUpperCase() === word;
  }

  take(): string {
    const token = this.next;
    if (token === undefined) throw this.unexpected();
    this.at++;
    return token;
  }

  /** Takes the next token if it is this one. */
  takes(token: string): boolean {
    const is = this.next === token || (/^[A-Z]/.test(token) && this.isWord(token));
    if (is) this.at++;
    return is;
  }

  expect(token: string): void {
    if (!this.takes(token)) throw this.unexpected();
  }

  expectEnd(): void {
    if (this.next !== undefined) throw this.unexpected();
  }

  operand(): Operand {
    return this.next?.startsWith(':')
      ? { kind: 'value', value: this.references.value(this.take(), this.kind) }
      : { kind: 'path', path: this.path() };
  }

  path(): DocumentPath {
    const path: (string | number)[] = [this.name()];
    for (;;) {
      if (this.takes('.')) path.push(this.name());
      else if (this.takes('[')) {
        const index = this.take();
        if (!/^\d+$/.test(index)) throw this.unexpected(-1);
        path.push(Number(index));
        this.expect(']');
      } else return path;
    }
  }

  private name(): string {
    const token = this.next;
    if (token === undefined || !/^[A-Za-z#_]/.test(token)) throw this.unexpected();
    this.at++;
    if (token.startsWith('#')) return this.references.name(token, this.kind);
    if (isReserved(token))
      throw this.invalid(`Attribute name is a reserved keyword; reserved keyword: ${token}`);
    return token;
  }

  /** The error that the next token (or the one `by` places from it) cannot stand there. */
  unexpected(by = 0): Error {
    const at = this.at + by;
    const near = this.tokens.slice(Math.max(0, at - 1), at + 2).join(' ');
    return this.syntaxError(this.tokens[at] ?? '<EOF>', near);
  }

  invalid(what: string): Error {
    return invalid(`Invalid ${this.kind}: ${what}`);
  }

  private syntaxError(token: string, near: string): Error {
    return this.invalid(`Syntax error; token: "${token}", near: "${near}"`);
  }
}
