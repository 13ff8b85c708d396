import { type AnswerProps, answerByRoute } from '../inference/answer-by-route';
import type { Route } from '../inference/choose-route';
import { InvalidAnswerError } from '../inference/model-answer';
import type { Routes } from '../inference/route-source';
import type { RequestRow } from '../inference/rows';
import { PoisonRecordError } from './poison-record-error';
import type { Score, Scorer } from './score-records';

export interface FunctionScorerProps extends AnswerProps {
  readonly now: () => Date;
}

/**
 * Scores with the model in this function, a row at a time: the analysis of a release compares latencies,
 * which larger batches of the champion would falsify. What it scores is counted and recorded as requests are.
 */
export class FunctionScorer implements Scorer {
  readonly atOnce = 1;

  constructor(private readonly props: FunctionScorerProps) {}

  prepare(modelVersions: readonly string[]): void {
    this.props.models.keep(modelVersions);
  }

  async score(route: Route, row: RequestRow, id: string, routes: Routes): Promise<Score> {
    const asked = { question: { rows: [row] }, eventId: id, time: this.props.now() };
    try {
      return { ...(await answerByRoute(route, asked, routes, this.props)), inferenceId: id };
    } catch (error) {
      // A candidate that answers no number is rolled back, and the record waits for production's answer.
      if (!(error instanceof InvalidAnswerError) || error.row === undefined || route !== routes.production)
        throw error;
      throw new PoisonRecordError('answer', error.message, { cause: error });
    }
  }
}
