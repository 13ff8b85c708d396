import type { ScoredRecord } from '../../contracts/scored-record';

/** Where scored records go. */
export interface StreamOutput {
  /**
   * Hands records on, in their order.
   *
   * @returns ids of records that were not taken; it never fails
   */
  send(records: readonly ScoredRecord[]): Promise<ReadonlySet<string>>;
}
