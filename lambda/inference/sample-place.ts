import { createHash } from 'node:crypto';

/**
 * A place from 0 to 1, spread evenly over ids: a share of them are those whose place is below it. The same id
 * is everywhere in the same place, and what is in a smaller share is in every larger one.
 */
export function samplePlace(...ids: readonly string[]): number {
  return createHash('sha256').update(JSON.stringify(ids)).digest().readUIntBE(0, 6) / 2 ** 48;
}
