import { AwsError, NotImplementedError } from '../../gateway/aws-error';

/** Values by timestamp in milliseconds, in ascending order. */
export type Series = ReadonlyMap<number, number>;

type Value = number | string | Series | readonly Series[];

/** What an expression is evaluated in. */
export interface MathContext {
  /** The series of another query of the same request; undefined if there is none of this id. */
  series(id: string): Series | undefined;
  /** Ids of the queries that are metrics, in their order. */
  readonly metricIds: readonly string[];
  /** Timestamps of all periods asked for. */
  readonly timestamps: readonly number[];
  readonly periodSeconds: number;
}

/**
 * Evaluates a metric math expression: arithmetic, comparisons, and the functions below.
 *
 * @throws AwsError ValidationException; NotImplementedByLocalCloud for other functions
 */
export function evaluateMath(expression: string, context: MathContext): Series {
  const result = new Parser(expression, context).parse();
  if (result instanceof Map) return result as Series;
  throw invalid(expression, 'must return a single time series');
}

type Token = { readonly kind: 'number' | 'string' | 'name' | 'symbol'; readonly text: string };

const TOKEN =
  /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|"([^"]*)"|'([^']*)'|([A-Za-z_]\w*)|(<=|>=|==|!=|&&|\|\||[-+*/^()<>,[\]]))/y;

/** From the loosest to the tightest. */
const LEVELS: readonly (readonly string[])[] = [
  ['||', 'OR'],
  ['&&', 'AND'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/'],
];

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '||': (a, b) => Number(a !== 0 || b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<': (a, b) => Number(a < b),
  '<=': (a, b) => Number(a <= b),
  '>': (a, b) => Number(a > b),
  '>=': (a, b) => Number(a >= b),
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
};

class Parser {
  private readonly tokens: Token[];
  private position = 0;

  constructor(
    private readonly expression: string,
    private readonly context: MathContext,
  ) {
    this.tokens = tokenize(expression);
  }

  parse(): Value {
    const value = this.binary(0);
    if (this.position < this.tokens.length) throw this.unexpected();
    return value;
  }

  private binary(level: number): Value {
    const operators = LEVELS[level];
    if (!operators) return this.power();
    let left = this.binary(level + 1);
    for (let operator = this.take(...operators); operator; operator = this.take(...operators)) {
      left = combine(OPERATORS[operator] as (a: number, b: number) => number, left, this.binary(level + 1));
    }
    return left;
  }

  private power(): Value {
    const base = this.unary();
    return this.take('^')
      ? combine(OPERATORS['^'] as (a: number, b: number) => number, base, this.power())
      : base;
  }

  private unary(): Value {
    if (this.take('-')) return combine((a, b) => a - b, 0, this.unary());
    return this.primary();
  }

  private primary(): Value {
    if (this.take('(')) {
      const value = this.binary(0);
      this.expect(')');
      return value;
    }
    if (this.take('[')) return this.list(']').flatMap(seriesOf);
    const token = this.tokens[this.position++];
    if (token?.kind === 'number') return Number(token.text);
    if (token?.kind === 'string') return token.text;
    if (token?.kind !== 'name') throw this.unexpected(token);
    if (this.take('(')) return this.call(token.text, this.list(')'));
    if (token.text === 'REPEAT' || token.text === 'LINEAR') return token.text;
    const series = this.context.series(token.text);
    if (!series) throw invalid(this.expression, `undefined id ${token.text}`);
    return series;
  }

  private list(close: string): Value[] {
    const values: Value[] = [];
    if (this.take(close)) return values;
    do values.push(this.binary(0));
    while (this.take(','));
    this.expect(close);
    return values;
  }

  private call(name: string, values: readonly Value[]): Value {
    const implementation = FUNCTIONS[name];
    if (!implementation)
      throw new NotImplementedError(`the metric math function ${name} (in "${this.expression}")`);
    try {
      return implementation(values, this.context);
    } catch (error) {
      if (error instanceof TypeError) throw invalid(this.expression, `wrong arguments of ${name}`);
      throw error;
    }
  }

  private take(...symbols: readonly string[]): string | undefined {
    const token = this.tokens[this.position];
    if (!token || token.kind === 'number' || token.kind === 'string' || !symbols.includes(token.text))
      return undefined;
    this.position++;
    return token.text;
  }

  private expect(symbol: string): void {
    if (!this.take(symbol)) throw this.unexpected();
  }

  private unexpected(token = this.tokens[this.position]): AwsError {
    return invalid(this.expression, token ? `unexpected ${token.text}` : 'unexpected end');
  }
}

function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const [, number, double, single, name, symbol] = TOKEN.exec(expression) ?? [];
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name !== undefined) tokens.push({ kind: 'name', text: name });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol });
    else if (double !== undefined || single !== undefined)
      tokens.push({ kind: 'string', text: (double ?? single) as string });
    else throw invalid(expression, `unexpected character at ${at}`);
  }
  return tokens;
}

type MathFunction = (values: readonly Value[], context: MathContext) => Value;

const FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  METRICS: ([filter], { metricIds, series }) =>
    metricIds
      .filter((id) => typeof filter !== 'string' || id.includes(filter))
      .map((id) => series(id) as Series),
  SUM: reducer((numbers) => numbers.reduce((sum, number) => sum + number, 0)),
  AVG: reducer((numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length),
  MIN: reducer((numbers) => Math.min(...numbers)),
  MAX: reducer((numbers) => Math.max(...numbers)),
  ABS: ([value]) => each(Math.abs, value),
  CEIL: ([value]) => each(Math.ceil, value),
  FLOOR: ([value]) => each(Math.floor, value),
  IF: ([condition, whenTrue, whenFalse]) => choose(condition, whenTrue, whenFalse),
  FILL: ([value, filling], { timestamps }) => fill(value, filling, timestamps),
  RATE: ([value]) => differences(value, (change, seconds) => change / seconds),
  DIFF: ([value]) => differences(value, (change) => change),
  PERIOD: (_values, { periodSeconds }) => periodSeconds,
  TIME_SERIES: ([value], { timestamps }) => finite(timestamps.map((time) => [time, scalar(value)])),
};

/** Of a list of series: per timestamp; of one series: over its values. */
function reducer(reduce: (numbers: readonly number[]) => number): MathFunction {
  return (values) => {
    const [first] = values;
    if (values.length === 1 && first instanceof Map) {
      return first.size === 0 ? Number.NaN : reduce([...first.values()]);
    }
    const all = values.flatMap(seriesOf);
    const times = [...new Set(all.flatMap((series) => [...series.keys()]))].sort((a, b) => a - b);
    return finite(times.map((time) => [time, reduce(all.flatMap((series) => series.get(time) ?? []))]));
  };
}

function combine(operate: (a: number, b: number) => number, left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') return operate(left, right);
  if (Array.isArray(left)) return left.map((one) => combine(operate, one, right) as Series);
  if (Array.isArray(right)) return right.map((one) => combine(operate, left, one) as Series);
  const times = left instanceof Map ? left : (right as Series);
  return finite(
    [...times.keys()].flatMap((time): [number, number][] => {
      const [a, b] = [at(left, time), at(right, time)];
      return a === undefined || b === undefined ? [] : [[time, operate(a, b)]];
    }),
  );
}

function each(operate: (value: number) => number, value: Value | undefined): Value {
  return combine((a) => operate(a), value as Value, 0);
}

function choose(
  condition: Value | undefined,
  whenTrue: Value | undefined,
  whenFalse: Value | undefined,
): Value {
  if (typeof condition === 'number') return (condition !== 0 ? whenTrue : whenFalse) as Value;
  if (!(condition instanceof Map)) throw new TypeError('IF takes a series');
  return finite(
    [...condition].flatMap(([time, truth]): [number, number][] => {
      const chosen = truth !== 0 ? whenTrue : whenFalse;
      const value = chosen === undefined ? undefined : at(chosen, time);
      return value === undefined ? [] : [[time, value]];
    }),
  );
}

function fill(value: Value | undefined, filling: Value | undefined, timestamps: readonly number[]): Value {
  if (Array.isArray(value)) return value.map((series) => fill(series, filling, timestamps) as Series);
  if (!(value instanceof Map) || filling === undefined) throw new TypeError('FILL takes a series');
  const series = value as Series;
  return finite(
    timestamps.flatMap((time): [number, number][] => {
      const filled = series.get(time) ?? missing(series, time, filling);
      return filled === undefined ? [] : [[time, filled]];
    }),
  );
}

function missing(series: Series, time: number, filling: Value): number | undefined {
  if (filling !== 'REPEAT' && filling !== 'LINEAR') return at(filling, time);
  const before = [...series].filter(([other]) => other < time).pop();
  if (filling === 'REPEAT') return before?.[1];
  const after = [...series].find(([other]) => other > time);
  if (!before || !after) return undefined;
  return before[1] + ((after[1] - before[1]) * (time - before[0])) / (after[0] - before[0]);
}

function differences(value: Value | undefined, operate: (change: number, seconds: number) => number): Value {
  if (Array.isArray(value)) return value.map((series) => differences(series, operate) as Series);
  if (!(value instanceof Map)) throw new TypeError('a series is needed');
  const points = [...(value as Series)];
  return finite(
    points.slice(1).map(([time, number], i) => {
      const [previousTime, previous] = points[i] as [number, number];
      return [time, operate(number - previous, (time - previousTime) / 1000)];
    }),
  );
}

function at(value: Value, time: number): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Map) return value.get(time);
  throw new TypeError('a number or a series is needed');
}

function scalar(value: Value | undefined): number {
  if (typeof value !== 'number') throw new TypeError('a number is needed');
  return value;
}

function seriesOf(value: Value): readonly Series[] {
  if (value instanceof Map) return [value as Series];
  if (Array.isArray(value)) return value;
  throw new TypeError('a series is needed');
}

/** A division by zero gives no data point. */
function finite(points: readonly (readonly [number, number])[]): Series {
  return new Map(points.filter(([, value]) => Number.isFinite(value)));
}

function invalid(expression: string, fault: string): AwsError {
  return new AwsError('ValidationException', `Error in expression "${expression}": ${fault}.`);
}
