import { SECOND, type ServiceFixture } from './service-fixture';

/** A call that a script of test/reference sent to moto, and what moto answered. */
export interface RecordedCall {
  readonly operation: string;
  readonly input: Record<string, unknown>;
  /** A name for a member of the answer, which later inputs have in braces. */
  readonly save?: readonly string[];
  readonly output?: unknown;
  readonly error?: { readonly Code: string; readonly Message: string };
}

/**
 * Sends recorded calls in their order, a second after each other.
 *
 * @param leftOut members that differ from one run to the next, or that moto does not give
 * @returns the calls that the local cloud answers otherwise
 */
export async function differencesFrom(
  calls: readonly RecordedCall[],
  service: string,
  fixture: ServiceFixture,
  leftOut: ReadonlySet<string>,
): Promise<object[]> {
  const saved = new Map<string, unknown>();
  const differences: object[] = [];
  for (const call of calls) {
    const answer = await answerOf(fixture, service, call, { saved, leftOut });
    await fixture.advance(SECOND);
    const recorded = call.error ? { error: call.error } : { output: kept(call.output, leftOut) };
    try {
      expect(answer).toEqual(recorded);
    } catch {
      differences.push({ operation: call.operation, input: call.input, answer, recorded });
    }
  }
  return differences;
}

async function answerOf(
  { cloud }: ServiceFixture,
  service: string,
  call: RecordedCall,
  { saved, leftOut }: { readonly saved: Map<string, unknown>; readonly leftOut: ReadonlySet<string> },
) {
  try {
    const input = filled(call.input, saved) as object;
    const output = await cloud.call<Record<string, unknown>>(
      service,
      call.operation,
      input,
      cloud.administrator,
    );
    const [name, member] = call.save ?? [];
    if (name && member) saved.set(name, output[member]);
    return { output: kept(output, leftOut) };
  } catch (error) {
    return { error: { Code: (error as Error).name, Message: (error as Error).message } };
  }
}

/** An input with what earlier calls saved. */
function filled(value: unknown, saved: ReadonlyMap<string, unknown>, member = ''): unknown {
  if (typeof value === 'string') {
    if (member === 'Data') return Buffer.from(value);
    return /^\{\w+\}$/.test(value) ? saved.get(value.slice(1, -1)) : value;
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, saved));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filled(item, saved, name)]));
}

function kept(value: unknown, leftOut: ReadonlySet<string>): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (Array.isArray(value)) return value.map((item) => kept(item, leftOut));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([name, item]) => !leftOut.has(name) && item !== undefined);
  return Object.fromEntries(members.map(([name, item]) => [name, kept(item, leftOut)]));
}
