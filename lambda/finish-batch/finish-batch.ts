import type { BatchManifest, BatchPart, BatchPartResult, BatchPlan } from '../../contracts/batch';
import type { FinishBatchSettings, FinishedBatch } from '../../contracts/functions/batch';
import type { EventBus } from '../aws/event-bus';
import { tryReadBaseline } from '../aws/pinned-reader';
import { readJsonAhead } from '../aws/read-ahead';
import type { ArtifactStore } from '../aws/store';
import { batchManifest, batchPartResult, batchParts, batchPlan } from '../domain/batch/batch-documents';
import { baselineSchema } from '../domain/data/baseline';
import { type DatasetProfile, merge } from '../domain/data/profile';
import { batchResultsPrefix, batchRunKey } from '../domain/records/bucket-layout';
import { detectDrift } from '../domain/traffic/drift';

export interface FinishBatchProps extends Pick<FinishBatchSettings, 'batchName'> {
  readonly store: Pick<
    ArtifactStore,
    'list' | 'readBytes' | 'readJson' | 'tryReadJson' | 'uriOf' | 'writeOnce'
  >;
  readonly metrics: { publish(values: Readonly<Record<string, number>>, time: Date): Promise<void> };
  readonly events: Pick<EventBus, 'tryPublish'>;
  readonly now: () => Date;
}

/** Rows of the input have neither a prediction nor a reason why they have none. */
export class MissingRowsError extends Error {
  override readonly name = 'MissingRows';
}

/**
 * Ends a run whose rows all came out: writes its manifest, publishes its metrics, and tells other systems. A
 * run that has ended keeps its manifest.
 *
 * @throws MissingRowsError if parts were not scored; their number is published
 */
export async function finishBatch(run: string, props: FinishBatchProps): Promise<FinishedBatch> {
  const { store, batchName } = props;
  const manifestKey = batchRunKey(batchName, run, 'manifest.json');
  const manifest =
    (await store.tryReadJson(manifestKey, batchManifest)) ?? (await endRun(run, manifestKey, props));
  const { rows, failedRows, modelVersion, plannedAt, finishedAt, drift } = manifest;
  // Once more if this was tried before: the same values at the same time.
  await props.metrics.publish(
    {
      BatchRuns: 1,
      BatchRows: rows + failedRows,
      BatchFailedRows: failedRows,
      BatchFailedShare: failedRows / (rows + failedRows),
      BatchMissingRows: 0,
      BatchSeconds: (Date.parse(finishedAt) - Date.parse(plannedAt)) / 1000,
      ...(drift && { BatchDriftedFeatures: drift.drifted.length }),
    },
    new Date(finishedAt),
  );
  const detail = {
    batch: batchName,
    run,
    modelVersion,
    rows,
    failedRows,
    driftedFeatures: drift ? [...drift.drifted] : null,
    manifest: store.uriOf(manifestKey),
  };
  await props.events.tryPublish({ type: 'BatchScored', detail }, new Date(finishedAt));
  return { run, modelVersion, manifestKey, rows, failedRows };
}

async function endRun(run: string, manifestKey: string, props: FinishBatchProps): Promise<BatchManifest> {
  const { store, batchName, now } = props;
  const plan = await store.readJson(batchRunKey(batchName, run, 'plan.json'), batchPlan);
  const parts = await store.readJson(plan.partsKey, batchParts);
  const results = await readResults(run, props);
  await checkComplete(plan, parts, results, props);
  const inOrder = parts.map(({ part }) => results.get(part) as BatchPartResult);
  const sum = (count: (result: BatchPartResult) => number) =>
    inOrder.reduce((all, result) => all + count(result), 0);
  const drift = await driftOf(plan, inOrder, store);
  const { batch, plannedAt, modelVersion, ledgerSequence, engine, input, output } = plan;
  const manifest: BatchManifest = {
    version: 1,
    batch,
    run,
    plannedAt,
    finishedAt: now().toISOString(),
    modelVersion,
    ledgerSequence,
    engine,
    input,
    format: output.format,
    rows: sum((result) => result.rows),
    failedRows: sum((result) => result.failedRows),
    gigabyteSeconds: sum((result) => result.gigabyteSeconds ?? 0),
    parts: inOrder.map((result) => ({
      ...result.output,
      rows: result.rows,
      failedRows: result.failedRows,
      ...(result.errors && { errors: result.errors }),
    })),
    ...(drift && { drift }),
  };
  if (await store.writeOnce(manifestKey, JSON.stringify(manifest))) return manifest;
  return store.readJson(manifestKey, batchManifest);
}

async function readResults(
  run: string,
  { store, batchName }: FinishBatchProps,
): Promise<Map<number, BatchPartResult>> {
  const objects = store.list(batchResultsPrefix(batchName, run));
  const results = new Map<number, BatchPartResult>();
  for await (const result of readJsonAhead(store, objects, batchPartResult)) results.set(result.part, result);
  return results;
}

async function checkComplete(
  plan: BatchPlan,
  parts: readonly BatchPart[],
  results: ReadonlyMap<number, BatchPartResult>,
  { metrics, now, store, batchName }: FinishBatchProps,
): Promise<void> {
  const missing = parts.filter(({ part }) => !results.has(part));
  if (missing.length === 0) return;
  const rows = missing.reduce((sum, part) => sum + part.rows, 0);
  await metrics.publish({ BatchMissingRows: rows }, now());
  const named = missing.slice(0, MOST_NAMED).map(({ part }) => part);
  throw new MissingRowsError(
    `${missing.length} of ${plan.parts} parts, with ${rows} of ${plan.rows} rows, were not scored, such as ${named.join(', ')}: ${store.uriOf(batchRunKey(batchName, plan.run, 'plan.json'))} describes the run; the log of the function that scores or joins parts says why; start the run once more by its name, and it goes on`,
  );
}

const MOST_NAMED = 10;

/**
 * How far the input is from the version's baseline. A run has one comparison: at one false alarm in 365, a
 * nightly batch has one a year.
 */
async function driftOf(
  { modelVersion }: BatchPlan,
  results: readonly BatchPartResult[],
  store: FinishBatchProps['store'],
): Promise<BatchManifest['drift']> {
  const profiles = results.flatMap(({ profileKey }) => (profileKey ? [{ key: profileKey }] : []));
  const baseline = profiles.length > 0 ? await tryReadBaseline(store, modelVersion) : undefined;
  if (!baseline) return undefined;
  let profile: DatasetProfile | undefined;
  for await (const one of readJsonAhead(store, profiles, baselineSchema)) {
    profile = profile ? merge(profile, one) : one;
  }
  if (!profile) return undefined;
  const { status, drifted } = detectDrift(baseline, profile, { alpha: 1 / 365 });
  return { status, drifted };
}
