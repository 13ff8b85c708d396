type AttributeValue = Readonly<Record<string, unknown>>;

/**
 * Values of an item as JSON has them; sets are lists, and binary values stay base64. Numbers beyond 17 digits
 * are rounded to those of 64 bits.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 */
export function valuesOf(item: Readonly<Record<string, AttributeValue>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, valueOfAttribute(value)]));
}

function valueOfAttribute(attribute: AttributeValue): unknown {
  const [[type, value] = ['NULL', true]] = Object.entries(attribute);
  switch (type) {
    case 'N':
      return Number(value);
    case 'NS':
      return (value as string[]).map(Number);
    case 'NULL':
      return null;
    case 'L':
      return (value as AttributeValue[]).map(valueOfAttribute);
    case 'M':
      return valuesOf(value as Record<string, AttributeValue>);
    default:
      return value;
  }
}
