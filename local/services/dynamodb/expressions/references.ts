import { type AttributeValue, storedValue } from '../attribute-value';
import { invalid } from '../errors';

interface ReferenceInput {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>> | undefined;
}

/** The names (`#n`) and values (`:v`) that expressions of one request refer to; each must be used. */
export class References {
  private readonly unused: Set<string>;
  private readonly values: Readonly<Record<string, AttributeValue>>;

  constructor(private readonly input: ReferenceInput) {
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
    if (names && Object.keys(names).length === 0) throw invalid('ExpressionAttributeNames must not be empty');
    if (values && Object.keys(values).length === 0)
      throw invalid('ExpressionAttributeValues must not be empty');
    for (const name of Object.keys(names ?? {}))
      if (!/^#[\p{L}\p{N}_]+$/u.test(name))
        throw invalid(`ExpressionAttributeNames contains invalid key: Syntax error; key: "${name}"`);
    for (const name of Object.keys(values ?? {}))
      if (!/^:[\p{L}\p{N}_]+$/u.test(name))
        throw invalid(`ExpressionAttributeValues contains invalid key: Syntax error; key: "${name}"`);
    this.values = Object.fromEntries(
      Object.entries(values ?? {}).map(([name, value]) => [name, storedValue(value)]),
    );
    this.unused = new Set([...Object.keys(names ?? {}), ...Object.keys(values ?? {})]);
  }

  /** @throws AwsError ValidationException */
  name(reference: string, expression: string): string {
    const { ExpressionAttributeNames: names = {} } = this.input;
    if (!Object.hasOwn(names, reference))
      throw invalid(
        `Invalid ${expression}: An expression attribute name used in the document path is not defined; attribute name: ${reference}`,
      );
    this.unused.delete(reference);
    return names[reference] as string;
  }

  /** @throws AwsError ValidationException */
  value(reference: string, expression: string): AttributeValue {
    if (!Object.hasOwn(this.values, reference))
      throw invalid(
        `Invalid ${expression}: An expression attribute value used in expression is not defined; attribute value: ${reference}`,
      );
    this.unused.delete(reference);
    return this.values[reference] as AttributeValue;
  }

  /** @throws AwsError ValidationException */
  refuseUnused(hasExpression: boolean): void {
    for (const [kind, sign] of [
      ['Names', '#'],
      ['Values', ':'],
    ] as const) {
      const keys = [...this.unused].filter((name) => name.startsWith(sign));
      if (keys.length === 0) continue;
      throw invalid(
        hasExpression
          ? `Value provided in ExpressionAttribute${kind} unused in expressions: keys: {${keys.join(', ')}}`
          : `ExpressionAttribute${kind} can only be specified when using expressions`,
      );
    }
  }
}
