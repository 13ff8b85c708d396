import type { BatchPart, BatchPartResult, BatchPlan } from '../../contracts/batch';
import type { ScoredPart } from '../../contracts/functions/batch';
import type { ModelSignature } from '../../contracts/model-signature';
import type { ObjectReader } from '../aws/data-files/data-file';
import { unpackedBytes } from '../aws/data-files/unpacked-bytes';
import { readModelSignature } from '../aws/model-signatures';
import { tryReadBaseline } from '../aws/pinned-reader';
import type { ArtifactStore } from '../aws/store';
import { batchPartResult, batchPlan } from '../domain/batch/batch-documents';
import type { Baseline } from '../domain/data/baseline';
import { certaintiesOf } from '../domain/data/certainty';
import { ProfileCounter } from '../domain/data/profile-counter';
import { batchPartKey, batchRunKey } from '../domain/records/bucket-layout';
import { answersOf } from '../domain/traffic/answers';
import type { LoadedModels } from '../inference/loaded-models';
import { PartOutput } from './part-output';
import { type InputRow, partRows, type RowCells } from './part-rows';
import { predictRows, type RowPrediction } from './predict-rows';

export interface ScorePartProps {
  readonly batchName: string;
  readonly store: Pick<
    ArtifactStore,
    'readBytes' | 'readJson' | 'tryReadJson' | 'uriOf' | 'writeOnce' | 'writePinnedOnce'
  >;
  /** Reads the objects of the input's bucket. */
  readonly inputOf: (bucket: string) => ObjectReader;
  readonly models: Pick<LoadedModels, 'get' | 'keep'>;
}

/**
 * Scores the rows of a part with the version of its plan. Each row comes out once, with a prediction or with the
 * reason why it has none. A part that was scored already stays as it is.
 *
 * @throws Error if the version cannot be loaded, the input cannot be read, or it has not the rows of the plan
 */
export async function scorePart(part: BatchPart, props: ScorePartProps): Promise<ScoredPart> {
  const { batchName, store, models } = props;
  const { run } = part;
  const keyOf = (file: Parameters<typeof batchPartKey>[3], ending: string) =>
    batchPartKey(batchName, run, part.part, file, ending);
  const resultKey = keyOf('results', 'json');
  const known = await store.tryReadJson(resultKey, batchPartResult);
  if (known) return summaryOf(known);
  const plan = await store.readJson(batchRunKey(batchName, run, 'plan.json'), batchPlan);
  const { modelVersion, output } = plan;
  // Of earlier runs, no model is needed any more.
  models.keep([modelVersion]);
  const [model, signature, baseline, bytes] = await Promise.all([
    models.get(modelVersion),
    readModelSignature(store, modelVersion),
    tryReadBaseline(store, modelVersion),
    readPart(part, plan, props),
  ]);
  const written = new PartOutput({ ...output, key: fileOf(part, plan).key, modelVersion });
  const profile = baseline && new ProfileCounter(baseline, plan.features);
  for (const rows of partRows(bytes, readingOf(part, plan, signature))) {
    const readable = rows.filter(hasCells);
    const answers = await predictRows(
      model,
      readable.map(({ cells }) => cells.request),
    );
    const answerOf = new Map(readable.map((row, index) => [row as InputRow, answers[index]]));
    for (const row of rows) {
      const answer = answerOf.get(row) ?? { problem: row.problem ?? '' };
      if ('problem' in answer) written.addFailed(row, answer.problem);
      else written.add(row, answer);
      if (row.cells) count(profile, row.cells, 'problem' in answer ? undefined : answer, baseline);
    }
  }
  const found = written.rows + written.failedRows;
  if (found !== part.rows) {
    throw new Error(
      `part ${part.part} of the run ${run} has ${found} rows, but its plan has ${part.rows}: the input is not what was planned`,
    );
  }
  const profileKey = keyOf('profiles', 'json');
  if (profile) await store.writeOnce(profileKey, JSON.stringify(profile.profile()));
  const [outputKey, errorsKey] = [keyOf('output', output.format), keyOf('errors', 'jsonl')];
  const result: BatchPartResult = {
    version: 1,
    part: part.part,
    rows: written.rows,
    failedRows: written.failedRows,
    output: { key: outputKey, ...(await store.writePinnedOnce(outputKey, written.content())) },
    ...(written.failedRows > 0 && {
      errors: { key: errorsKey, ...(await store.writePinnedOnce(errorsKey, written.errors())) },
    }),
    ...(profile && { profileKey }),
  };
  // What makes the part count, after all that it names.
  await store.writeOnce(resultKey, JSON.stringify(result));
  return summaryOf(result);
}

function summaryOf({ rows, failedRows }: BatchPartResult): ScoredPart {
  return { rows, failedRows };
}

function fileOf(part: BatchPart, { input, run }: BatchPlan) {
  const file = input[part.file];
  if (!file)
    throw new Error(`part ${part.part} is of file ${part.file}, which the plan of the run ${run} has not`);
  return file;
}

function readingOf(part: BatchPart, plan: BatchPlan, signature: ModelSignature | undefined) {
  const { key, columns } = fileOf(part, plan);
  return {
    format: /\.jsonl(\.gz)?$/.test(key) ? ('jsonl' as const) : ('csv' as const),
    columns,
    features: plan.features,
    repeated: plan.output.columns,
    signature,
    linesBefore: part.linesBefore,
  };
}

/** The bytes of a part; those of a packed file are unpacked from its beginning, since there is no other way. */
async function readPart(part: BatchPart, plan: BatchPlan, { inputOf }: ScorePartProps): Promise<Buffer> {
  const file = fileOf(part, plan);
  const { from, to } = part;
  const reader = inputOf(file.bucket);
  if (!file.key.endsWith('.gz')) {
    return Buffer.from(await reader.readRange(file.key, from, to, file.versionId));
  }
  const pieces: Buffer[] = [];
  let place = 0;
  for await (const piece of unpackedBytes(reader, file)) {
    const end = place + piece.length;
    if (end > from) pieces.push(piece.subarray(Math.max(0, from - place), to - place));
    place = end;
    if (place >= to) break;
  }
  return Buffer.concat(pieces);
}

function hasCells(row: InputRow): row is InputRow & { readonly cells: RowCells } {
  return row.cells !== undefined;
}

/** Counts a row as the monitors count requests: a row without an answer has a missing one. */
function count(
  profile: ProfileCounter | undefined,
  { profiled }: RowCells,
  answer: RowPrediction | undefined,
  baseline: Baseline | undefined,
): void {
  if (!profile) return;
  const scores = answer && [answer.probabilities ?? answer.prediction].flat();
  const numbers = scores?.every((score) => typeof score === 'number') ? (scores as number[]) : undefined;
  const [prediction] = numbers ? answersOf(numbers, numbers.length) : [];
  const [certainty] =
    baseline?.certainty && numbers && numbers.length > 2 ? certaintiesOf(numbers, numbers.length) : [];
  profile.addRow(profiled, prediction, certainty);
}
