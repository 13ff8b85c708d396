import type { AccountKey } from '../../local/access';
import type { GrantUse } from '../../local/services/iam/access-record';

/** A local cloud as a story needs it: in the process of the test, or in one of its own. */
export interface TestedCloud {
  readonly url: string;
  readonly account: string;
  readonly region: string;
  /** The administrator's key. */
  readonly credentials: AccountKey;
  /** What each role may do, and how often a call needed it. */
  grants(): Promise<GrantUse[]>;
  readonly clock: { advance(milliseconds: number): Promise<void> };
  start(): Promise<void>;
  stop(): Promise<void>;
}
