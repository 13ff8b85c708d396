import type { Pipeline } from './pipeline';

/**
 * What is wrong with the newest entries of a pipeline's ledger: deleted, changed, unreadable or not of it.
 *
 * @param limit how many entries are read
 */
export async function ledgerProblems(pipeline: Pipeline, limit: number): Promise<string[]> {
  try {
    const records = await pipeline.ledger().newest(limit);
    return records.flatMap(({ problem }) => problem ?? []);
  } catch (error) {
    return [`the ledger cannot be read: ${(error as Error).message}`];
  }
}
