import type { BatchPart, BatchPartResult } from '../../contracts/batch';
import type { ScoredPart } from '../../contracts/functions/batch';
import { tryReadBaseline } from '../aws/pinned-reader';
import type { ArtifactStore } from '../aws/store';
import { batchPartResult } from '../domain/batch/batch-documents';
import type { Baseline } from '../domain/data/baseline';
import { certaintiesOf } from '../domain/data/certainty';
import { ProfileCounter } from '../domain/data/profile-counter';
import { batchPartKey } from '../domain/records/bucket-layout';
import { answersOf } from '../domain/traffic/answers';
import { type InputPart, type InputPartProps, openPart } from './input-part';
import { PartOutput } from './part-output';
import type { InputRow, RowCells } from './part-rows';
import type { RowAnswer, RowPrediction } from './row-answer';

/** What a model makes of the rows of a part, in their order. */
export interface Predictor {
  /** Predicts the rows that follow those of the call before. */
  predict(rows: readonly RowCells[]): Promise<readonly RowAnswer[]>;
  /** After all rows. @throws Error if there are predictions of other rows */
  end(): void;
}

export interface ScorePartProps extends InputPartProps {
  readonly store: Pick<
    ArtifactStore,
    'readBytes' | 'readJson' | 'tryReadJson' | 'uriOf' | 'writeOnce' | 'writePinnedOnce'
  >;
  /** Milliseconds that only go forward. */
  readonly stopwatch: () => number;
  /** Of the function. */
  readonly memoryMebibytes: number;
  /** Gets ready to predict the rows of a part. */
  readonly predictorOf: (part: BatchPart, input: InputPart) => Promise<Predictor>;
}

/**
 * Scores the rows of a part with the version of its plan. Each row comes out once, with a prediction or with the
 * reason why it has none. A part that was scored already stays as it is.
 *
 * @throws Error if the version cannot predict, the input cannot be read, or it has not the rows of the plan
 */
export async function scorePart(part: BatchPart, props: ScorePartProps): Promise<ScoredPart> {
  const { batchName, store, stopwatch, memoryMebibytes } = props;
  const began = stopwatch();
  const keyOf = (file: Parameters<typeof batchPartKey>[3], ending: string) =>
    batchPartKey(batchName, part.run, part.part, file, ending);
  const resultKey = keyOf('results', 'json');
  const known = await store.tryReadJson(resultKey, batchPartResult);
  if (known) return summaryOf(known);
  const input = await openPart(part, props);
  const { modelVersion, output, features } = input.plan;
  const [predictor, baseline] = await Promise.all([
    props.predictorOf(part, input),
    tryReadBaseline(store, modelVersion),
  ]);
  const written = new PartOutput({
    ...output,
    key: input.file.key,
    modelVersion,
    answersWithNames: input.signature?.outputs[0]?.classes?.some((one) => typeof one === 'string') ?? false,
  });
  const profile = baseline && new ProfileCounter(baseline, features);
  for await (const rows of input.rows()) {
    const readable = rows.filter(hasCells);
    const answers = await predictor.predict(readable.map(({ cells }) => cells));
    let answered = 0;
    for (const row of rows) {
      const answer = row.cells ? (answers[answered++] as RowAnswer) : { problem: row.problem ?? '' };
      if ('problem' in answer) written.addFailed(row, answer.problem);
      else written.add(row, answer);
      if (row.cells) count(profile, row.cells, 'problem' in answer ? undefined : answer, baseline);
    }
  }
  predictor.end();
  const found = written.rows + written.failedRows;
  if (found !== part.rows) {
    throw new Error(
      `part ${part.part} of the run ${part.run} has ${found} rows, but its plan has ${part.rows}: the input is not what was planned`,
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
    gigabyteSeconds: (((stopwatch() - began) / 1000) * memoryMebibytes) / 1024,
    output: { key: outputKey, ...(await store.writePinnedOnce(outputKey, await written.content())) },
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
  // As most models answer.
  if (answer && !answer.probabilities && typeof answer.prediction === 'number') {
    profile.addRow(profiled, answer.prediction);
    return;
  }
  const scores = answer && [answer.probabilities ?? answer.prediction].flat();
  const numbers = scores?.every((score) => typeof score === 'number') ? (scores as number[]) : undefined;
  const [prediction] = numbers ? answersOf(numbers, numbers.length) : [];
  const [certainty] =
    baseline?.certainty && numbers && numbers.length > 2 ? certaintiesOf(numbers, numbers.length) : [];
  profile.addRow(profiled, prediction, certainty);
}
