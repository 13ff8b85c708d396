import { createHash } from 'node:crypto';
import type { BatchFormat, BatchInputFile, BatchPart, BatchPlan } from '../../contracts/batch';
import type { PlanBatchSettings, PlannedBatch } from '../../contracts/functions/batch';
import { type DataObject, type ObjectReader, UnreadableFileError } from '../aws/data-files/data-file';
import { DATA_FILE } from '../aws/data-files/open-data-file';
import { unpackedBytes } from '../aws/data-files/unpacked-bytes';
import { readModelSignature } from '../aws/model-signatures';
import { tryReadBaseline } from '../aws/pinned-reader';
import type { RoutingStore } from '../aws/routing-store';
import type { ArtifactStore, StoredVersion } from '../aws/store';
import { batchPlan } from '../domain/batch/batch-documents';
import { type CutText, PartCutter, UncuttableTextError } from '../domain/batch/part-cutter';
import { parseCsv } from '../domain/data/csv';
import { isLeftOut } from '../domain/data/dataset';
import { batchPartsKey, batchRunKey } from '../domain/records/bucket-layout';

export interface PlanBatchProps extends PlanBatchSettings {
  readonly store: Pick<ArtifactStore, 'readBytes' | 'readJson' | 'tryReadJson' | 'uriOf' | 'writeOnce'>;
  /** The bucket of the input. */
  readonly inputStore: Pick<ArtifactStore, 'listLatestVersions' | 'uriOf'> & ObjectReader;
  readonly routing: Pick<RoutingStore, 'read'>;
  readonly now: () => Date;
}

/** There is nothing to score. */
export class NoInputError extends Error {
  override readonly name = 'NoInput';
}

/** No version is in production that could score. */
export class NoChampionError extends Error {
  override readonly name = 'NoChampion';
}

/** The input is not what the version takes. */
export class UnfitInputError extends Error {
  override readonly name = 'UnfitInput';
}

/**
 * Plans a run: pins the objects of the input by their S3 versions and the version in production, and cuts the
 * input into parts of whole rows. A run that was planned before keeps its plan.
 *
 * @throws NoChampionError
 * @throws NoInputError
 * @throws UnfitInputError if a file lacks a column
 * @throws UnreadableFileError
 */
export async function planBatch(run: string, props: PlanBatchProps): Promise<PlannedBatch> {
  const { store, batchName } = props;
  const planKey = batchRunKey(batchName, run, 'plan.json');
  const known = await store.tryReadJson(planKey, batchPlan);
  if (known) return plannedBatch(known);
  const modelVersion = await championOf(props);
  const features = await featuresOf(store, modelVersion);
  const input: BatchInputFile[] = [];
  const parts: BatchPart[] = [];
  for (const file of await filesOf(props)) {
    const { cut, columns } = await cutFile(file, features, props);
    for (const part of cut.parts) parts.push({ run, part: parts.length, file: input.length, ...part });
    const { key, versionId, etag, bytes } = file;
    input.push({ bucket: props.input.bucket, key, versionId, etag, bytes, rows: cut.rows, columns });
  }
  const rows = input.reduce((sum, file) => sum + file.rows, 0);
  if (rows === 0) throw new NoInputError(`the files below ${inputUri(props)} have no rows`);
  const list = JSON.stringify(parts);
  // Another attempt may have found another input: its plan would name its own list.
  const id = createHash('sha256').update(list).update(JSON.stringify(input)).digest('hex').slice(0, 16);
  const partsKey = batchPartsKey(batchName, run, id);
  await store.writeOnce(partsKey, list);
  const plan: BatchPlan = {
    version: 1,
    batch: batchName,
    run,
    plannedAt: props.now().toISOString(),
    modelVersion,
    engine: 'lambda',
    features,
    input,
    output: props.output,
    partsKey,
    parts: parts.length,
    rows,
  };
  if (await store.writeOnce(planKey, JSON.stringify(plan))) return plannedBatch(plan);
  return plannedBatch(await store.readJson(planKey, batchPlan));
}

