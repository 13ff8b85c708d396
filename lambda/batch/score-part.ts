import { gzipSync } from 'node:zlib';
import type { BatchPart, BatchPartResult } from '../../contracts/batch';
import type { ScoredPart } from '../../contracts/functions/batch';
import { tryReadBaseline } from '../aws/pinned-reader';
import type { ArtifactStore } from '../aws/store';
import { batchPartResult } from '../domain/batch/batch-documents';
import { ProfileCounter } from '../domain/data/profile-counter';
import { batchPartKey } from '../domain/records/bucket-layout';
import type { ModelAnswer } from '../inference/model-answer';
import { AnswerCounter } from './answer-counter';
import type { InputBlock } from './input-block';
import { type InputPart, type InputPartProps, openPart } from './input-part';
import type { NumberRows } from './number-rows';
import { PartOutput } from './part-output';
import type { InputRow, RowCells } from './part-rows';
import type { RowAnswer, RowPrediction } from './row-answer';

/** What a model makes of the rows of a part, in their order. */
export interface Predictor {
  /** Predicts the rows that follow those of the call before. */
  predict(rows: readonly RowCells[]): Promise<readonly RowAnswer[]>;
  /**
   * Predicts the rows that follow; undefined leaves them to `predict`, which tells what is wrong with one.
   */
  predictNumbers?(rows: NumberRows): Promise<ModelAnswer | undefined>;
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
 * Scores the rows of a part with the version of its plan. Each row comes out once, with a prediction or with
 * the reason why it has none. A part that was scored already stays as it is.
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
  const counter = profile && new AnswerCounter(profile, baseline);
  for await (const block of input.blocks()) {
    if (await scoreNumbers(block, predictor, written, counter)) continue;
    await scoreRows(block.rows(), predictor, written, counter);
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
  const ending = output.compression ? `${output.format}.gz` : output.format;
  const [outputKey, errorsKey] = [keyOf('output', ending), keyOf('errors', 'jsonl')];
  const content = await written.content();
  const result: BatchPartResult = {
    version: 1,
    part: part.part,
    rows: written.rows,
    failedRows: written.failedRows,
    gigabyteSeconds: (((stopwatch() - began) / 1000) * memoryMebibytes) / 1024,
    output: {
      key: outputKey,
      ...(await store.writePinnedOnce(outputKey, output.compression ? gzipSync(content) : content)),
    },
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

/** Scores rows of numbers together. @returns false if the block has others, or a row must be told apart */
async function scoreNumbers(
  block: InputBlock,
  predictor: Predictor,
  written: PartOutput,
  counter: AnswerCounter | undefined,
): Promise<boolean> {
  if (!predictor.predictNumbers || counter?.profile.takesNumbers === false) return false;
  const rows = block.numbers();
  const answer = rows && (await predictor.predictNumbers(rows));
  if (!answer) return false;
  written.addNumbers(rows, answer);
  counter?.profile.addNumbers(rows.values);
  const { predictions, probabilities } = answer;
  for (let row = 0; row < rows.count; row++) {
    counter?.add(predictions[row] as RowPrediction['prediction'], probabilities?.[row]);
  }
  return true;
}

async function scoreRows(
  rows: readonly InputRow[],
  predictor: Predictor,
  written: PartOutput,
  counter: AnswerCounter | undefined,
): Promise<void> {
  const readable = rows.filter(hasCells);
  const answers = await predictor.predict(readable.map(({ cells }) => cells));
  let answered = 0;
  for (const row of rows) {
    const answer = row.cells ? (answers[answered++] as RowAnswer) : { problem: row.problem ?? '' };
    if ('problem' in answer) written.addFailed(row, answer.problem);
    else written.add(row, answer);
    if (!row.cells) continue;
    counter?.profile.addCells(row.cells.profiled);
    if ('problem' in answer) counter?.addMissing();
    else counter?.add(answer.prediction, answer.probabilities);
  }
}

function hasCells(row: InputRow): row is InputRow & { readonly cells: RowCells } {
  return row.cells !== undefined;
}
