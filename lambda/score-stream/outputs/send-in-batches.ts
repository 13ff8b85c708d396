import { logger } from '../../aws/logger';
import type { Sent } from './stream-output';

/** Something that is sent with others in one call. */
export interface Entry {
  /** Of the record. */
  readonly id: string;
  /** What a call sends of it. */
  readonly content: string;
}

/** What a call takes. */
export interface BatchLimits {
  /** Most entries. */
  readonly entries: number;
  /** Most bytes of all entries. */
  readonly bytes: number;
  /** Most bytes of one entry. */
  readonly entryBytes: number;
  /** What counts beside the content of each entry. */
  readonly bytesBeside?: number;
}

/**
 * Sends entries in order, a call after the other, each with as many of them as it takes. After a call that
 * failed as a whole, no more are sent: they would only fail later.
 *
 * @param where they go, in words
 * @param send returns what is wrong with those that were not taken, by their places in the call
 */
export async function sendInBatches<T extends Entry>(
  entries: readonly T[],
  limits: BatchLimits,
  where: string,
  send: (batch: readonly T[]) => Promise<ReadonlyMap<number, string>>,
): Promise<Sent> {
  const sizes = new Map(entries.map((entry) => [entry, sizeOf(entry, limits)]));
  const isFit = (entry: T) => (sizes.get(entry) as number) <= limits.entryBytes;
  const unfit = new Map(
    entries
      .filter((entry) => !isFit(entry))
      .map((entry) => [entry.id, `${sizes.get(entry)} bytes, but ${where} takes ${limits.entryBytes}`]),
  );
  const refused = new Set<string>();
  const batches = batchesOf(entries.filter(isFit), limits);
  for (const [index, batch] of batches.entries()) {
    try {
      const problems = await send(batch);
      for (const [place, problem] of problems) {
        const { id } = batch[place] as T;
        refused.add(id);
        logger.error(`record ${id} was not taken by ${where}: ${problem}`);
      }
    } catch (error) {
      const left = batches.slice(index).flat();
      for (const { id } of left) refused.add(id);
      logger.error(`${left.length} records were not taken by ${where}`, error as Error);
      break;
    }
  }
  return { refused, unfit };
}

function sizeOf({ content }: Entry, { bytesBeside = 0 }: BatchLimits): number {
  return Buffer.byteLength(content) + bytesBeside;
}

function batchesOf<T extends Entry>(entries: readonly T[], limits: BatchLimits): T[][] {
  const batches: T[][] = [];
  let [batch, bytes]: [T[], number] = [[], 0];
  for (const entry of entries) {
    const size = sizeOf(entry, limits);
    if (batch.length === 0 || batch.length === limits.entries || bytes + size > limits.bytes) {
      [batch, bytes] = [[], 0];
      batches.push(batch);
    }
    batch.push(entry);
    bytes += size;
  }
  return batches;
}
