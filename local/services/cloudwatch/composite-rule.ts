import { AwsError } from '../../gateway/aws-error';

/** The rule of a composite alarm: a condition on the states of other alarms. */
export interface CompositeRule {
  /** Names of the alarms that it asks for. */
  readonly alarmNames: readonly string[];
  holds(stateOf: (alarmName: string) => string | undefined): boolean;
}

type Condition = CompositeRule['holds'];

const TOKEN =
  /\s*(?:(ALARM|OK|INSUFFICIENT_DATA|TRUE|FALSE|AND|OR|NOT)\b|"([^"]*)"|'([^']*)'|([()])|([^\s()]+))/y;

/**
 * Reads `ALARM(a) AND NOT (OK("b c") OR FALSE)`; alarms are given by name or ARN.
 *
 * @throws AwsError ValidationException
 */
export function parseCompositeRule(text: string): CompositeRule {
  const parser = new Parser(text);
  const condition = parser.parse();
  return { alarmNames: [...parser.names], holds: condition };
}

class Parser {
  readonly names = new Set<string>();
  private readonly tokens: string[] = [];
  private position = 0;

  constructor(private readonly text: string) {
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.trimEnd().length) {
      const [, keyword, double, single, parenthesis, bare] = TOKEN.exec(text) ?? [];
      this.tokens.push((keyword ?? double ?? single ?? parenthesis ?? bare) as string);
    }
  }

  parse(): Condition {
    const condition = this.alternatives();
    if (this.position < this.tokens.length) throw this.invalid();
    return condition;
  }

  private alternatives(): Condition {
    const conditions = [this.conjunction()];
    while (this.take('OR')) conditions.push(this.conjunction());
    return (stateOf) => conditions.some((condition) => condition(stateOf));
  }

  private conjunction(): Condition {
    const conditions = [this.term()];
    while (this.take('AND')) conditions.push(this.term());
    return (stateOf) => conditions.every((condition) => condition(stateOf));
  }

  private term(): Condition {
    if (this.take('NOT')) {
      const condition = this.term();
      return (stateOf) => !condition(stateOf);
    }
    if (this.take('(')) {
      const condition = this.alternatives();
      this.expect(')');
      return condition;
    }
    if (this.take('TRUE')) return () => true;
    if (this.take('FALSE')) return () => false;
    const state = ['ALARM', 'OK', 'INSUFFICIENT_DATA'].find((name) => this.take(name));
    if (!state) throw this.invalid();
    this.expect('(');
    const name = (this.tokens[this.position++] ?? '').replace(/^arn:.*:alarm:/, '');
    this.expect(')');
    this.names.add(name);
    return (stateOf) => stateOf(name) === state;
  }

  private take(token: string): boolean {
    if (this.tokens[this.position] !== token) return false;
    this.position++;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) throw this.invalid();
  }

  private invalid(): AwsError {
    const found = this.tokens[this.position];
    return new AwsError(
      'ValidationException',
      `Invalid AlarmRule expression: unexpected ${found ?? 'end'} in "${this.text}"`,
    );
  }
}
