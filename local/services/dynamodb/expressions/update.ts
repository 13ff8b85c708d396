import { type AttributeValue, canonical, type Item, typeOf } from '../attribute-value';
import { addDecimals, formatDecimal, negated, parseDecimal } from '../decimal';
import { invalid } from '../errors';
import { type DocumentPath, refuseOverlaps, valueAt } from './document-path';
import { ExpressionReader, type Operand } from './expression-reader';
import type { References } from './references';

type SetOperand =
  | Operand
  | { readonly kind: 'ifNotExists'; readonly path: DocumentPath; readonly otherwise: SetOperand }
  | { readonly kind: 'append'; readonly first: SetOperand; readonly second: SetOperand };

type SetValue =
  | SetOperand
  | { readonly kind: '+' | '-'; readonly left: SetOperand; readonly right: SetOperand };

type Action =
  | { readonly kind: 'SET'; readonly path: DocumentPath; readonly value: SetValue }
  | { readonly kind: 'REMOVE'; readonly path: DocumentPath }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: DocumentPath; readonly value: AttributeValue };

/** An update expression. */
export interface Update {
  readonly actions: readonly Action[];
}

/**
 * @throws AwsError ValidationException
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */
export function parseUpdate(text: string, references: References): Update {
  const reader = new ExpressionReader(text, 'UpdateExpression', references);
  const actions: Action[] = [];
  const seen = new Set<string>();
  while (reader.next !== undefined) {
    const clause = reader.next.toUpperCase();
    if (!(clause in CLAUSES)) throw reader.unexpected();
    if (seen.has(clause))
      throw reader.invalid(`The "${clause}" section can only be used once in an update expression;`);
    seen.add(clause);
    reader.take();
    do actions.push(CLAUSES[clause as keyof typeof CLAUSES](reader));
    while (reader.takes(','));
  }
  refuseOverlaps(
    actions.map(({ path }) => path),
    'UpdateExpression',
  );
  return { actions };
}

/** The paths that an update changes. */
export function updatedPaths({ actions }: Update): DocumentPath[] {
  return actions.map(({ path }) => path);
}

/**
 * The item after an update; what it reads is the item before.
 *
 * @throws AwsError ValidationException
 */
export function updated(item: Item, { actions }: Update): Record<string, AttributeValue> {
  const values = new Map(
    actions.map((action) => [action, action.kind === 'SET' ? evaluate(action.value, item) : undefined]),
  );
  const result = structuredClone(item) as Record<string, AttributeValue>;
  // From the end of a list, so that positions stay what they were.
  const removals = actions
    .filter(({ kind }) => kind === 'REMOVE')
    .sort((a, b) => Number(b.path.at(-1)) - Number(a.path.at(-1)) || 0);
  for (const action of actions) {
    if (action.kind === 'SET') assign(result, action.path, values.get(action));
    if (action.kind === 'ADD') assign(result, action.path, sum(valueAt(item, action.path), action.value));
    if (action.kind === 'DELETE') {
      const left = difference(valueAt(item, action.path), action.value);
      if (left === 'nothing') remove(result, action.path);
      else if (left) assign(result, action.path, left);
    }
  }
  for (const { path } of removals) remove(result, path);
  return result;
}

const CLAUSES = {
  SET: (reader: ExpressionReader): Action => {
    const path = reader.path();
    reader.expect('=');
    const left = readSetOperand(reader);
    const kind = reader.next;
    if (kind !== '+' && kind !== '-') return { kind: 'SET', path, value: left };
    reader.take();
    return { kind: 'SET', path, value: { kind, left, right: readSetOperand(reader) } };
  },
  REMOVE: (reader: ExpressionReader): Action => ({ kind: 'REMOVE', path: reader.path() }),
  ADD: (reader: ExpressionReader): Action => ({
    kind: 'ADD',
    path: reader.path(),
    value: literal(reader, 'ADD', ['N', 'SS', 'NS', 'BS']),
  }),
  DELETE: (reader: ExpressionReader): Action => ({
    kind: 'DELETE',
    path: reader.path(),
    value: literal(reader, 'DELETE', ['SS', 'NS', 'BS']),
  }),
};

function literal(reader: ExpressionReader, by: string, types: readonly string[]): AttributeValue {
  const operand = reader.operand();
  if (operand.kind === 'path') throw reader.unexpected(-1);
  const type = typeOf(operand.value);
  if (!types.includes(type))
    throw reader.invalid(
      `Incorrect operand type for operator or function; operator: ${by}, operand type: ${TYPE_NAMES[type] ?? type}, typeSet: ALLOWED_FOR_${by}_OPERAND`,
    );
  return operand.value;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  M: 'MAP',
  L: 'LIST',
  BOOL: 'BOOLEAN',
};

