import type { CloudReader } from './cloud-reader';
import type { Html } from './html';
import type { Page } from './layout';

/**
 * Draws the page of one thing: what stands in the frame of all pages, or a document that is complete as it
 * is. Undefined if there is no such thing; an AWS error means the same.
 */
export type PageOf = (
  cloud: CloudReader,
  name: string,
  query: URLSearchParams,
) => Promise<Page | string | undefined>;

/** What a product adds to the web page of the local cloud. */
export interface LocalCloudPlugin {
  /** Cards at the top of the overview. @default none */
  overview?(cloud: CloudReader): Promise<readonly Html[]>;
  /**
   * Pages by their kind, in lower-case letters: that of `reports` answers at `/_local/reports/<name>`, where
   * `address.page` leads.
   * @default none
   */
  readonly pages?: Readonly<Record<string, PageOf>>;
}
