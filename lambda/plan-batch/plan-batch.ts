import { createHash } from 'node:crypto';
import type {
  BatchContainer,
  BatchFormat,
  BatchInputFile,
  BatchPart,
  BatchPlan,
} from '../../contracts/batch';
import type { PlanBatchRequest, PlanBatchSettings, PlannedBatch } from '../../contracts/functions/batch';
import { type DataObject, type ObjectReader, UnreadableFileError } from '../aws/data-files/data-file';
import { DATA_FILE, DATA_FILE_ENDINGS, isJsonLines } from '../aws/data-files/open-data-file';
import { parquetOutline } from '../aws/data-files/parquet-file';
import { isPacked, unpackedBytes } from '../aws/data-files/unpacked-bytes';
import { readModelSignature } from '../aws/model-signatures';
import { tryReadBaseline } from '../aws/pinned-reader';
import type { RoutingStore } from '../aws/routing-store';
import type { ArtifactStore, StoredVersion } from '../aws/store';
import { batchPlan } from '../domain/batch/batch-documents';
import { runNameOf } from '../domain/batch/batch-run-request';
import { type CutText, PartCutter, UncuttableTextError } from '../domain/batch/part-cutter';
import { parseCsv } from '../domain/data/csv';
import { isLeftOut } from '../domain/data/dataset';
import { batchPartsKey, batchRunKey } from '../domain/records/bucket-layout';
import { writeScoring } from './write-scoring';

export interface PlanBatchProps extends PlanBatchSettings {
  readonly store: Pick<ArtifactStore, 'readBytes' | 'readJson' | 'tryReadJson' | 'uriOf' | 'writeOnce'>;
  /** The bucket of the input. */
  readonly inputStore: Pick<ArtifactStore, 'listLatestVersions' | 'uriOf'> & ObjectReader;
  readonly routing: Pick<RoutingStore, 'read'>;
  /** The container of a SageMaker model. */
  readonly containerOf: (modelName: string) => Promise<BatchContainer>;
  readonly now: () => Date;
  readonly pipelineName: string;
}