function readSetOperand(reader: ExpressionReader): SetOperand {
  if (reader.takes('(')) {
    const operand = readSetOperand(reader);
    reader.expect(')');
    return operand;
  }
  if (reader.afterNext !== '(') return reader.operand();
  const name = reader.take();
  if (name !== 'if_not_exists' && name !== 'list_append')
    throw reader.invalid(`Invalid function name; function: ${name}`);
  reader.expect('(');
  const first = readSetOperand(reader);
  reader.expect(',');
  const second = readSetOperand(reader);
  reader.expect(')');
  if (name === 'list_append') return { kind: 'append', first, second };
  if (first.kind !== 'path')
    throw reader.invalid(`Operator or function requires a document path; operator or function: ${name}`);
  return { kind: 'ifNotExists', path: first.path, otherwise: second };
}

function evaluate(value: SetValue, item: Item): AttributeValue {
  switch (value.kind) {
    case 'value':
      return value.value;
    case 'path': {
      const found = valueAt(item, value.path);
      if (!found)
        throw invalid('The provided expression refers to an attribute that does not exist in the item');
      return found;
    }
    case 'ifNotExists':
      return valueAt(item, value.path) ?? evaluate(value.otherwise, item);
    case 'append': {
      const [first, second] = [evaluate(value.first, item), evaluate(value.second, item)];
      if (!first.L || !second.L) throw wrongType();
      return { L: [...first.L, ...second.L] };
    }
    default: {
      const [left, right] = [evaluate(value.left, item), evaluate(value.right, item)];
      if (left.N === undefined || right.N === undefined) throw wrongType();
      const other = parseDecimal(right.N);
      const result = addDecimals(parseDecimal(left.N), value.kind === '+' ? other : negated(other));
      return { N: formatDecimal(result) };
    }
  }
}

/** ADD: a number to a number, or members to a set. */
function sum(current: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (current === undefined) return value;
  if (current.N !== undefined && value.N !== undefined)
    return { N: formatDecimal(addDecimals(parseDecimal(current.N), parseDecimal(value.N))) };
  const [members, added] = bothSets(current, value);
  return setOf(value, [...members, ...added.filter((one) => !isIn(one, members))]);
}

/** DELETE: what is left of a set, or `nothing`; undefined if the set does not exist. */
function difference(
  current: AttributeValue | undefined,
  value: AttributeValue,
): AttributeValue | 'nothing' | undefined {
  if (current === undefined) return undefined;
  const [members, removed] = bothSets(current, value);
  const left = members.filter((one) => !isIn(one, removed));
  return left.length === 0 ? 'nothing' : setOf(value, left);
}

function bothSets(one: AttributeValue, other: AttributeValue): [AttributeValue[], AttributeValue[]] {
  if (typeOf(one) !== typeOf(other)) throw wrongType();
  return [membersOf(one), membersOf(other)];
}

function membersOf(value: AttributeValue): AttributeValue[] {
  const members: AttributeValue[] | undefined =
    value.SS?.map((S) => ({ S })) ?? value.NS?.map((N) => ({ N })) ?? value.BS?.map((B) => ({ B }));
  if (!members) throw wrongType();
  return members;
}

function setOf(like: AttributeValue, members: readonly AttributeValue[]): AttributeValue {
  if (like.SS) return { SS: members.map(({ S }) => S as string) };
  if (like.NS) return { NS: members.map(({ N }) => N as string) };
  return { BS: members.map(({ B }) => B as Uint8Array) };
}

function isIn(one: AttributeValue, members: readonly AttributeValue[]): boolean {
  return members.some((member) => canonical(member) === canonical(one));
}

function assign(
  item: Record<string, AttributeValue>,
  path: DocumentPath,
  value: AttributeValue | undefined,
): void {
  const last = path.at(-1);
  if (value === undefined || last === undefined) return;
  const parent = parentOf(item, path);
  if (typeof last === 'number') {
    if (!parent?.L) throw invalidPath();
    parent.L[Math.min(last, parent.L.length)] = value;
  } else {
    if (!parent?.M) throw invalidPath();
    parent.M[last] = value;
  }
}

function remove(item: Record<string, AttributeValue>, path: DocumentPath): void {
  const last = path.at(-1);
  const parent = parentOf(item, path);
  if (typeof last === 'number') {
    if (!parent?.L) throw invalidPath();
    if (last < parent.L.length) parent.L.splice(last, 1);
  } else if (last !== undefined) {
    if (!parent?.M) throw invalidPath();
    delete parent.M[last];
  }
}

function parentOf(item: Record<string, AttributeValue>, path: DocumentPath): AttributeValue | undefined {
  return path.length === 1 ? { M: item } : valueAt(item, path.slice(0, -1));
}

function invalidPath(): Error {
  return invalid('The document path provided in the update expression is invalid for update');
}

function wrongType(): Error {
  return invalid('An operand in the update expression has an incorrect data type');
}
