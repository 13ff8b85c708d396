import * as z from 'zod/mini';

/** Files of recorded requests that follow each other in the order of their keys. */
export interface CaptureGroup {
  /** Its files come after this key. */
  readonly after: string;
  /** Its last file; of the last group undefined, so that it also has what is delivered later. */
  readonly last?: string | undefined;
  /**
   * Requests of files after this key, up to `after`, do not count again: a request may be delivered twice, in
   * files of two groups.
   */
  readonly knownAfter: string;
}

/** How much of an hour's recorded requests are one group. */
export interface GroupSize {
  readonly bytes: number;
  readonly files: number;
  /** What is read of the files before a group for the requests in them. */
  readonly knownBytes: number;
}

/** A function reads such a group in some 3 of its 15 minutes. */
export const GROUP_SIZE: GroupSize = { bytes: 4 * 2 ** 30, files: 50_000, knownBytes: 256 * 2 ** 20 };

interface ListedFile {
  readonly key: string;
  readonly bytes: number;
}

/**
 * Cuts files into groups that follow each other: each key belongs to one group, whether or not its file is
 * there yet.
 *
 * @param files in the order of their keys
 */
export async function captureGroups(
  files: AsyncIterable<ListedFile>,
  size: GroupSize = GROUP_SIZE,
): Promise<CaptureGroup[]> {
  const groups: CaptureGroup[] = [];
  const known = new LatestFiles(size.knownBytes);
  let group: Omit<CaptureGroup, 'last'> = { after: '', knownAfter: '' };
  let [bytes, count, last] = [0, 0, ''];
  for await (const file of files) {
    if (count > 0 && (bytes + file.bytes > size.bytes || count === size.files)) {
      groups.push({ ...group, last });
      group = { after: last, knownAfter: known.after };
      [bytes, count] = [0, 0];
    }
    bytes += file.bytes;
    count++;
    last = file.key;
    known.add(file);
  }
  return [...groups, group];
}

/** The latest files of so many bytes at least. */
class LatestFiles {
  /** The key of the file before them; empty if they are the first ones. */
  after = '';
  private readonly files: ListedFile[] = [];
  private bytes = 0;

  constructor(private readonly least: number) {}

  add(file: ListedFile): void {
    this.files.push(file);
    this.bytes += file.bytes;
    for (let [first] = this.files; first && this.bytes - first.bytes >= this.least; [first] = this.files) {
      this.files.shift();
      this.bytes -= first.bytes;
      this.after = first.key;
    }
  }
}

/** Schema of {@link CaptureGroup}. */
export const captureGroup = z.object({
  after: z.string(),
  last: z.optional(z.string()),
  knownAfter: z.string(),
});
