import { readScores } from '../aws/number-column';
import type { ArtifactStore } from '../aws/store';
import { containerRow } from '../batch/container-row';
import type { RowAnswer } from '../batch/row-answer';
import type { ScorePartProps } from '../batch/score-part';
import { mostLikely } from '../domain/metrics/several-classes';
import { batchPartKey } from '../domain/records/bucket-layout';
import { answersOf, scoresPerRow } from '../domain/traffic/answers';

/** Takes the predictions of rows from what a container has answered to those that it got. */
export function transformPredictor(store: ArtifactStore, batchName: string): ScorePartProps['predictorOf'] {
  return async ({ run, part }, { signature }) => {
    const classes = signature?.outputs[0]?.classes;
    const key = batchPartKey(batchName, run, part, 'scores', 'csv.out');
    let scores: Scores | undefined;
    return {
      async predict(rows) {
        const answers: RowAnswer[] = [];
        for (const row of rows) {
          const sent = containerRow(row);
          // Of a part without any row that the container could take, there is no file.
          if ('line' in sent) scores ??= new Scores(store.uriOf(key), await readScores(store, key));
          answers.push('line' in sent ? answerOf((scores as Scores).next(), classes) : sent);
        }
        return answers;
      },
      end: () => scores?.end(),
    };
  };
}

/** Scores of rows that follow each other. */
class Scores {
  private rows = 0;
  private readonly each: number;

  constructor(
    private readonly uri: string,
    private readonly file: { readonly scores: Float64Array; readonly scoresPerRow: number },
  ) {
    this.each = file.scoresPerRow;
  }

  /** @throws Error if there are fewer rows than the container got */
  next(): number[] {
    const from = this.rows++ * this.each;
    if (from >= this.file.scores.length) throw this.notOneEach('more');
    return Array.from(this.file.scores.subarray(from, from + this.each));
  }

  /** @throws Error if there are more rows than the container got */
  end(): void {
    if (this.rows * this.each < this.file.scores.length) throw this.notOneEach('fewer');
  }

  private notOneEach(rows: 'more' | 'fewer'): Error {
    return new Error(
      `${this.uri} has ${this.file.scores.length / this.each} answers, and the container got ${rows} rows: it must answer each row with one line`,
    );
  }
}

function answerOf(scores: readonly number[], classes: readonly (string | number)[] | undefined): RowAnswer {
  const bad = scores.find((score) => !Number.isFinite(score));
  if (bad !== undefined) return { problem: `the model answers with ${bad}` };
  const each = scoresPerRow(scores, 1);
  if (each === undefined) return { prediction: scores };
  const [answer] = answersOf(scores, each) as [number];
  if (each <= 2) return { prediction: answer };
  const likeliest = mostLikely(scores, 0, each);
  return { prediction: classes?.[likeliest] ?? likeliest, probabilities: scores };
}
