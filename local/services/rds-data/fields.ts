import type { ColumnMetadata, Field, SqlParameter } from '@aws-sdk/client-rds-data';
import type { SqlResult } from './sql-database';

/**
 * Object identifiers of types:
 * https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat
 */
const INTEGERS = [20, 21, 23, 26];
const FLOATS = [700, 701];
const TYPE_NAMES: Readonly<Record<number, string>> = {
  16: 'bool',
  17: 'bytea',
  20: 'int8',
  21: 'int2',
  23: 'int4',
  25: 'text',
  114: 'json',
  700: 'float4',
  701: 'float8',
  1043: 'varchar',
  1082: 'date',
  1114: 'timestamp',
  1184: 'timestamptz',
  1700: 'numeric',
  2950: 'uuid',
  3802: 'jsonb',
};

/** Values of parameters by their names. */
export function parameterValues(parameters: readonly SqlParameter[]): Map<string, unknown> {
  return new Map(parameters.map(({ name = '', value }) => [name, valueOfField(value)]));
}

function valueOfField(field: Field | undefined): unknown {
  if (field === undefined || field.isNull) return null;
  const { arrayValue } = field;
  if (arrayValue) {
    const { arrayValues } = arrayValue;
    if (arrayValues) return arrayValues.map((value) => valueOfField({ arrayValue: value } as Field));
    return Object.values(arrayValue)[0];
  }
  return Object.values(field)[0];
}

/** The rows of a result as the Data API answers them. */
export function recordsOf({ columns, rows }: SqlResult): Field[][] {
  return rows.map((row) => row.map((value, column) => fieldOf(value, columns[column]?.typeOid ?? 0)));
}

function fieldOf(value: unknown, typeOid: number): Field {
  if (value === null || value === undefined) return { isNull: true };
  if (typeof value === 'boolean') return { booleanValue: value };
  if (INTEGERS.includes(typeOid)) return { longValue: Number(value) };
  if (FLOATS.includes(typeOid)) return { doubleValue: Number(value) };
  if (value instanceof Uint8Array) return { blobValue: Buffer.from(value) };
  return { stringValue: textOf(value) };
}

/** Times have a space between date and time, and no zone. */
function textOf(value: unknown): string {
  if (value instanceof Date)
    return value
      .toISOString()
      .replace('T', ' ')
      .replace(/(\.000)?Z$/, '');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function columnMetadata({ columns }: SqlResult): ColumnMetadata[] {
  return columns.map(({ name, typeOid }) => ({
    name,
    label: name,
    typeName: TYPE_NAMES[typeOid] ?? String(typeOid),
  }));
}

/** `formatRecordsAs: JSON`: an object for each row. */
export function formattedRecords({ columns, rows }: SqlResult): string {
  const objects = rows.map((row) =>
    Object.fromEntries(
      columns.map(({ name, typeOid }, column) => {
        const field = fieldOf(row[column], typeOid);
        return [name, field.isNull ? null : Object.values(field)[0]];
      }),
    ),
  );
  return JSON.stringify(objects);
}
