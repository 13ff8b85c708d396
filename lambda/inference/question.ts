import type { Rows } from './rows';

/** What is asked. */
export interface Question {
  readonly rows: Rows;
  /**
   * The caller's own id of the request: labels refer to it, and the same id is answered by the same version.
   */
  readonly inferenceId?: string;
  /** The release whose candidate is to answer, whatever its share of the requests. */
  readonly releaseId?: string;
}