function plannedBatch({ run, modelVersion, partsKey, parts, rows }: BatchPlan): PlannedBatch {
  return { run, modelVersion, partsKey, parts, rows };
}

async function championOf({ routing, batchName }: PlanBatchProps): Promise<string> {
  const { production } = await routing.read();
  if (production) return production.modelVersion;
  throw new NoChampionError(
    `batch ${batchName} has nothing to score with, since no version is in production: release one`,
  );
}

async function featuresOf(store: PlanBatchProps['store'], modelVersion: string): Promise<string[]> {
  const signature = await readModelSignature(store, modelVersion);
  if (signature) return signature.inputs.map(({ name }) => name);
  const baseline = await tryReadBaseline(store, modelVersion);
  if (baseline) return Object.keys(baseline.features);
  throw new UnfitInputError(
    `version ${modelVersion} has neither a signature nor a baseline, which name its columns: register it again with a holdout or sample`,
  );
}

async function filesOf(props: PlanBatchProps): Promise<StoredVersion[]> {
  const { inputStore, input } = props;
  const files: StoredVersion[] = [];
  for await (const file of inputStore.listLatestVersions(input.prefix)) {
    const { key, versionId } = file;
    if (isLeftOut(key)) continue;
    if (!SCORED_FILE.test(key)) {
      const why = DATA_FILE.test(key) ? 'is of a format that batches do not read yet' : 'is no file of rows';
      throw new UnreadableFileError(
        `${inputStore.uriOf(key)} ${why}: make it .csv, .csv.gz, .jsonl or .jsonl.gz, or begin its name with _ to exclude it`,
      );
    }
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
    if (versionId === 'null') {
      throw new UnfitInputError(
        `${inputStore.uriOf(key)} has no version, so that it could be replaced while it is read: enable versioning of the bucket ${input.bucket}, and upload it again`,
      );
    }
    files.push(file);
  }
  if (files.length > 0) return files;
  throw new NoInputError(
    `there is nothing to score below ${inputUri(props)}: upload .csv, .csv.gz, .jsonl or .jsonl.gz files`,
  );
}

/** How the names of files end that a run can score. */
const SCORED_FILE = /\.(csv|csv\.gz|jsonl|jsonl\.gz)$/;

function inputUri({ inputStore, input }: PlanBatchProps): string {
  return inputStore.uriOf(input.prefix);
}

async function cutFile(
  file: DataObject,
  features: readonly string[],
  { inputStore, partBytes, output }: PlanBatchProps,
): Promise<{ readonly cut: CutText; readonly columns: readonly string[] }> {
  const format: BatchFormat = /\.jsonl(\.gz)?$/.test(file.key) ? 'jsonl' : 'csv';
  const cutter = new PartCutter({ format, hasHeader: format === 'csv', partBytes });
  const uri = inputStore.uriOf(file.key);
  try {
    for await (const piece of unpackedBytes(inputStore, file)) cutter.add(piece);
  } catch (error) {
    if (!(error instanceof UncuttableTextError)) throw error;
    throw new UnreadableFileError(`${uri} cannot be read: ${error.message}`, { cause: error });
  }
  const cut = cutter.end();
  // Rows of JSON lines name their columns.
  if (format === 'jsonl') return { cut, columns: [] };
  const [columns = []] = parseCsv(cut.header);
  const missing = [...features, ...output.columns].filter((name) => !columns.includes(name));
  if (missing.length === 0 || cut.rows === 0) return { cut, columns };
  throw new UnfitInputError(
    `${uri} has no column ${missing.map((name) => `'${name}'`).join(', ')}, only ${columns.slice(0, MOST_NAMED).join(', ')}${columns.length > MOST_NAMED ? ', ...' : ''}: its first line must name all columns of the version in production and of the output`,
  );
}

const MOST_NAMED = 20;
