import { invalid } from './errors';

/** An exact number: `digits` times ten to the power of `exponent`, without trailing zeros. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/**
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
const MOST_DIGITS = 38;
const LARGEST_MAGNITUDE = 125;
const SMALLEST_MAGNITUDE = -130;

/**
 * @throws AwsError ValidationException for text that is not a number, or a number that DynamoDB does not
 * store
 */
export function parseDecimal(text: string): Decimal {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text.trim());
  const [, sign, whole = '', fraction = '', exponent = '0'] = match ?? [];
  if (!match || whole + fraction === '')
    throw invalid(`The parameter cannot be converted to a numeric value: ${text}`);
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  return checked({ digits, exponent: Number(exponent) - fraction.length });
}

/** In plain notation: `1e2` is `100`. */
export function formatDecimal({ digits, exponent }: Decimal): string {
  const text = String(digits < 0n ? -digits : digits);
  const sign = digits < 0n ? '-' : '';
  if (exponent >= 0) return sign + text + '0'.repeat(exponent);
  const padded = text.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** @throws AwsError ValidationException if DynamoDB could not store the sum */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const [x, y] = aligned(a, b);
  return checked({ digits: x + y, exponent: Math.min(a.exponent, b.exponent) });
}

export function negated({ digits, exponent }: Decimal): Decimal {
  return { digits: -digits, exponent };
}

/** Bytes of a stored number: one for two digits, and one more. */
export function decimalSize({ digits }: Decimal): number {
  return Math.ceil(countDigits(digits) / 2) + 1;
}

function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint] {
  const exponent = Math.min(a.exponent, b.exponent);
  const scaled = (decimal: Decimal) => decimal.digits * 10n ** BigInt(decimal.exponent - exponent);
  return [scaled(a), scaled(b)];
}

function checked({ digits, exponent }: Decimal): Decimal {
  if (digits === 0n) return { digits, exponent: 0 };
  const text = String(digits);
  const zeros = /0*$/.exec(text)?.[0].length ?? 0;
  const kept = { digits: BigInt(text.slice(0, text.length - zeros)), exponent: exponent + zeros };
  const count = countDigits(kept.digits);
  if (count > MOST_DIGITS)
    throw invalid(`Attempting to store more than ${MOST_DIGITS} significant digits in a Number`);
  const magnitude = kept.exponent + count - 1;
  if (magnitude > LARGEST_MAGNITUDE)
    throw invalid('Number overflow. Attempting to store a number with magnitude larger than supported range');
  if (magnitude < SMALLEST_MAGNITUDE)
    throw invalid(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    );
  return kept;
}

function countDigits(digits: bigint): number {
  return String(digits < 0n ? -digits : digits).length;
}
