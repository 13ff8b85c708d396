import { CategoryColumn } from '../aws/category-column';
import { NumberColumn } from '../aws/number-column';
import type { ArtifactStore } from '../aws/store';
import type { Baseline } from '../domain/data/baseline';
import { type Cell, isMissing, numberOf } from '../domain/data/cell';
import { csvLine } from '../domain/data/csv-line';
import { createManifest, formatManifest } from '../domain/data/dataset';
import { manifestKey, samplesKey } from '../domain/records/bucket-layout';
import { type KeptRows, rowsOf } from './keep-rows';
import { RegistrationRefusedError } from './registration-refused-error';

/** The rows that came with a model. */
export interface RegisteredSample {
  /** Version of the sample as a dataset of its own. */
  readonly dataVersion: string;
  /** Features, in the order in which the model takes them. */
  readonly columns: readonly string[];
  readonly rows: number;
  /** What traffic is compared with; the model's answers are not known. */
  readonly features: Baseline['features'];
  /** Inputs of a model that takes tensors, which the features summarise. */
  readonly inputs?: Baseline['inputs'];
}

/** Rows that a smoke test asks for; as many as of a holdout. */
export const SMOKE_TEST_ROWS = 20;

/**
 * Reads a sample: its first rows for the smoke test, and all of them for the profile that traffic is compared
 * with.
 *
 * @param leftOut columns that are no features
 * @throws RegistrationRefusedError if it cannot be read, has no rows, or has no features
 */
export async function takeSample(
  sample: KeptRows,
  { store, leftOut }: { readonly store: ArtifactStore; readonly leftOut: readonly string[] },
): Promise<RegisteredSample> {
  const manifest = createManifest([sample.file]);
  const { dataVersion } = manifest;
  const { samples, ...read } = await readSample(sample, leftOut);
  await store.write(samplesKey(dataVersion), samples.map((line) => `${line}\n`).join(''));
  await store.write(manifestKey(dataVersion), formatManifest(manifest));
  return { dataVersion, ...read };
}

/** Names of the features. @throws RegistrationRefusedError if there are none */
export function featuresOf({ what, uri, rows }: KeptRows, leftOut: readonly string[]): string[] {
  const columns = rows.header.filter((name) => !leftOut.includes(name));
  if (columns.length > 0) return columns;
  throw new RegistrationRefusedError(
    `the ${what} ${uri} has no features, only ${rows.header.join(', ') || 'nothing'}: give it a header and the columns that the model takes`,
  );
}

async function readSample(sample: KeptRows, leftOut: readonly string[]) {
  const { uri, rows } = sample;
  const columns = featuresOf(sample, leftOut);
  const places = columns.map((name) => rows.header.indexOf(name));
  const isText = columns.map(() => false);
  const samples: string[] = [];
  let count = 0;
  for await (const cells of rowsOf(sample)) {
    const features = places.map((place) => cells[place] as Cell);
    for (const [index, cell] of features.entries())
      isText[index] ||= !isMissing(cell) && Number.isNaN(numberOf(cell));
    if (count++ < SMOKE_TEST_ROWS) samples.push(csvLine(features));
  }
  if (count === 0) {
    throw new RegistrationRefusedError(`the sample ${uri} has no rows: give it some that the model answers`);
  }
  const categories = columns.filter((_, index) => isText[index]);
  return { columns, rows: count, features: await profileFeatures(sample, columns, categories), samples };
}

/** Profiles the features of rows, of which `categories` are text. */
export async function profileFeatures(
  kept: KeptRows,
  columns: readonly string[],
  categories: readonly string[],
): Promise<Baseline['features']> {
  const features = columns.map((name) => ({
    name,
    place: kept.rows.header.indexOf(name),
    cells: categories.includes(name) ? new CategoryColumn() : new NumberColumn(),
  }));
  for await (const row of rowsOf(kept)) for (const { place, cells } of features) cells.add(row[place]);
  return Object.fromEntries(features.map(({ name, cells }) => [name, cells.profile()]));
}
