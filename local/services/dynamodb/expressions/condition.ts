import {
  type AttributeType,
  type AttributeValue,
  compareValues,
  equalValues,
  type Item,
  typeOf,
} from '../attribute-value';
import { type DocumentPath, valueAt } from './document-path';
import { ExpressionReader, type Operand } from './expression-reader';
import type { References } from './references';

type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';
const COMPARATORS: readonly string[] = ['=', '<>', '<', '<=', '>', '>='];

/** An operand, or the size of what is at a path. */
export type SizedOperand = Operand | { readonly kind: 'size'; readonly path: DocumentPath };

export type Condition =
  | {
      readonly kind: 'compare';
      readonly by: Comparator;
      readonly left: SizedOperand;
      readonly right: SizedOperand;
    }
  | {
      readonly kind: 'between';
      readonly operand: SizedOperand;
      readonly low: SizedOperand;
      readonly high: SizedOperand;
    }
  | { readonly kind: 'in'; readonly operand: SizedOperand; readonly list: readonly SizedOperand[] }
  | { readonly kind: 'exists'; readonly path: DocumentPath; readonly isWanted: boolean }
  | { readonly kind: 'type'; readonly path: DocumentPath; readonly type: AttributeValue }
  | { readonly kind: 'beginsWith' | 'contains'; readonly path: DocumentPath; readonly operand: Operand }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition };

/**
 * Reads a condition or filter expression.
 *
 * @throws AwsError ValidationException
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export function parseCondition(text: string, kind: string, references: References): Condition {
  const reader = new ExpressionReader(text, kind, references);
  const condition = readOr(reader);
  reader.expectEnd();
  return condition;
}

/** Whether an item meets a condition. */
export function holds(condition: Condition, item: Item): boolean {
  switch (condition.kind) {
    case 'and':
      return holds(condition.left, item) && holds(condition.right, item);
    case 'or':
      return holds(condition.left, item) || holds(condition.right, item);
    case 'not':
      return !holds(condition.condition, item);
    case 'exists':
      return (valueAt(item, condition.path) !== undefined) === condition.isWanted;
    case 'type': {
      const value = valueAt(item, condition.path);
      return value !== undefined && typeOf(value) === condition.type.S;
    }
    case 'beginsWith':
      return beginsWith(valueAt(item, condition.path), evaluate(condition.operand, item));
    case 'contains':
      return contains(valueAt(item, condition.path), evaluate(condition.operand, item));
    case 'compare': {
      const { by, left, right } = condition;
      return compares(evaluate(left, item), by, evaluate(right, item));
    }
    case 'between': {
      const value = evaluate(condition.operand, item);
      return (
        compares(value, '>=', evaluate(condition.low, item)) &&
        compares(value, '<=', evaluate(condition.high, item))
      );
    }
    case 'in': {
      const value = evaluate(condition.operand, item);
      return condition.list.some((one) => compares(value, '=', evaluate(one, item)));
    }
  }
}

/** The attributes whose values a condition reads. */
export function pathsOf(condition: Condition): DocumentPath[] {
  const ofOperand = (operand: SizedOperand) => (operand.kind === 'value' ? [] : [operand.path]);
  switch (condition.kind) {
    case 'and':
    case 'or':
      return [...pathsOf(condition.left), ...pathsOf(condition.right)];
    case 'not':
      return pathsOf(condition.condition);
    case 'compare':
      return [...ofOperand(condition.left), ...ofOperand(condition.right)];
    case 'between':
      return [condition.operand, condition.low, condition.high].flatMap(ofOperand);
    case 'in':
      return [condition.operand, ...condition.list].flatMap(ofOperand);
    default:
      return [condition.path];
  }
}

function readOr(reader: ExpressionReader): Condition {
  let left = readAnd(reader);
  while (reader.takes('OR')) left = { kind: 'or', left, right: readAnd(reader) };
  return left;
}

function readAnd(reader: ExpressionReader): Condition {
  let left = readNot(reader);
  while (reader.takes('AND')) left = { kind: 'and', left, right: readNot(reader) };
  return left;
}

function readNot(reader: ExpressionReader): Condition {
  return reader.takes('NOT') ? { kind: 'not', condition: readNot(reader) } : readSimple(reader);
}

function readSimple(reader: ExpressionReader): Condition {
  if (reader.takes('(')) {
    const condition = readOr(reader);
    reader.expect(')');
    return condition;
  }
  if (isCall(reader) && reader.next !== 'size') return readFunction(reader);
  const operand = readOperand(reader);
  if (reader.takes('BETWEEN')) {
    const low = ordered(reader, readOperand(reader), 'BETWEEN');
    reader.expect('AND');
    const high = ordered(reader, readOperand(reader), 'BETWEEN');
    refuseReversedBounds(reader, low, high);
    return { kind: 'between', operand, low, high };
  }
  if (reader.takes('IN')) {
    reader.expect('(');
    const list = [readOperand(reader)];
    while (reader.takes(',')) list.push(readOperand(reader));
    reader.expect(')');
    return { kind: 'in', operand, list };
  }
  if (!COMPARATORS.includes(reader.next ?? '')) throw reader.unexpected();
  const by = reader.take() as Comparator;
  const right = readOperand(reader);
  if (by !== '=' && by !== '<>') {
    ordered(reader, operand, by);
    ordered(reader, right, by);
  }
  return { kind: 'compare', by, left: operand, right };
}

function isCall(reader: ExpressionReader): boolean {
  return reader.afterNext === '(' && /^[a-z_]+$/.test(reader.next ?? '');
}

