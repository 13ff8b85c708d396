import type { Clock } from '../../../gateway/clock';
import type { DiscardedBatch } from './discarded-batch';
import type { BatchResult } from './event-source';
import type { MappingSettings } from './event-source-mapping';
import { failedItems } from './item-failures';
import { FIRST_PAUSE, longerPause, type Polling } from './polling';
import type { StreamRecord } from './stream-reader';

export interface DeliveryHandling {
  readonly clock: Clock;
  readonly polling: Polling;
  /** Records that are older are given up, in milliseconds. */
  readonly oldest: number;
  /** @throws Error if the function cannot be called now */
  invoke(records: readonly StreamRecord[]): Promise<BatchResult>;
  /** The records up to this one are taken or given up. */
  done(sequence: string): void;
  discard(batch: Pick<DiscardedBatch, 'records' | 'condition' | 'invocations' | 'last'>): Promise<void>;
  log(message: string): void;
}

/** Records that are handed over together, and what has come of it. */
interface Portion {
  readonly records: readonly StreamRecord[];
  /** How often the function failed at them. */
  readonly failures: number;
  readonly last?: BatchResult;
}

/**
 * Hands a batch over until the function has taken each of its records, or it is given up. Calls that are
 * throttled are repeated, and count as no attempts. With `bisects` a batch of several records that fails is
 * divided, at the first record that the function names or in the middle, which does not count either.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-retain-records.html ("Splitting a batch does not
 * count towards the retry quota")
 * @returns false if the polling ended before
 */
export async function deliverBatch(
  records: readonly StreamRecord[],
  settings: MappingSettings,
  handling: DeliveryHandling,
): Promise<boolean> {
  const { clock, polling } = handling;
  let portions: Portion[] = [{ records, failures: 0 }];
  let pause = FIRST_PAUSE;
  while (polling.isActive) {
    const [portion, ...rest] = portions;
    if (!portion) return true;
    const { left, isTroubled } = await clock.track(attempt(portion, settings, handling));
    portions = [...left, ...rest];
    if (isTroubled) await polling.pause(pause);
    pause = isTroubled ? longerPause(pause) : FIRST_PAUSE;
  }
  return portions.length === 0;
}

interface Outcome {
  /** What is to be handed over yet. */
  readonly left: readonly Portion[];
  /** Whether there is something to wait for. */
  readonly isTroubled: boolean;
}

async function attempt(
  portion: Portion,
  settings: MappingSettings,
  handling: DeliveryHandling,
): Promise<Outcome> {
  const { records, failures } = portion;
  const oldest = handling.clock.now() - handling.oldest;
  const expired = records.filter(({ arrived }) => arrived < oldest);
  if (expired.length > 0) {
    await giveUp({ ...portion, records: expired }, 'RecordAgeExceeded', handling);
    const young = records.slice(expired.length);
    return { left: young.length > 0 ? [{ ...portion, records: young }] : [], isTroubled: false };
  }
  let result: BatchResult;
  try {
    result = await handling.invoke(records);
  } catch (error) {
    handling.log((error as Error).message);
    return { left: [portion], isTroubled: true };
  }
  const failed = failedItems(result, settings.reportsItemFailures);
  if (failed.length === 0) {
    handling.done((records.at(-1) as StreamRecord).sequence);
    return { left: [], isTroubled: false };
  }
  const first = firstFailure(records, failed);
  const left = records.slice(first);
  if (first > 0) handling.done((records[first - 1] as StreamRecord).sequence);
  if (settings.bisects && records.length > 1) {
    return {
      left: divided(left, first > 0).map((part) => ({ records: part, failures: 0 })),
      isTroubled: true,
    };
  }
  const next: Portion = { records: left, failures: failures + 1, last: result };
  if (settings.maximumRetries >= 0 && next.failures > settings.maximumRetries) {
    await giveUp(next, 'RetryAttemptsExhausted', handling);
    return { left: [], isTroubled: false };
  }
  return { left: [next], isTroubled: true };
}

async function giveUp(
  { records, failures, last }: Portion,
  condition: DiscardedBatch['condition'],
  handling: DeliveryHandling,
): Promise<void> {
  handling.log(`${records.length} records are given up: ${condition}`);
  await handling.discard({ records, condition, invocations: failures, last });
  handling.done((records.at(-1) as StreamRecord).sequence);
}

/** Index of the first record that failed: with identifiers of none of them, all of them did. */
function firstFailure(records: readonly StreamRecord[], failed: readonly string[] | 'all'): number {
  if (failed === 'all') return 0;
  const indices = failed.map((id) => records.findIndex(({ sequence }) => sequence === id));
  return Math.min(...indices.map((index) => Math.max(index, 0)));
}

function divided(records: readonly StreamRecord[], isDivided: boolean): (readonly StreamRecord[])[] {
  if (isDivided || records.length === 1) return [records];
  const middle = Math.ceil(records.length / 2);
  return [records.slice(0, middle), records.slice(middle)];
}
