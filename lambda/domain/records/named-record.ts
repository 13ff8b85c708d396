import * as z from 'zod/mini';

/**
 * Schema of a record by names that users choose, such as columns of a table: `__proto__` and `constructor`
 * are names like any other. zod's own record drops `__proto__`.
 */
export function namedRecord<T>(value: z.ZodMiniType<T>): z.ZodMiniType<Record<string, T>> {
  const record = z.pipe(z.transform(hideProto), z.record(z.string(), value));
  return z.pipe(record, z.transform(showProto)) as unknown as z.ZodMiniType<Record<string, T>>;
}

const PROTO = '__proto__';
/** Stands for it while zod reads the record. */
const HIDDEN = '\u0000__proto__';

function hideProto(value: unknown): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, PROTO)
    ? renamed(value, PROTO, HIDDEN)
    : value;
}

function showProto<T>(record: Record<string, T>): Record<string, T> {
  return Object.hasOwn(record, HIDDEN) ? renamed(record, HIDDEN, PROTO) : record;
}

function renamed<T>(record: { [name: string]: T } | object, from: string, to: string): Record<string, T> {
  const entries = Object.entries(record) as [string, T][];
  return Object.fromEntries(entries.map(([name, value]) => [name === from ? to : name, value]));
}
