import * as z from 'zod/mini';
import type { ArtifactStore } from '../aws/store';
import type { RowAnswer } from '../batch/row-answer';
import type { ScorePartProps } from '../batch/score-part';
import { batchPartKey } from '../domain/records/bucket-layout';
import { parseDocument } from '../domain/records/document';

const rowAnswer = z.union([
  z.object({ problem: z.string() }),
  z.object({
    prediction: z.union([z.number(), z.string(), z.array(z.number())]),
    probabilities: z.optional(z.array(z.number())),
  }),
]);

/** Takes the predictions of rows from what a Spark job has made of those that it got. */
export function sparkPredictor(
  store: Pick<ArtifactStore, 'readBytes' | 'uriOf'>,
  batchName: string,
): ScorePartProps['predictorOf'] {
  return async ({ run, part }) => {
    const key = batchPartKey(batchName, run, part, 'scores', 'jsonl');
    const uri = store.uriOf(key);
    let answers: string[] | undefined;
    let taken = 0;
    const notOneEach = (rows: 'more' | 'fewer') =>
      new Error(`${uri} has ${answers?.length} answers, and the job got ${rows} rows`);
    return {
      async predict(rows) {
        if (rows.length === 0) return [];
        // Of a part without any row that can be scored, there is no file.
        answers ??= linesOf(await store.readBytes(key));
        const found = answers.slice(taken, taken + rows.length);
        if (found.length < rows.length) throw notOneEach('more');
        taken += rows.length;
        return found.map((line): RowAnswer => parseDocument(rowAnswer, line, uri));
      },
      end() {
        if (answers && taken < answers.length) throw notOneEach('fewer');
      },
    };
  };
}

function linesOf(bytes: Uint8Array): string[] {
  return Buffer.from(bytes).toString('utf8').trimEnd().split('\n');
}
