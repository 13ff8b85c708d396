import { type AttributeValue, typeOf } from './attribute-value';
import { invalid } from './errors';
import { type Condition, parseCondition, type SizedOperand } from './expressions/condition';
import type { References } from './expressions/references';
import { definedType, type KeyNames, type StoredTable } from './table';

/** Which partition a query reads, and which of its items. */
export interface KeyCondition {
  readonly partition: AttributeValue;
  readonly condition: Condition;
}

/**
 * Reads a key condition: the partition key equals a value, and the sort key is compared in one way.
 *
 * @throws AwsError ValidationException
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
 */
export function keyConditionOf(
  text: string,
  references: References,
  keys: KeyNames,
  table: StoredTable,
): KeyCondition {
  const condition = parseCondition(text, 'KeyConditionExpression', references);
  const parts = conjuncts(condition).map(keyPart);
  const partition = parts.find(({ name, equals }) => name === keys.partition && equals);
  const others = parts.filter((part) => part !== partition);
  if (parts.length > 2) throw invalid('Conditions can be of length 1 or 2 only');
  if (!partition?.equals) {
    throw parts.some(({ name }) => name === keys.partition)
      ? invalid('Query key condition not supported')
      : invalid(`Query condition missed key schema element: ${keys.partition}`);
  }
  const [other] = others;
  if (other && other.name !== keys.sort)
    throw other.name === keys.partition
      ? invalid(
          'Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key',
        )
      : invalid(`Query condition missed key schema element: ${keys.sort ?? other.name}`);
  for (const { name, values } of parts)
    for (const value of values)
      if (typeOf(value) !== definedType(table, name))
        throw invalid(
          'One or more parameter values were invalid: Condition parameter type does not match schema type',
        );
  return { partition: partition.equals, condition };
}

interface KeyPart {
  readonly name: string;
  readonly values: readonly AttributeValue[];
  /** Of `name = value`. */
  readonly equals?: AttributeValue | undefined;
}

function conjuncts(condition: Condition): Condition[] {
  return condition.kind === 'and'
    ? [...conjuncts(condition.left), ...conjuncts(condition.right)]
    : [condition];
}

function keyPart(condition: Condition): KeyPart {
  switch (condition.kind) {
    case 'compare': {
      const { left, right, by } = condition;
      if (by === '<>') throw invalid('Invalid operator used in KeyConditionExpression: <>');
      const isReversed = left.kind === 'value';
      const value = literalOf(isReversed ? left : right);
      const name = nameOf(isReversed ? right : left);
      return { name, values: [value], equals: by === '=' ? value : undefined };
    }
    case 'between':
      return {
        name: nameOf(condition.operand),
        values: [literalOf(condition.low), literalOf(condition.high)],
      };
    case 'beginsWith': {
      const { path, operand } = condition;
      return { name: nameOf({ kind: 'path', path }), values: [literalOf(operand)] };
    }
    case 'or':
    case 'not':
    case 'in':
      throw invalid(`Invalid operator used in KeyConditionExpression: ${condition.kind.toUpperCase()}`);
    default:
      throw invalid(
        `Invalid KeyConditionExpression: ${condition.kind} is not supported in a KeyConditionExpression`,
      );
  }
}

function nameOf(operand: SizedOperand): string {
  const [name, ...rest] = operand.kind === 'path' ? operand.path : [];
  if (typeof name !== 'string' || rest.length > 0)
    throw invalid(
      'Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes',
    );
  return name;
}

function literalOf(operand: SizedOperand): AttributeValue {
  if (operand.kind !== 'value')
    throw invalid(
      'Invalid KeyConditionExpression: Invalid operand in KeyConditionExpression; a value is required',
    );
  return operand.value;
}
