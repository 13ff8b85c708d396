import * as z from 'zod/mini';
import { openDataFile } from '../aws/data-files/open-data-file';
import type { ArtifactStore } from '../aws/store';
import { holdoutKey, manifestKey, samplesKey, splitKey, trainPrefix } from '../domain/bucket-layout';
import type { Cell, Row } from '../domain/cell';
import { type DatasetFile, type FileSplit, parseManifest, splitByArrival } from '../domain/dataset';
import { checkDocument } from '../domain/document';
import { formatSplit } from '../domain/split-document';
import { csvLine } from './csv-line';
import { TextBuffer } from './text-buffer';
import { TrainFiles } from './train-files';

export interface SplitProps {
  readonly store: ArtifactStore;
  /** Column with the label. */
  readonly label: string;
  /** Share of all rows, the last to arrive, that is held out. */
  readonly holdoutFraction: number;
  /** Columns that are no features. */
  readonly ignoredColumns: readonly string[];
  /** Columns that the holdout is judged by: weights, groups, slices. */
  readonly judgedBy: readonly string[];
  /** Size of the files that train, about. @default 32 MiB */
  readonly bytesPerFile?: number;
}

export interface DataSplit {
  readonly rows: { readonly train: number; readonly holdout: number };
  /** Features, in the order in which the model takes them. */
  readonly columns: readonly string[];
  readonly trainUri: string;
  readonly holdoutUri: string;
}

/**
 * Splits a snapshot by arrival: the newest rows are held out, the others train. All files get the columns of the first, in
 * its order. The same snapshot and fraction give the same objects.
 *
 * @throws Error if a row does not fit its file's header, or a file lacks a column: validation would have stopped it
 */
export async function splitData(event: unknown, props: SplitProps): Promise<DataSplit> {
  const { store, label, holdoutFraction, ignoredColumns, judgedBy } = props;
  const { dataVersion, categories } = checkDocument(request, event, 'request to split data');
  const { files } = parseManifest(await store.readText(manifestKey(dataVersion)));
  const { header, counts } = await countRows(store, files);
  const names = header.filter((name) => !ignoredColumns.includes(name));
  const labelPlace = names.indexOf(label);
  if (labelPlace < 0) throw new Error(`${files[0]?.key} has no column '${label}', which is the label`);
  const columns = names.filter((name) => name !== label);
  const missing = judgedBy.find((name) => !header.includes(name));
  if (missing !== undefined) {
    throw new Error(`the data have no column '${missing}', which the promotion policy names`);
  }
  // What is no feature may still be judged by.
  const read = [...names, ...judgedBy.filter((name) => !names.includes(name))];
  const judgePlaces = judgedBy.map((name) => read.indexOf(name));
  const splits = splitByArrival(counts, holdoutFraction);

  const prefix = trainPrefix(dataVersion, holdoutFraction);
  const train = new TrainFiles(store, prefix, names, props.bytesPerFile ?? 32 * 2 ** 20);
  const [features, labels, samples] = [new TextBuffer(), new TextBuffer(), new TextBuffer()];
  const judging = new TextBuffer();
  judging.addLine(csvLine(judgedBy));
  let heldOut = 0;
  for await (const { row, trains } of rowsInOrder(store, files, read, splits)) {
    if (trains) {
      await train.add(row.slice(0, names.length));
      continue;
    }
    const line = csvLine(row.slice(0, names.length).filter((_, place) => place !== labelPlace));
    features.addLine(line);
    labels.addLine(csvLine([row[labelPlace] ?? '']));
    judging.addLine(csvLine(judgePlaces.map((place) => row[place] ?? '')));
    if (heldOut++ < SAMPLES) samples.addLine(line);
  }
  await train.finish();
  await store.write(holdoutKey(dataVersion, 'features'), features.take());
  await store.write(holdoutKey(dataVersion, 'labels'), labels.take());
  if (judgedBy.length > 0) await store.write(holdoutKey(dataVersion, 'columns'), judging.take());
  await store.write(samplesKey(dataVersion), samples.take());

  const rows = { train: splits.reduce((sum, split) => sum + split.train, 0), holdout: heldOut };
  await store.write(
    splitKey(dataVersion),
    formatSplit({ version: 1, label, columns, categories, holdoutFraction, rows, trainFiles: train.keys }),
  );
  return {
    rows,
    columns,
    trainUri: store.uriOf(prefix),
    holdoutUri: store.uriOf(holdoutKey(dataVersion, 'features')),
  };
}

/** Rows that a smoke test asks for. */
const SAMPLES = 20;

async function countRows(store: ArtifactStore, files: readonly DatasetFile[]) {
  let first: readonly string[] | undefined;
  const counts: { key: string; rows: number }[] = [];
  for (const file of files) {
    const { header, batches } = await openDataFile(store, file);
    first ??= header;
    let count = 0;
    for await (const { rows } of batches) count += rows.length;
    counts.push({ key: file.key, rows: count });
  }
  return { header: first ?? [], counts };
}

async function* rowsInOrder(
  store: ArtifactStore,
  files: readonly DatasetFile[],
  names: readonly string[],
  splits: readonly FileSplit[],
): AsyncGenerator<{ row: Row; trains: boolean }> {
  for (const file of files) {
    const { train = 0 } = splits.find(({ key }) => key === file.key) ?? {};
    const data = await openDataFile(store, file);
    const places = names.map((name) => placeOf(name, data.header, file));
    let number = 0;
    for await (const { rows, lines } of data.batches) {
      for (const [index, cells] of rows.entries()) {
        number++;
        if (cells.length !== data.header.length) {
          throw new Error(
            `line ${lines[index]} of ${file.key} has ${cells.length} cells, but its header has ${data.header.length}`,
          );
        }
        yield { row: places.map((place) => cells[place] as Cell), trains: number <= train };
      }
    }
  }
}

function placeOf(name: string, header: readonly string[], { key }: DatasetFile): number {
  const place = header.indexOf(name);
  if (place < 0) throw new Error(`${key} has no column '${name}', which the first file has`);
  return place;
}

const request = z.object({
  dataVersion: z.string().check(z.minLength(1)),
  categories: z.array(z.string()),
});
