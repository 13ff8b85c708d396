import type { ItemIdentifier, StreamRecord } from './stream-record';

/** The answer that names records that are to be delivered again. */
export interface ItemFailures {
  readonly batchItemFailures: readonly { readonly itemIdentifier: ItemIdentifier }[];
}

/**
 * The answer to a mapping that delivers all records of an event again if the function fails, or none.
 *
 * @throws Error if any are to be delivered again
 */
export function wholeBatch(again: readonly StreamRecord[]): ItemFailures {
  const [first] = again;
  if (!first) return { batchItemFailures: [] };
  throw new Error(
    `${again.length} records are to be delivered again, from ${first.id} on, and all others of the event with them`,
  );
}

/** @param again in the order in which they came */
export function itemFailures(again: readonly StreamRecord[]): ItemFailures {
  const named = new Set<string | undefined>();
  const failures = again.filter(({ redelivers, lane }) => {
    if (redelivers === 'itself') return true;
    if (named.has(lane)) return false;
    named.add(lane);
    return true;
  });
  return { batchItemFailures: failures.map(({ itemIdentifier }) => ({ itemIdentifier })) };
}
