import fc from 'fast-check';

/** How many bodies a test sends: more on request, as in `HTTP_BODIES=1000000 npx jest http-requests`. */
export const HTTP_BODIES = Number(process.env.HTTP_BODIES ?? 2_000);

export interface EventOptions {
  /** @default POST */
  readonly method?: string;
  /** Content type. @default application/json */
  readonly type?: string;
  readonly base64?: boolean;
}

/** A request to `/predictions` in payload format 2.0. */
export function predictionsEvent(body?: string, { method, type, base64 = false }: EventOptions = {}) {
  return {
    version: '2.0',
    rawPath: '/predictions',
    headers: { 'content-type': type ?? 'application/json' },
    requestContext: { http: { method: method ?? 'POST' } },
    ...(body !== undefined && { body }),
    isBase64Encoded: base64,
  };
}

/**
 * Requests of all kinds: rows of these columns and of others, `__proto__` among them, any JSON, texts that
 * end too soon, bytes, and other content types.
 */
export function anyEvent(columns: readonly string[]): fc.Arbitrary<ReturnType<typeof predictionsEvent>> {
  const names = [...columns, '__proto__', 'constructor', 'x'];
  const cell = fc.oneof(fc.double(), fc.jsonValue(), fc.constant(null), fc.bigInt().map(Number));
  const row = fc.oneof(
    fc.array(cell, { maxLength: columns.length + 2 }),
    fc.dictionary(fc.constantFrom(...names), cell),
  );
  const content = fc.oneof(
    fc.record({ rows: fc.array(row, { maxLength: 4 }) }),
    fc.record({ instances: fc.array(row, { maxLength: 4 }), inferenceId: fc.string() }),
    fc.record({ inputs: fc.dictionary(fc.string(), fc.array(cell, { maxLength: 3 })) }),
    fc.jsonValue(),
  );
  const [first = ''] = columns;
  const text = fc.oneof(
    content.map((value) => JSON.stringify(value)),
    content.map((value) => JSON.stringify(value).replace(first, '__proto__').replace('rows', 'releaseId')),
    fc.tuple(content, fc.nat(60)).map(([value, at]) => JSON.stringify(value).slice(0, at)),
    fc.string({ unit: 'binary' }),
  );
  const bytes = fc.uint8Array().map((each) => Buffer.from(each).toString('base64'));
  const type = fc.constantFrom('application/json', 'text/csv', '', 'application/json; charset=utf-8');
  return fc.oneof(
    fc.tuple(text, type).map(([body, given]) => predictionsEvent(body, { type: given })),
    bytes.map((body) => predictionsEvent(body, { base64: true })),
    text.map((body) => predictionsEvent(Buffer.from(body).toString('base64'), { base64: true })),
  );
}
