import type { NormalizedSchema } from '@smithy/core/schema';
import { isObject, type Json, type JsonObject } from '../definition/definition';

/** A field that an API does not take. */
export class UnsupportedField extends Error {
  constructor(readonly field: string) {
    super(`The field "${field}" is not supported by Step Functions`);
  }
}

/** The arguments of a call, where an integration has made bytes of some. */
export type CallInput = Json | Uint8Array | { readonly [field: string]: CallInput };

/**
 * A task's arguments as the input of an API call: names begin in upper case whatever the API does, JSON is
 * put into text where the API wants text. What it wants as bytes is written as JSON, a text too:
 * `s3:putObject` with the body
 * `text data` stores it within quotes, as AWS's answers show that LocalStack recorded (`test_s3_put_object`).
 *
 * @throws UnsupportedField
 */
export function toSdkInput(schema: NormalizedSchema, value: CallInput): unknown {
  if (value === null) return undefined;
  if (schema.isBlobSchema()) return value instanceof Uint8Array ? value : Buffer.from(JSON.stringify(value));
  return value instanceof Uint8Array ? value : jsonInput(schema, value as Json);
}

function jsonInput(schema: NormalizedSchema, value: Json): unknown {
  if (schema.isDocumentSchema()) return value;
  if (schema.isListSchema())
    return Array.isArray(value) ? value.map((item) => toSdkInput(schema.getValueSchema(), item)) : value;
  if (schema.isMapSchema())
    return isObject(value) ? eachValue(value, (item) => toSdkInput(schema.getValueSchema(), item)) : value;
  if (schema.isStructSchema()) return isObject(value) ? structInput(schema, value) : value;
  if (schema.isTimestampSchema()) return new Date(typeof value === 'number' ? value * 1000 : String(value));
  if (schema.isStringSchema()) return text(value);
  return value;
}

function structInput(schema: NormalizedSchema, value: JsonObject): Record<string, unknown> {
  const members = new Map(
    [...schema.structIterator()].map(([name, member]) => [pascalCase(name), { name, member }]),
  );
  return Object.fromEntries(
    Object.entries(value).map(([field, item]) => {
      const found = members.get(field);
      if (!found) throw new UnsupportedField(field);
      return [found.name, toSdkInput(found.member, item)];
    }),
  );
}

/**
 * How a task's result writes points in time: SDK integrations as ISO 8601, optimized ones as milliseconds
 * since the epoch.
 */
export type TimestampFormat = 'iso8601' | 'milliseconds';

/** An API's answer as the result of a task. */
export function fromSdkOutput(schema: NormalizedSchema, value: unknown, timestamps: TimestampFormat): Json {
  if (value instanceof Date) return timestamps === 'iso8601' ? value.toISOString() : value.getTime();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (schema.isDocumentSchema() || typeof value !== 'object' || value === null) return value as Json;
  if (Array.isArray(value))
    return value.map((item: unknown) => fromSdkOutput(schema.getValueSchema(), item, timestamps));
  if (schema.isMapSchema())
    return eachValue(value as Record<string, unknown>, (item) =>
      fromSdkOutput(schema.getValueSchema(), item, timestamps),
    );
  const output: JsonObject = {};
  for (const [name, member] of schema.structIterator()) {
    const item = (value as Record<string, unknown>)[name];
    if (item !== undefined && item !== null)
      output[pascalCase(name)] = fromSdkOutput(member, item, timestamps);
  }
  return output;
}

export function pascalCase(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function text(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function eachValue<In, Out>(
  value: Readonly<Record<string, In>>,
  change: (item: In) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, change(item)]));
}