/** Another pipeline has planned a run of this name, below the same keys of the bucket. */
export class ForeignPlanError extends Error {
  override readonly name = 'ForeignPlan';
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
 * @throws ForeignPlanError
 * @throws NoChampionError
 * @throws NoInputError
 * @throws UnfitInputError if a file lacks a column
 * @throws UnreadableFileError
 */
export async function planBatch(request: PlanBatchRequest, props: PlanBatchProps): Promise<PlannedBatch> {
  const run = runNameOf(request.input, request.execution);
  const { store, batchName, engine } = props;
  const planKey = batchRunKey(batchName, run, 'plan.json');
  const known = await store.tryReadJson(planKey, batchPlan);
  if (known && !request.dryRun) return plannedBatch(ownPlan(known, props), request, props);
  const { modelVersion, modelName, ledgerSequence } = await championOf(props);
  const container = engine === 'transform' ? await scoringContainer(modelName, props) : undefined;
  const features = await featuresOf(store, modelVersion);
  const input: BatchInputFile[] = [];
  const parts: BatchPart[] = [];
  const files = await filesOf(request, props);
  checkSize(files, props);
  for (const file of files) {
    const { cut, columns } = await cutFile(file, features, props);
    for (const part of cut.parts) parts.push({ run, part: parts.length, file: input.length, ...part });
    const { key, versionId, etag, bytes } = file;
    input.push({ bucket: props.input.bucket, key, versionId, etag, bytes, rows: cut.rows, columns });
  }
  const rows = input.reduce((sum, file) => sum + file.rows, 0);
  if (rows === 0 && files.length > 0)
    throw new NoInputError(`the files below ${inputUri(props)} have no rows`);
  const list = JSON.stringify(parts);
  // Another attempt may have found another input: its plan would name its own list.
  const id = createHash('sha256').update(list).update(JSON.stringify(input)).digest('hex').slice(0, 16);
  const partsKey = batchPartsKey(batchName, run, id);
  const plan: BatchPlan = {
    version: 1,
    pipeline: props.pipelineName,
    batch: batchName,
    run,
    plannedAt: props.now().toISOString(),
    modelVersion,
    ledgerSequence,
    engine,
    ...(container && { container }),
    features,
    input,
    output: props.output,
    partsKey,
    parts: parts.length,
    rows,
  };
  if (request.dryRun || parts.length === 0) return plannedBatch(plan, request, props);
  if (engine === 'spark') await writeScoring(run, modelVersion, props);
  await store.writeOnce(partsKey, list);
  if (await store.writeOnce(planKey, JSON.stringify(plan))) return plannedBatch(plan, request, props);
  return plannedBatch(ownPlan(await store.readJson(planKey, batchPlan), props), request, props);
}

/** @throws ForeignPlanError */
function ownPlan(plan: BatchPlan, { pipelineName }: PlanBatchProps): BatchPlan {
  const { pipeline = pipelineName, batch, run } = plan;
  if (pipeline === pipelineName) return plan;
  throw new ForeignPlanError(
    `the run ${run} of a batch ${batch} belongs to the pipeline ${pipeline}, which has the same bucket: give one of both batches another batchName, or each pipeline a bucket of its own`,
  );
}

function plannedBatch(plan: BatchPlan, { execution }: PlanBatchRequest, props: PlanBatchProps): PlannedBatch {
  const { batch, run, modelVersion, partsKey, engine, input, parts, rows, container = null } = plan;
  // A run that goes on cannot have the name of a job that has failed.
  const id = createHash('sha256')
    .update(JSON.stringify([batch, run, execution]))
    .digest('hex')
    .slice(0, 16);
  return {
    run,
    modelVersion,
    partsKey,
    engine,
    files: input.length,
    bytes: input.reduce((sum, file) => sum + file.bytes, 0),
    parts,
    rows,
    instances: props.instances ?? null,
    container,
    jobName: `batch-${batch.slice(0, 30)}-${id}`,
  };
}

async function championOf({ routing, batchName }: PlanBatchProps) {
  const { production } = await routing.read();
  if (production) return production;
  throw new NoChampionError(
    `batch ${batchName} has nothing to score with, since no version is in production: release one`,
  );
}

/**
 * Where the champion scores. A model that somebody else made, as of an endpoint that was adopted, may be
 * anywhere.
 */
async function scoringContainer(
  modelName: string,
  { containerOf, store }: PlanBatchProps,
): Promise<BatchContainer> {
  const container = await containerOf(modelName);
  if (container.ModelDataUrl.startsWith(store.uriOf('models/'))) return container;
  throw new UnfitInputError(
    `the model ${modelName} is at ${container.ModelDataUrl}, which jobs of the pipeline may not read: release its version once, and the pipeline has a copy`,
  );
}

async function featuresOf(store: PlanBatchProps['store'], modelVersion: string): Promise<string[]> {
  const signature = await readModelSignature(store, modelVersion);
  const tensor = signature?.inputs.find(({ type }) => type === 'tensor');
  if (tensor) {
    throw new UnfitInputError(
      `version ${modelVersion} takes tensors (${tensor.name}), and a batch scores rows of tables: send requests to the endpoint or the function`,
    );
  }
  if (signature) return signature.inputs.map(({ name }) => name);
  const baseline = await tryReadBaseline(store, modelVersion);
  if (baseline) return Object.keys(baseline.features);
  throw new UnfitInputError(
    `version ${modelVersion} has neither a signature nor a baseline, which name its columns: register it again with a holdout or sample`,
  );
}

/**
 * The files of a run: all of the input, or the one that was uploaded, unless it is left out or was replaced.
 */
async function filesOf(
  { input: { run, file } }: PlanBatchRequest,
  props: PlanBatchProps,
): Promise<StoredVersion[]> {
  const isOfFile = file !== undefined && run === undefined;
  if (run?.startsWith('file-')) {
    throw new UnfitInputError(
      `the run ${run} was not planned, and its name does not tell its file: start it with {"file": {"key": "...", "versionId": "..."}}`,
    );
  }
  const files = await listFiles(isOfFile ? file.key : props.input.prefix, props);
  if (isOfFile) return files.filter(({ key, versionId }) => key === file.key && versionId === file.versionId);
  if (files.length > 0) return files;
  throw new NoInputError(
    `there is nothing to score below ${inputUri(props)}: upload files whose names end in ${DATA_FILE_ENDINGS}`,
  );
}

async function listFiles(prefix: string, { inputStore, input }: PlanBatchProps): Promise<StoredVersion[]> {
  const files: StoredVersion[] = [];
  for await (const file of inputStore.listLatestVersions(prefix)) {
    const { key, versionId } = file;
    if (isLeftOut(key)) continue;
    if (!DATA_FILE.test(key)) {
      throw new UnreadableFileError(
        `${inputStore.uriOf(key)} is no file of rows: make it ${DATA_FILE_ENDINGS}, or begin its name with _ to exclude it`,
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
  return files;
}

function inputUri({ inputStore, input }: PlanBatchProps): string {
  return inputStore.uriOf(input.prefix);
}

/** Of Parquet, planning reads the footers alone. */
function checkSize(files: readonly StoredVersion[], props: PlanBatchProps): void {
  const texts = files.filter(({ key }) => !key.endsWith('.parquet'));
  const bytes = texts.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes <= MOST_BYTES) return;
  throw new UnfitInputError(
    `the files of text below ${inputUri(props)} have ${(bytes / 1e9).toFixed(1)} GB, and a run takes ${MOST_BYTES / 1e9} GB at most: write Parquet, or spread them over several batches with prefixes of their own`,
  );
}

async function cutFile(
  file: DataObject,
  features: readonly string[],
  props: PlanBatchProps,
): Promise<CutFile> {
  const { inputStore, output, partBytes } = props;
  // Rows of JSON lines name their columns.
  if (isJsonLines(file)) return { cut: await cutTextFile(file, 'jsonl', props), columns: [] };
  const { cut, columns } = file.key.endsWith('.parquet')
    ? await cutParquet(file, inputStore, partBytes)
    : await cutCsv(file, props);
  const missing = [...features, ...output.columns].filter((name) => !columns.includes(name));
  if (missing.length === 0 || cut.rows === 0) return { cut, columns };
  throw new UnfitInputError(
    `${inputStore.uriOf(file.key)} has no column ${missing.map((name) => `'${name}'`).join(', ')}, only ${columns.slice(0, MOST_NAMED).join(', ')}${columns.length > MOST_NAMED ? ', ...' : ''}: it must name all columns of the version in production and of the output`,
  );
}

interface CutFile {
  readonly cut: Omit<CutText, 'header'>;
  readonly columns: readonly string[];
}

async function cutCsv(file: DataObject, props: PlanBatchProps): Promise<CutFile> {
  const cut = await cutTextFile(file, 'csv', props);
  return { cut, columns: parseCsv(cut.header)[0] ?? [] };
}

async function cutTextFile(
  file: DataObject,
  format: BatchFormat,
  { inputStore, partBytes }: PlanBatchProps,
): Promise<CutText> {
  const cutter = new PartCutter({
    format,
    hasHeader: format === 'csv',
    partBytes: isPacked(file.key) ? Math.min(PACKED_PARTS * partBytes, MOST_PART_BYTES) : partBytes,
  });
  try {
    for await (const piece of unpackedBytes(inputStore, file)) cutter.add(piece);
  } catch (error) {
    if (!(error instanceof UncuttableTextError)) throw error;
    throw new UnreadableFileError(`${inputStore.uriOf(file.key)} cannot be read: ${error.message}`, {
      cause: error,
    });
  }
  return cutter.end();
}

/**
 * Row groups above the size of a part are cut into as many as are of that size; smaller ones stay as they
 * are.
 */
async function cutParquet(file: DataObject, store: ObjectReader, partBytes: number): Promise<CutFile> {
  const { header, groups } = await parquetOutline(store, file);
  const parts = groups.flatMap(({ from, to, bytes }) => {
    const rows = Math.ceil((to - from) / Math.max(1, Math.ceil(bytes / partBytes)));
    return Array.from({ length: Math.ceil((to - from) / rows) }, (_, index) => {
      const first = from + index * rows;
      const last = Math.min(first + rows, to);
      return { from: first, to: last, linesBefore: first, rows: last - first };
    });
  });
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  return { cut: { parts, rows }, columns: header };
}

/** Of texts: a function, which has 15 minutes, reads all of them once, at some 80 MB/s. */
const MOST_BYTES = 50e9;

/**
 * A part of a packed file is unpacked from the beginning of the file: parts that are four times as large have
 * a quarter of all that to do.
 */
const PACKED_PARTS = 4;
/** A function holds a part in memory, as text and as rows. */
const MOST_PART_BYTES = 64 * 2 ** 20;

const MOST_NAMED = 20;
