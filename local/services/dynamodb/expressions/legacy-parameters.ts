import type {
  AttributeValueUpdate,
  ConditionalOperator,
  ExpectedAttributeValue,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '../attribute-value';
import { invalid } from '../errors';

/** Parameters of writes that expressions have replaced. */
interface LegacyParameters {
  readonly Expected?: Readonly<Record<string, ExpectedAttributeValue>> | undefined;
  readonly ConditionalOperator?: ConditionalOperator | undefined;
  readonly AttributeUpdates?: Readonly<Record<string, AttributeValueUpdate>> | undefined;
  readonly ConditionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
}

const LEGACY = ['Expected', 'AttributeUpdates'] as const;
const EXPRESSIONS = ['ConditionExpression', 'UpdateExpression'] as const;

/**
 * A write with expressions in place of its legacy parameters, which older clients such as the Kinesis Client
 * Library send.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
 * @throws AwsError ValidationException if both are given
 */
export function withExpressions<Input extends LegacyParameters>(input: Input): Input {
  const legacy = LEGACY.filter((name) => Object.keys(input[name] ?? {}).length > 0);
  if (legacy.length === 0) return input;
  const expressions = EXPRESSIONS.filter((name) => input[name] !== undefined);
  if (expressions.length > 0) {
    throw invalid(
      `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${legacy.join(', ')}} Expression parameters: {${expressions.join(', ')}}`,
    );
  }
  const placeholders = new Placeholders();
  const conditions = Object.entries(input.Expected ?? {}).map(([name, expected]) =>
    conditionOf(placeholders, name, expected),
  );
  const updates = updateOf(placeholders, input.AttributeUpdates ?? {});
  return {
    ...input,
    ...(conditions.length > 0 && {
      ConditionExpression: conditions.join(` ${input.ConditionalOperator ?? 'AND'} `),
    }),
    ...(updates !== '' && { UpdateExpression: updates }),
    ExpressionAttributeNames: placeholders.names,
    ...(Object.keys(placeholders.values).length > 0 && { ExpressionAttributeValues: placeholders.values }),
  };
}

/** Names and values that expressions refer to. */
class Placeholders {
  readonly names: Record<string, string> = {};
  readonly values: Record<string, AttributeValue> = {};

  name(name: string): string {
    const placeholder = `#n${Object.keys(this.names).length}`;
    this.names[placeholder] = name;
    return placeholder;
  }

  value(value: AttributeValue): string {
    const placeholder = `:v${Object.keys(this.values).length}`;
    this.values[placeholder] = value;
    return placeholder;
  }
}

const COMPARISONS: Readonly<Record<string, (name: string, values: readonly string[]) => string>> = {
  EQ: (name, [value]) => `${name} = ${value}`,
  NE: (name, [value]) => `${name} <> ${value}`,
  LE: (name, [value]) => `${name} <= ${value}`,
  LT: (name, [value]) => `${name} < ${value}`,
  GE: (name, [value]) => `${name} >= ${value}`,
  GT: (name, [value]) => `${name} > ${value}`,
  NOT_NULL: (name) => `attribute_exists(${name})`,
  NULL: (name) => `attribute_not_exists(${name})`,
  CONTAINS: (name, [value]) => `contains(${name}, ${value})`,
  NOT_CONTAINS: (name, [value]) => `NOT contains(${name}, ${value})`,
  BEGINS_WITH: (name, [value]) => `begins_with(${name}, ${value})`,
  IN: (name, values) => `${name} IN (${values.join(', ')})`,
  BETWEEN: (name, [low, high]) => `${name} BETWEEN ${low} AND ${high}`,
};

function conditionOf(
  placeholders: Placeholders,
  attribute: string,
  { Value, Exists, ComparisonOperator, AttributeValueList = [] }: ExpectedAttributeValue,
): string {
  const name = placeholders.name(attribute);
  const compare = COMPARISONS[ComparisonOperator ?? (Exists === false ? 'NULL' : 'EQ')];
  const values = ComparisonOperator ? AttributeValueList : Value ? [Value] : [];
  if (!compare || (Exists === false && Value)) {
    throw invalid(`One or more parameter values were invalid: Expected of the attribute ${attribute}`);
  }
  return compare(
    name,
    values.map((value) => placeholders.value(value)),
  );
}

function updateOf(
  placeholders: Placeholders,
  updates: Readonly<Record<string, AttributeValueUpdate>>,
): string {
  const clauses: Record<string, string[]> = { SET: [], REMOVE: [], ADD: [], DELETE: [] };
  for (const [attribute, { Action = 'PUT', Value }] of Object.entries(updates)) {
    const name = placeholders.name(attribute);
    if (!Value) {
      if (Action !== 'DELETE') {
        throw invalid(
          `One or more parameter values were invalid: Only DELETE action is allowed when no attribute value is specified`,
        );
      }
      clauses.REMOVE?.push(name);
    } else {
      const value = placeholders.value(Value);
      clauses[Action === 'PUT' ? 'SET' : Action]?.push(
        Action === 'PUT' ? `${name} = ${value}` : `${name} ${value}`,
      );
    }
  }
  return Object.entries(clauses)
    .filter(([, parts]) => parts.length > 0)
    .map(([clause, parts]) => `${clause} ${parts.join(', ')}`)
    .join(' ');
}
