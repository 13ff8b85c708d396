import * as z from 'zod/mini';
import type { SplitSettings } from '../../contracts/data-split';
import type { DataSplit } from '../../contracts/functions/retraining';
import { DatasetRows } from '../aws/data-files/dataset-rows';
import { requestSchema } from '../aws/request-schema';
import type { ArtifactStore } from '../aws/store';
import { TextBuffer } from '../aws/text-buffer';
import { TrainFiles } from '../aws/train-files';
import type { Row } from '../domain/data/cell';
import { ValueSet } from '../domain/data/checks/value-set';
import { csvLine } from '../domain/data/csv-line';
import { parseManifest } from '../domain/data/dataset';
import { formatSplit } from '../domain/data/split-document';
import { splitName, splitterOf } from '../domain/data/splits/split-settings';
import { UnsplittableError } from '../domain/data/splits/splitter';
import { validationDocument } from '../domain/data/validation-document';
import {
  holdoutKey,
  manifestKey,
  samplesKey,
  splitKey,
  trainPrefix,
  validationKey,
} from '../domain/records/bucket-layout';
import { checkDocument } from '../domain/records/document';

export interface SplitProps {
  readonly store: ArtifactStore;
  /** Column with the label. */
  readonly label: string;
  /** Share of all rows that is held out. */
  readonly holdoutFraction: number;
  /** @default by arrival */
  readonly split?: SplitSettings;
  /** What becomes of rows that train and are also in the holdout. @default 'keep' */
  readonly duplicates?: 'keep' | 'drop' | 'stop';
  /** Columns that are no features. */
  readonly ignoredColumns: readonly string[];
  /** Columns that the holdout is judged by: weights, groups, slices. @default none */
  readonly judgedBy?: readonly string[];
  /** Size of the files that train, about. @default 32 MiB */
  readonly bytesPerFile?: number;
}

/**
 * Splits a validated snapshot into rows that train and rows that are held out. All files get the columns of
 * the first, in its order. The same snapshot and settings give the same objects.
 *
 * @throws UnsplittableError if the rows cannot be split so, or rows of the holdout also train and that is to
 * stop
 * @throws Error if a row does not fit its file's header, or a file lacks a column: validation would have
 * stopped it
 */
export async function splitData(event: unknown, props: SplitProps): Promise<DataSplit> {
  const { store, label, holdoutFraction, ignoredColumns, duplicates = 'keep' } = props;
  const { split = { by: 'arrival' as const } } = props;
  const { dataVersion } = checkDocument(request, event, 'request to split data');
  const { categories } = await store.readJson(validationKey(dataVersion), validationDocument);
  const { files } = parseManifest(await store.readText(manifestKey(dataVersion)));
  const splitter = splitterOf(split, holdoutFraction);
  const rows = await DatasetRows.open(store, files);
  const names = rows.header.filter((name) => name !== label && !ignoredColumns.includes(name));
  const labelPlace = rows.placeOf(label, 'the label');
  const keyPlace = 'column' in split ? rows.placeOf(split.column, 'what the data are split by') : -1;
  const featurePlaces = names.map((name) => rows.header.indexOf(name));
  // The label stays where it is among the features.
  const trainPlaces = rows.header.flatMap((name, place) =>
    place === labelPlace || (name !== label && !ignoredColumns.includes(name)) ? [place] : [],
  );
  const judgedBy = props.judgedBy ?? [];
  const judgePlaces = judgedBy.map((name) => rows.placeOf(name, 'what the promotion policy names'));
  const cellsAt = (row: Row, places: readonly number[]) => csvLine(places.map((place) => row[place] ?? ''));
  const facts = (row: Row) => ({ label: row[labelPlace] ?? '', key: row[keyPlace] ?? '' });

  for await (const row of rows) splitter.look(facts(row));
  const held = new ValueSet();
  const isHeldOut = splitter.start();
  for await (const row of rows) if (isHeldOut(facts(row))) held.add(cellsAt(row, trainPlaces));

  const prefix = trainPrefix(
    dataVersion,
    splitName(split, holdoutFraction, { label, ignoredColumns, duplicates }),
  );
  const header = csvLine(trainPlaces.map((place) => rows.header[place] as string));
  const train = new TrainFiles(store, prefix, header, props.bytesPerFile ?? 32 * 2 ** 20);
  const [features, labels, samples] = [new TextBuffer(), new TextBuffer(), new TextBuffer()];
  const judging = new TextBuffer();
  judging.addLine(csvLine(judgedBy));
  let [heldOut, trained, repeated] = [0, 0, 0];
  const decide = splitter.start();
  for await (const row of rows) {
    if (!decide(facts(row))) {
      const line = cellsAt(row, trainPlaces);
      const isRepeated = held.has(line);
      if (isRepeated) repeated++;
      if (isRepeated && duplicates !== 'keep') continue;
      trained++;
      await train.add(line);
      continue;
    }
    const line = cellsAt(row, featurePlaces);
    features.addLine(line);
    labels.addLine(csvLine([row[labelPlace] ?? '']));
    judging.addLine(cellsAt(row, judgePlaces));
    if (heldOut++ < SAMPLES) samples.addLine(line);
  }
  checkRepeated(repeated, trained, duplicates);
  await train.finish();
  await store.write(holdoutKey(dataVersion, 'features'), features.take());
  await store.write(holdoutKey(dataVersion, 'labels'), labels.take());
  if (judgedBy.length > 0) await store.write(holdoutKey(dataVersion, 'columns'), judging.take());
  await store.write(samplesKey(dataVersion), samples.take());
  const document = {
    version: 1 as const,
    label,
    columns: names,
    categories,
    holdoutFraction,
    rows: { train: trained, holdout: heldOut },
    duplicates: { rows: repeated, dropped: duplicates === 'drop' },
    trainFiles: train.keys,
  };
  await store.write(splitKey(dataVersion), formatSplit(document));
  return {
    rows: document.rows,
    trainUri: store.uriOf(prefix),
    holdoutUri: store.uriOf(holdoutKey(dataVersion, 'features')),
  };
}

function checkRepeated(repeated: number, trained: number, duplicates: SplitProps['duplicates']): void {
  if (duplicates === 'stop' && repeated > 0) {
    throw new UnsplittableError(
      `${repeated} training rows are also in the holdout, cell by cell: remove them from the data, split by a group, or drop them`,
    );
  }
  if (trained === 0) {
    throw new UnsplittableError(
      `all ${repeated} training rows are also in the holdout, and were dropped: rows of such data repeat by nature; keep them`,
    );
  }
}

/** Rows that a smoke test asks for. */
const SAMPLES = 20;

const request = requestSchema('split-data', z.object({ dataVersion: z.string().check(z.minLength(1)) }));
