import type { ItemIdentifier, StreamRecord } from './stream-record';

/** The answer that names records that are to be delivered again. */
export interface ItemFailures {
  readonly batchItemFailures: readonly { readonly itemIdentifier: ItemIdentifier }[];
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
