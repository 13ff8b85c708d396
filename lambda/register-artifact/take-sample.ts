import { CategoryColumn } from '../aws/category-column';
import { UnreadableFileError } from '../aws/data-files/data-file';
import { DatasetRows } from '../aws/data-files/dataset-rows';
import { DATA_FILE } from '../aws/data-files/open-data-file';
import { NumberColumn } from '../aws/number-column';
import type { ArtifactStore, CopySource } from '../aws/store';
import type { Baseline } from '../domain/data/baseline';
import { type Cell, isMissing, numberOf } from '../domain/data/cell';
import { csvLine } from '../domain/data/csv-line';
import { createManifest, formatManifest } from '../domain/data/dataset';
import { manifestKey, registeredSampleKey, samplesKey } from '../domain/records/bucket-layout';
import { RegistrationRefusedError } from './registration-refused-error';

/** The rows that came with a model. */
export interface RegisteredSample {
  /** Version of the sample as a dataset of its own. */
  readonly dataVersion: string;
  /** Features, in the order in which the model takes them. */
  readonly columns: readonly string[];
  /** Features that are text. */
  readonly categories: readonly string[];
  /** What traffic is compared with; the model's answers are not known. */
  readonly baseline: Baseline;
}

export interface TakeSampleProps {
  readonly store: ArtifactStore;
  readonly source: CopySource;
  /** Id of the registration. */
  readonly id: string;
  /** Columns that are no features. */
  readonly leftOut: readonly string[];
}

/** Rows that a smoke test asks for; as many as of a holdout. */
const SMOKE_TEST_ROWS = 20;

/**
 * Copies a sample into the bucket, where nobody changes it, and reads it: its first rows for the smoke test,
 * and all of them for the profile that traffic is compared with.
 *
 * @throws RegistrationRefusedError if it cannot be read, has no rows, or has no features
 */
export async function takeSample(props: TakeSampleProps): Promise<RegisteredSample> {
  const { store, source, id } = props;
  const uri = `s3://${source.bucket}/${source.key}`;
  const ending = DATA_FILE.exec(source.key)?.[1];
  if (!ending) {
    throw new RegistrationRefusedError(
      `the sample ${uri} does not end in .csv, .csv.gz, .jsonl, .jsonl.gz or .parquet: convert it`,
    );
  }
  const key = registeredSampleKey(id, ending);
  await store.copyFound(source, key);
  const files = [];
  for await (const { etag, ...version } of store.listLatestVersions(key))
    files.push({ ...version, checksum: etag });
  const manifest = createManifest(files);
  const { dataVersion } = manifest;
  try {
    const rows = await DatasetRows.open(store, manifest.files);
    const { columns, categories, baseline, samples } = await read(rows, uri, props.leftOut);
    await store.write(samplesKey(dataVersion), samples.map((line) => `${line}\n`).join(''));
    await store.write(manifestKey(dataVersion), formatManifest(manifest));
    return { dataVersion, columns, categories, baseline };
  } catch (cause) {
    if (!(cause instanceof UnreadableFileError || cause instanceof UnevenRowsError)) throw cause;
    throw new RegistrationRefusedError(`the sample ${uri}: ${cause.message.replaceAll(key, 'it')}`, {
      cause,
    });
  }
}

/** Rows that do not fit their header. */
class UnevenRowsError extends Error {}

async function read(rows: DatasetRows, uri: string, leftOut: readonly string[]) {
  const columns = rows.header.filter((name) => !leftOut.includes(name));
  const unnamed = rows.header.findIndex((name) => name.trim() === '');
  if (unnamed >= 0) {
    throw new RegistrationRefusedError(
      `column ${unnamed + 1} of the sample ${uri} has no name: write it with index=False, or name it`,
    );
  }
  if (columns.length === 0) {
    throw new RegistrationRefusedError(
      `the sample ${uri} has no features, only ${rows.header.join(', ') || 'nothing'}: give it a header and the columns that the model takes`,
    );
  }
  const places = columns.map((name) => rows.header.indexOf(name));
  const isText = columns.map(() => false);
  const samples: string[] = [];
  let count = 0;
  for await (const cells of evenly(rows)) {
    const features = places.map((place) => cells[place] as Cell);
    for (const [index, cell] of features.entries())
      isText[index] ||= !isMissing(cell) && Number.isNaN(numberOf(cell));
    if (count++ < SMOKE_TEST_ROWS) samples.push(csvLine(features));
  }
  if (count === 0)
    throw new RegistrationRefusedError(`the sample ${uri} has no rows: give it some that the model answers`);
  const profiles = isText.map((text) => (text ? new CategoryColumn() : new NumberColumn()));
  for await (const cells of evenly(rows))
    for (const [index, profile] of profiles.entries()) profile.add(cells[places[index] as number]);
  const features = columns.map((name, index) => [name, profiles[index]?.profile()] as const);
  return {
    columns,
    categories: columns.filter((_, index) => isText[index]),
    baseline: { rows: count, features: Object.fromEntries(features) } as Baseline,
    samples,
  };
}

async function* evenly(rows: DatasetRows) {
  try {
    yield* rows;
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'Error') throw new UnevenRowsError(cause.message, { cause });
    throw cause;
  }
}
