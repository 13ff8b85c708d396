import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { compareDecimals, decimalSize, formatDecimal, parseDecimal } from './decimal';
import { invalid } from './errors';

export type { AttributeValue };
export type Item = Readonly<Record<string, AttributeValue>>;
export type AttributeType = 'S' | 'N' | 'B' | 'SS' | 'NS' | 'BS' | 'M' | 'L' | 'NULL' | 'BOOL';

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const DEEPEST = 32;

export function typeOf(value: AttributeValue): AttributeType {
  return Object.keys(value)[0] as AttributeType;
}

/**
 * A value as it is stored: numbers in plain notation, sets without order.
 *
 * @throws AwsError ValidationException
 */
export function storedValue(value: AttributeValue, depth = 0): AttributeValue {
  if (depth > DEEPEST) throw invalid('Nesting Levels have exceeded supported limits');
  const types = Object.keys(value);
  if (types.length !== 1)
    throw invalid(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  if (value.N !== undefined) return { N: formatDecimal(parseDecimal(value.N)) };
  if (value.SS) return { SS: distinct(value.SS, 'string set', (member) => member) };
  if (value.BS)
    return { BS: distinct(value.BS, 'binary set', (member) => Buffer.from(member).toString('base64')) };
  if (value.NS) {
    const numbers = value.NS.map((member) => formatDecimal(parseDecimal(member)));
    return { NS: distinct(numbers, 'number set', (member) => member) };
  }
  if (value.L) return { L: value.L.map((member) => storedValue(member, depth + 1)) };
  if (value.M) return { M: storedItem(value.M, depth + 1) };
  return value;
}

/** @throws AwsError ValidationException */
export function storedItem(item: Item, depth = 0): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, storedValue(value, depth)]));
}

/**
 * Bytes of an item.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value),
    0,
  );
}

function sizeOf(value: AttributeValue): number {
  const total = <Member>(members: readonly Member[], size: (member: Member) => number) =>
    members.reduce((sum, member) => sum + size(member), 0);
  const ofNumber = (text: string) => decimalSize(parseDecimal(text));
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return ofNumber(value.N);
  if (value.B) return value.B.length;
  if (value.SS) return total(value.SS, Buffer.byteLength);
  if (value.NS) return total(value.NS, ofNumber);
  if (value.BS) return total(value.BS, ({ length }) => length);
  if (value.L) return 3 + total(value.L, (member) => 1 + sizeOf(member));
  if (value.M) return 3 + Object.keys(value.M).length + itemSize(value.M);
  return 1;
}

/** Order of two strings (by their UTF-8 bytes), numbers or binaries; undefined for all else. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  if (a.S !== undefined && b.S !== undefined) return Buffer.compare(Buffer.from(a.S), Buffer.from(b.S));
  if (a.N !== undefined && b.N !== undefined) return compareDecimals(parseDecimal(a.N), parseDecimal(b.N));
  if (a.B && b.B) return Buffer.compare(a.B, b.B);
  return undefined;
}

/** Sets are equal whatever their order. */
export function equalValues(a: AttributeValue, b: AttributeValue): boolean {
  return canonical(a) === canonical(b);
}

/** Text that two equal values share, and no others. */
export function canonical(value: AttributeValue): string {
  if (value.N !== undefined) return `N${formatDecimal(parseDecimal(value.N))}`;
  if (value.B) return `B${Buffer.from(value.B).toString('base64')}`;
  if (value.SS) return `SS${JSON.stringify([...value.SS].sort())}`;
  if (value.NS) return `NS${JSON.stringify(value.NS.map((N) => canonical({ N })).sort())}`;
  if (value.BS) return `BS${JSON.stringify(value.BS.map((B) => canonical({ B })).sort())}`;
  if (value.L) return `L${JSON.stringify(value.L.map(canonical))}`;
  if (value.M) {
    const members = Object.entries(value.M).map(([name, member]) => [name, canonical(member)] as const);
    return `M${JSON.stringify(members.sort(([one], [other]) => (one < other ? -1 : 1)))}`;
  }
  return JSON.stringify(value);
}

function distinct<Member>(
  members: readonly Member[],
  kind: string,
  text: (member: Member) => string,
): Member[] {
  if (members.length === 0)
    throw invalid(`One or more parameter values were invalid: An ${kind}  may not be empty`);
  const texts = members.map(text);
  if (new Set(texts).size < texts.length)
    throw invalid(
      `One or more parameter values were invalid: Input collection [${texts.join(', ')}] contains duplicates.`,
    );
  return [...members];
}
