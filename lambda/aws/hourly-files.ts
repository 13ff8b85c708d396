import * as z from 'zod/mini';
import { hourEnd, hourPaths } from '../domain/records/bucket-layout';
import { KnownKeys } from '../domain/records/known-keys';
import { readAhead, type TextFile } from './read-ahead';
import type { ArtifactStore } from './store';

/**
 * What one evaluation reads and lists of a kind of files; the next one goes on. A function records one
 * request a file.
 */
const A_LOOK = { bytes: 32 << 20, files: 2000, listed: 20_000 };
/** One request lists so many, so that a folder with fewer is listed from its beginning each time. */
const PAGE = 1000;
/** Files arrive within minutes: none is looked for that comes later than this after the end of its hour. */
const LATEST = 3_600_000;

/** What is remembered of an hour's folder. */
const folder = z.object({
  /** The last key that was listed. */
  after: z.string(),
  /** Whether there was none after it. */
  isAtEnd: z.boolean(),
  /** How many files were known when it was last listed from its beginning. */
  sweptAt: z.int(),
  /** Whether nothing could arrive any more by then. */
  isLastSweep: z.boolean(),
  /** The files that were read: see {@link KnownKeys}. */
  known: z.string(),
});

/** By the prefix of the folder; `closed` if nothing can be new in it. */
export const keptFiles = z.record(z.string(), z.union([z.literal('closed'), folder]));

export type KeptFiles = z.infer<typeof keptFiles>;

export interface HourlyFilesProps {
  readonly since: Date;
  readonly until: Date;
  /** As the evaluation before left it. */
  readonly kept: KeptFiles;
}

/**
 * Files in folders by hour, each of which is read once in any number of evaluations.
 *
 * A listing goes on where the one before ended (`StartAfter` of ListObjectsV2: "Amazon S3 starts listing
 * after this specified key"; a general purpose bucket lists "in lexicographical order based on their key
 * names"). But AWS documents no order of the names of recordings, and delivers them minutes late: what is new
 * may come before that key. A folder is therefore listed from its beginning again when its known files have
 * doubled, so that all listings together are a multiple of the files, and a last time once nothing can arrive
 * any more.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export class HourlyFiles {
  private readonly folders: KeptFiles = {};

  constructor(
    private readonly store: Pick<ArtifactStore, 'list' | 'readText'>,
    private readonly props: HourlyFilesProps,
  ) {}

  /** Files that were not read before, oldest hour first, as many as fit into one evaluation. */
  async *unread(prefixOf: (hour: string) => string): AsyncGenerator<TextFile> {
    const { since, until, kept } = this.props;
    const hours = hourPaths(since, until);
    for (const hour of hours) {
      const prefix = prefixOf(hour);
      const before = kept[prefix];
      if (before !== undefined) this.folders[prefix] = before;
    }
    const left = { ...A_LOOK };
    for (const hour of hours) yield* this.unreadIn(prefixOf(hour), hourEnd(hour), left);
  }

  /** Of the folders that were requested. */
  toJSON(): KeptFiles {
    return this.folders;
  }

  private async *unreadIn(prefix: string, end: Date, left: typeof A_LOOK): AsyncGenerator<TextFile> {
    const before = this.folders[prefix];
    if (before === 'closed' || left.listed <= 0 || left.files <= 0 || left.bytes <= 0) return;
    const isOver = this.props.until.getTime() >= end.getTime() + LATEST;
    const known = new KnownKeys(before?.known);
    const isDue =
      !before || (before.isAtEnd && (isOver || known.size < PAGE || known.size >= 2 * before.sweptAt));
    const sweep = isDue ? { after: '', sweptAt: known.size, isLastSweep: isOver } : before;
    const { keys, last, isAtEnd } = await this.list(prefix, sweep.after, known, left);
    for await (const file of readAhead(this.store, keys)) {
      known.add(file.key);
      yield file;
    }
    this.folders[prefix] =
      isAtEnd && sweep.isLastSweep ? 'closed' : { ...sweep, after: last, isAtEnd, known: known.toJSON() };
  }

  private async list(prefix: string, after: string, known: KnownKeys, left: typeof A_LOOK) {
    const keys: string[] = [];
    let last = after;
    for await (const { key, bytes } of this.store.list(prefix, after)) {
      if (left.listed <= 0 || left.files <= 0 || left.bytes <= 0) return { keys, last, isAtEnd: false };
      last = key;
      left.listed--;
      if (known.has(key)) continue;
      left.files--;
      left.bytes -= bytes;
      keys.push(key);
    }
    return { keys, last, isAtEnd: true };
  }
}
