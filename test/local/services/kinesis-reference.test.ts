import reference from '../../reference/kinesis.json';
import { SECOND, ServiceFixture } from './service-fixture';

/** What differs from one run to the next, or what moto does not give. */
const LEFT_OUT = new Set([
  'SequenceNumber',
  'SequenceNumberRange',
  'ShardIterator',
  'NextShardIterator',
  'ApproximateArrivalTimestamp',
  'StreamCreationTimestamp',
  'EncryptionType',
  'KeyId',
  'EnhancedMonitoring',
  'ConsumerCount',
  'MaxRecordSizeInKiB',
  'StreamSummaries',
  'NextToken',
  'MillisBehindLatest',
  'ChildShards',
]);

interface RecordedCall {
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly save?: readonly string[];
  readonly output?: unknown;
  readonly error?: { readonly Code: string; readonly Message: string };
}

/** Answers of moto to the same calls, which test/reference/kinesis.py recorded. */
test('Kinesis answers as moto does', async () => {
  const fixture = new ServiceFixture({ account: '123456789012' });
  await fixture.cloud.start();
  const saved = new Map<string, unknown>();
  const differences: unknown[] = [];
  for (const call of reference.calls as readonly RecordedCall[]) {
    const answer = await answerOf(fixture, call, saved);
    await fixture.advance(SECOND);
    const recorded = call.error ? { error: call.error } : { output: call.output };
    try {
      expect(answer).toEqual(recorded);
    } catch {
      differences.push({ operation: call.operation, input: call.input, answer, recorded });
    }
  }
  await fixture.cloud.stop();
  expect(differences).toEqual([]);
});

async function answerOf({ cloud }: ServiceFixture, call: RecordedCall, saved: Map<string, unknown>) {
  try {
    const input = filled(call.input, saved) as object;
    const output = await cloud.call<Record<string, unknown>>(
      'kinesis',
      call.operation,
      input,
      cloud.administrator,
    );
    const [name, member] = call.save ?? [];
    if (name && member) saved.set(name, output[member]);
    return { output: kept(output) };
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

function kept(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (Array.isArray(value)) return value.map(kept);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([name, item]) => !LEFT_OUT.has(name) && item !== undefined);
  return Object.fromEntries(members.map(([name, item]) => [name, kept(item)]));
}
