import type { ScoredRecord } from '../../../contracts/scored-record';

/** What became of records that were sent. */
export interface Sent {
  /** Ids of records that were not taken, and may be later. */
  readonly refused: ReadonlySet<string>;
  /** Ids of records that are never taken, and why not. */
  readonly unfit: ReadonlyMap<string, string>;
}

/** Where scored records go. */
export interface StreamOutput {
  /** Hands records on, in their order; it never fails. */
  send(records: readonly ScoredRecord[]): Promise<Sent>;
}