function readOperand(reader: ExpressionReader): SizedOperand {
  if (!isCall(reader)) return reader.operand();
  if (reader.next !== 'size') {
    throw reader.invalid(
      `The function is not allowed to be used this way in an expression; function: ${reader.next}`,
    );
  }
  return { kind: 'size', path: readArguments(reader, 1, () => reader.path())[0] as DocumentPath };
}

const ARGUMENTS: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
};

function readFunction(reader: ExpressionReader): Condition {
  const name = reader.next as string;
  const count = ARGUMENTS[name];
  if (count === undefined) throw reader.invalid(`Invalid function name; function: ${name}`);
  const [first, second] = readArguments(reader, count, () => reader.operand());
  if (first?.kind !== 'path')
    throw reader.invalid(`Operator or function requires a document path; operator or function: ${name}`);
  const { path } = first;
  if (count === 1) return { kind: 'exists', path, isWanted: name === 'attribute_exists' };
  const operand = second as Operand;
  if (name === 'contains') return { kind: 'contains', path, operand };
  if (operand.kind === 'value')
    refuseType(reader, name, operand.value, name === 'attribute_type' ? ['S'] : ['S', 'B']);
  if (name === 'begins_with') return { kind: 'beginsWith', path, operand };
  if (operand.kind !== 'value' || !TYPES.includes(operand.value.S ?? ''))
    throw reader.invalid(
      `Invalid attribute type name found; type: ${operand.kind === 'value' ? operand.value.S : ''}, valid types: {${TYPES.join(',')}}`,
    );
  return { kind: 'type', path, type: operand.value };
}

const TYPES: readonly string[] = ['B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'N', 'NS', 'S', 'M'];

function readArguments<Argument>(reader: ExpressionReader, count: number, read: () => Argument): Argument[] {
  const name = reader.take();
  reader.expect('(');
  const found = [read()];
  while (reader.takes(',')) found.push(read());
  reader.expect(')');
  if (found.length !== count)
    throw reader.invalid(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${found.length}`,
    );
  return found;
}

function refuseType(
  reader: ExpressionReader,
  by: string,
  value: AttributeValue,
  allowed: readonly AttributeType[],
): void {
  const type = typeOf(value);
  if (!allowed.includes(type))
    throw reader.invalid(
      `Incorrect operand type for operator or function; operator or function: ${by}, operand type: ${type}`,
    );
}

function ordered(reader: ExpressionReader, operand: SizedOperand, by: string): SizedOperand {
  if (operand.kind === 'value') refuseType(reader, by, operand.value, ['S', 'N', 'B']);
  return operand;
}

function refuseReversedBounds(reader: ExpressionReader, low: SizedOperand, high: SizedOperand): void {
  if (low.kind !== 'value' || high.kind !== 'value') return;
  const order = compareValues(low.value, high.value);
  const operands = `lower bound operand: AttributeValue: ${shown(low.value)}, upper bound operand: AttributeValue: ${shown(high.value)}`;
  if (order === undefined)
    throw reader.invalid(
      `The BETWEEN operator requires same data type for lower and upper bounds; ${operands}`,
    );
  if (order > 0)
    throw reader.invalid(
      `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${operands}`,
    );
}

function shown(value: AttributeValue): string {
  const [[type, content] = []] = Object.entries(value);
  return `{${type}:${content}}`;
}

function evaluate(operand: SizedOperand, item: Item): AttributeValue | undefined {
  if (operand.kind === 'value') return operand.value;
  const value = valueAt(item, operand.path);
  return operand.kind === 'size' ? sizeValue(value) : value;
}

function sizeValue(value: AttributeValue | undefined): AttributeValue | undefined {
  const sized = value?.S ?? value?.B ?? value?.SS ?? value?.NS ?? value?.BS ?? value?.L;
  const size = sized?.length ?? (value?.M && Object.keys(value.M).length);
  return size === undefined ? undefined : { N: String(size) };
}

/** An attribute that is missing equals nothing, and is before or after nothing. */
function compares(
  left: AttributeValue | undefined,
  by: Comparator,
  right: AttributeValue | undefined,
): boolean {
  if (by === '=' || by === '<>') {
    const isEqual = left !== undefined && right !== undefined && equalValues(left, right);
    return isEqual === (by === '=');
  }
  const order = left && right && compareValues(left, right);
  if (order === undefined) return false;
  return by === '<' ? order < 0 : by === '<=' ? order <= 0 : by === '>' ? order > 0 : order >= 0;
}

function beginsWith(value: AttributeValue | undefined, start: AttributeValue | undefined): boolean {
  if (value?.S !== undefined && start?.S !== undefined) return value.S.startsWith(start.S);
  if (value?.B && start?.B)
    return Buffer.from(value.B).subarray(0, start.B.length).equals(Buffer.from(start.B));
  return false;
}

function contains(value: AttributeValue | undefined, wanted: AttributeValue | undefined): boolean {
  if (!value || !wanted) return false;
  if (value.S !== undefined) return wanted.S !== undefined && value.S.includes(wanted.S);
  if (value.B) return wanted.B !== undefined && Buffer.from(value.B).includes(Buffer.from(wanted.B));
  const members: AttributeValue[] =
    value.L ??
    value.SS?.map((S) => ({ S })) ??
    value.NS?.map((N) => ({ N })) ??
    value.BS?.map((B) => ({ B })) ??
    [];
  return members.some((member) => equalValues(member, wanted));
}
