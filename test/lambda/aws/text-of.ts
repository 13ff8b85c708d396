import { text } from 'node:stream/consumers';
import type { RecordedFile } from '../../../lambda/aws/recorded-files';

/** The text of a file, as a whole. */
export async function textOf({ chunks }: RecordedFile): Promise<string> {
  return text(chunks);
}
