import { createHash } from 'node:crypto';
import { UnreadableFileError } from '../aws/data-files/data-file';
import { DatasetRows } from '../aws/data-files/dataset-rows';
import { DATA_FILE, DATA_FILE_ENDINGS, isJsonLines } from '../aws/data-files/open-data-file';
import type { ArtifactStore, CopySource } from '../aws/store';
import type { Row } from '../domain/data/cell';
import type { DatasetFile } from '../domain/data/dataset';
import { registeredRowsKey } from '../domain/records/bucket-layout';
import { RegistrationRefusedError } from './registration-refused-error';

/** A file that came with a model, where nobody changes it. */
export interface KeptFile {
  readonly what: 'sample' | 'holdout' | 'requests';
  /** Where it came from. */
  readonly uri: string;
  readonly file: DatasetFile;
}

/** Rows that came with a model, where nobody changes them. */
export interface KeptRows extends KeptFile {
  readonly what: 'sample' | 'holdout';
  readonly rows: DatasetRows;
}

export interface KeepRowsProps {
  readonly store: ArtifactStore;
  /** Another bucket. */
  readonly bucketOf: (name: string) => Pick<ArtifactStore, 'readStream'>;
}

/**
 * Copies rows into the pipeline's bucket; the same rows once.
 *
 * @throws RegistrationRefusedError if they cannot be read, or a column has no name, or the name of another
 */
export async function keepRows(
  what: KeptRows['what'],
  source: CopySource,
  props: KeepRowsProps,
): Promise<KeptRows> {
  const kept = await keepFile(what, source, props);
  const rows = await orRefuse(kept, () => DatasetRows.open(props.store, [kept.file]));
  checkHeader(what, kept.uri, rows.header);
  return { ...kept, what, rows };
}

/**
 * Copies requests, in JSON lines, into the pipeline's bucket; the same ones once.
 *
 * @throws RegistrationRefusedError if they are in another format
 */
export async function keepRequests(source: CopySource, props: KeepRowsProps): Promise<KeptFile> {
  if (isJsonLines(source)) return keepFile('requests', source, props);
  throw new RegistrationRefusedError(
    `the requests s3://${source.bucket}/${source.key} do not end in .jsonl, plain or packed (.gz, .zst): write the body of each request on a line, in JSON`,
  );
}

async function keepFile(
  what: KeptFile['what'],
  source: CopySource,
  { store, bucketOf }: KeepRowsProps,
): Promise<KeptFile> {
  const uri = `s3://${source.bucket}/${source.key}`;
  const ending = DATA_FILE.exec(source.key)?.[1];
  if (!ending) {
    throw new RegistrationRefusedError(`the ${what} ${uri} does not end in ${DATA_FILE_ENDINGS}: convert it`);
  }
  const hash = createHash('sha256');
  for await (const chunk of await bucketOf(source.bucket).readStream(source.key, source.versionId))
    hash.update(chunk as Buffer);
  const key = registeredRowsKey(what, hash.digest('hex'), ending);
  if (!(await store.exists(key))) await store.copyFound(source, key);
  const { etag, ...version } = await newestOf(store, key);
  return { what, uri, file: { ...version, checksum: etag } };
}

/**
 * Rows, each of which fits the header. @throws RegistrationRefusedError if one does not, or cannot be read
 */
export function rowsOf(kept: KeptRows): AsyncGenerator<Row> {
  return readOrRefuse(kept, kept.rows);
}

/** What is read of a file. @throws RegistrationRefusedError if it cannot be read */
export async function* readOrRefuse<T>(kept: KeptFile, parts: AsyncIterable<T>): AsyncGenerator<T> {
  const all = parts[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await orRefuse(kept, () => all.next());
    if (done) return;
    yield value;
  }
}

async function orRefuse<T>({ what, uri, file }: KeptFile, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    // A row that does not fit its header is an error without a name of its own.
    if (!(cause instanceof UnreadableFileError) && (cause as Error).name !== 'Error') throw cause;
    const problem = (cause as Error).message.replaceAll(file.key, 'it');
    throw new RegistrationRefusedError(`the ${what} ${uri}: ${problem}`, { cause });
  }
}

async function newestOf(store: ArtifactStore, key: string) {
  for await (const version of store.listLatestVersions(key)) if (version.key === key) return version;
  throw new Error(`${store.uriOf(key)} was deleted while it was read: register the model again`);
}

function checkHeader(what: string, uri: string, header: readonly string[]): void {
  const unnamed = header.findIndex((name) => name.trim() === '');
  if (unnamed >= 0) {
    throw new RegistrationRefusedError(
      `column ${unnamed + 1} of the ${what} ${uri} has no name: write it with index=False, or name it`,
    );
  }
  const twice = header.find((name, place) => header.indexOf(name) !== place);
  if (twice !== undefined) {
    throw new RegistrationRefusedError(
      `the ${what} ${uri} has several columns '${twice}': rename or remove all but one`,
    );
  }
}
