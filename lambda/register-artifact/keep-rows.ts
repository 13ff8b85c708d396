import { createHash } from 'node:crypto';
import { UnreadableFileError } from '../aws/data-files/data-file';
import { DatasetRows } from '../aws/data-files/dataset-rows';
import { DATA_FILE, DATA_FILE_ENDINGS } from '../aws/data-files/open-data-file';
import type { ArtifactStore, CopySource } from '../aws/store';
import type { Row } from '../domain/data/cell';
import type { DatasetFile } from '../domain/data/dataset';
import { registeredRowsKey } from '../domain/records/bucket-layout';
import { RegistrationRefusedError } from './registration-refused-error';

/** Rows that came with a model, where nobody changes them. */
export interface KeptRows {
  readonly what: 'sample' | 'holdout';
  /** Where they came from. */
  readonly uri: string;
  readonly file: DatasetFile;
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
  { store, bucketOf }: KeepRowsProps,
): Promise<KeptRows> {
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
  const file = { ...version, checksum: etag };
  const rows = await orRefuse({ what, uri, file }, () => DatasetRows.open(store, [file]));
  checkHeader(what, uri, rows.header);
  return { what, uri, file, rows };
}

/** Rows, each of which fits the header. @throws RegistrationRefusedError if one does not, or cannot be read */
export async function* rowsOf(kept: KeptRows): AsyncGenerator<Row> {
  const rows = kept.rows[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await orRefuse(kept, () => rows.next());
    if (done) return;
    yield value;
  }
}

async function orRefuse<T>(
  { what, uri, file }: Pick<KeptRows, 'what' | 'uri' | 'file'>,
  read: () => Promise<T>,
): Promise<T> {
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
