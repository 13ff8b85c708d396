import type { AccountKey } from '../../local/access';

/** A local cloud as a story needs it: in the process of the test, or in one of its own. */
export interface TestedCloud {
  readonly url: string;
  readonly account: string;
  readonly region: string;
  /** The administrator's key. */
  readonly credentials: AccountKey;
  readonly clock: { advance(milliseconds: number): Promise<void> };
  start(): Promise<void>;
  stop(): Promise<void>;
}
