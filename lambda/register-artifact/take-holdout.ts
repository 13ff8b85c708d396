import type { Problem } from '../../contracts/problem';
import type { ArtifactStore } from '../aws/store';
import { TextBuffer } from '../aws/text-buffer';
import { TrainFiles } from '../aws/train-files';
import type { Baseline } from '../domain/data/baseline';
import { type Cell, isMissing, numberOf } from '../domain/data/cell';
import { LabelCheck } from '../domain/data/checks/label-check';
import { csvLine } from '../domain/data/csv-line';
import { createManifest, formatManifest } from '../domain/data/dataset';
import { formatSplit } from '../domain/data/split-document';
import {
  baselineRowsPrefix,
  holdoutKey,
  manifestKey,
  samplesKey,
  splitKey,
} from '../domain/records/bucket-layout';
import { type KeptRows, rowsOf } from './keep-rows';
import { RegistrationRefusedError } from './registration-refused-error';
import { featuresOf, profileFeatures, SMOKE_TEST_ROWS } from './take-sample';

/** The labeled rows that came with a model, laid out as a retraining lays out its holdout. */
export interface RegisteredHoldout {
  /** Version of the holdout, and the sample, as a dataset of its own. */
  readonly dataVersion: string;
  /** Features, in the order in which the model takes them. */
  readonly columns: readonly string[];
  /** The features of the rows that traffic is compared with. */
  readonly features: Baseline['features'];
  /** `s3://` URI of the features. */
  readonly holdoutUri: string;
}

export interface TakeHoldoutProps {
  readonly store: ArtifactStore;
  readonly holdout: KeptRows;
  /** Rows that traffic is compared with. @default - those of the holdout */
  readonly sample?: KeptRows | undefined;
  /** Column with the label; undefined if nobody named one. */
  readonly label: string | undefined;
  /** Other columns that are no features. */
  readonly ignoredColumns: readonly string[];
  /** Columns that the promotion policy reads. */
  readonly judgedBy: readonly string[];
  readonly problem: Problem;
}

/** Bytes of a file of rows, about. */
const BYTES_PER_FILE = 32 * 2 ** 20;

/**
 * Reads a holdout, and writes its features and labels apart, so that versions score rows without labels.
 * Everything is checked before anything is written.
 *
 * @throws RegistrationRefusedError if it lacks the label or a column, has others than the sample, has no
 * rows, or its labels are not such as the problem has, or all the same
 */
export async function takeHoldout(props: TakeHoldoutProps): Promise<RegisteredHoldout> {
  const { store, holdout, sample, judgedBy } = props;
  const label = labelOf(props);
  const columns = checkColumns(label, props);
  const header = holdout.rows.header;
  const places = columns.map((name) => header.indexOf(name));
  const judgePlaces = judgedBy.map((name) => header.indexOf(name));
  const labelPlace = header.indexOf(label);
  const check = new LabelCheck(label, props.problem, undefined);
  const [features, labels, judging, samples] = [
    new TextBuffer(),
    new TextBuffer(),
    new TextBuffer(),
    new TextBuffer(),
  ];
  judging.addLine(csvLine(judgedBy));
  const isText = columns.map(() => false);
  let rows = 0;
  for await (const cells of rowsOf(holdout)) {
    rows++;
    check.add(cells[labelPlace], { file: 'the holdout', line: rows });
    const line = csvLine(places.map((place) => cells[place] as Cell));
    features.addLine(line);
    labels.addLine(csvLine([cells[labelPlace] as Cell]));
    judging.addLine(csvLine(judgePlaces.map((place) => cells[place] as Cell)));
    if (rows <= SMOKE_TEST_ROWS) samples.addLine(line);
    noteText(isText, cells, places);
  }
  checkLabels(holdout.uri, rows, check);
  const baselineRows = sample ?? holdout;
  if (sample) {
    const samplePlaces = columns.map((name) => sample.rows.header.indexOf(name));
    for await (const cells of rowsOf(sample)) noteText(isText, cells, samplePlaces);
  }
  const manifest = createManifest([holdout.file, ...(sample ? [sample.file] : [])]);
  const { dataVersion } = manifest;
  const { trainFiles, count } = await writeBaselineRows(
    dataVersion,
    baselineRows,
    [...columns, label],
    store,
  );
  const categories = columns.filter((_, index) => isText[index]);
  await store.write(holdoutKey(dataVersion, 'features'), features.take());
  await store.write(holdoutKey(dataVersion, 'labels'), labels.take());
  if (judgedBy.length > 0) await store.write(holdoutKey(dataVersion, 'columns'), judging.take());
  await store.write(samplesKey(dataVersion), samples.take());
  await store.write(
    splitKey(dataVersion),
    formatSplit({
      version: 1,
      label,
      columns,
      categories,
      holdoutFraction: sample ? rows / (rows + count) : 1,
      rows: { train: count, holdout: rows },
      trainFiles,
    }),
  );
  await store.write(manifestKey(dataVersion), formatManifest(manifest));
  return {
    dataVersion,
    columns,
    features: await profileFeatures(baselineRows, columns, categories),
    holdoutUri: store.uriOf(holdoutKey(dataVersion, 'features')),
  };
}

function labelOf({ holdout: { uri, rows }, label }: TakeHoldoutProps): string {
  const found = rows.header.join(', ') || 'nothing';
  if (label === undefined) {
    throw new RegistrationRefusedError(
      `which column of the holdout ${uri} is the label is not known: name it (model-pipeline register --label <column>); it has ${found}`,
    );
  }
  if (rows.header.includes(label)) return label;
  throw new RegistrationRefusedError(
    `the holdout ${uri} has no column '${label}', the label, only ${found}: add it, or name another (model-pipeline register --label <column>)`,
  );
}

/** @returns the features, in the order in which the model takes them: the sample's, if there is one */
function checkColumns(
  label: string,
  { holdout, sample, ignoredColumns, judgedBy }: TakeHoldoutProps,
): string[] {
  const leftOut = [label, ...ignoredColumns];
  const unread = judgedBy.filter((name) => !holdout.rows.header.includes(name));
  if (unread.length > 0) {
    throw new RegistrationRefusedError(
      `the holdout ${holdout.uri} has no column ${unread.join(', ')}, which the promotion policy reads: add it`,
    );
  }
  const inHoldout = featuresOf(holdout, leftOut);
  if (!sample) return inHoldout;
  const features = featuresOf(sample, leftOut);
  const missing = features.filter((name) => !inHoldout.includes(name));
  // A column that only the policy reads need not be in the sample.
  const other = inHoldout.filter((name) => !features.includes(name) && !judgedBy.includes(name));
  if (missing.length === 0 && other.length === 0) return features;
  const problems = [
    ...(missing.length > 0 ? [`lacks ${missing.join(', ')}`] : []),
    ...(other.length > 0 ? [`also has ${other.join(', ')}`] : []),
  ];
  throw new RegistrationRefusedError(
    `the holdout ${holdout.uri} has other columns than the sample: it ${problems.join(', and ')}; give both the features that the model takes`,
  );
}

function checkLabels(uri: string, rows: number, check: LabelCheck): void {
  if (rows === 0) {
    throw new RegistrationRefusedError(
      `the holdout ${uri} has no rows: give it labeled rows that the model was not trained on`,
    );
  }
  const findings = check.findings(rows);
  if (findings.length === 0) return;
  throw new RegistrationRefusedError(
    `no version can be judged on the holdout ${uri}: ${findings.map(({ message }) => message).join('; ')}`,
  );
}

function noteText(isText: boolean[], cells: readonly Cell[], places: readonly number[]): void {
  for (const [index, place] of places.entries()) {
    const cell = cells[place] as Cell;
    isText[index] ||= !isMissing(cell) && Number.isNaN(numberOf(cell));
  }
}

/** Writes them as CSV, as a training would read them. */
async function writeBaselineRows(
  dataVersion: string,
  kept: KeptRows,
  wanted: readonly string[],
  store: ArtifactStore,
): Promise<{ readonly trainFiles: string[]; readonly count: number }> {
  const { header } = kept.rows;
  // A sample may have no labels.
  const names = wanted.filter((name) => header.includes(name));
  const places = names.map((name) => header.indexOf(name));
  const files = new TrainFiles(store, baselineRowsPrefix(dataVersion), csvLine(names), BYTES_PER_FILE);
  let count = 0;
  for await (const cells of rowsOf(kept)) {
    count++;
    await files.add(csvLine(places.map((place) => cells[place] as Cell)));
  }
  if (count === 0)
    throw new RegistrationRefusedError(`the sample ${kept.uri} has no rows: give it some, or leave it out`);
  await files.finish();
  return { trainFiles: files.keys, count };
}
