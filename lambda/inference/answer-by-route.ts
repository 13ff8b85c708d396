import type { CaptureRecorder, Exchange } from './capture-recorder';
import type { Route } from './choose-route';
import type { InferenceMetrics } from './inference-metrics';
import type { LoadedModels } from './loaded-models';
import { type ModelAnswer, scoresOf } from './model-answer';
import type { OnnxModel } from './onnx-model';
import type { Question } from './question';
import type { Routes } from './route-source';
import { InvalidRowsError, type Rows } from './rows';

export interface AnswerProps {
  readonly models: LoadedModels;
  readonly metrics: InferenceMetrics;
  readonly recorder: CaptureRecorder;
  /** Milliseconds that only go forward. */
  readonly stopwatch: () => number;
}

/** A request that is to be answered. */
export interface Asked extends Pick<Exchange, 'eventId' | 'time'> {
  readonly question: Pick<Question, 'rows' | 'inferenceId'>;
}

/**
 * The answer to rows by the version of a route, counted and recorded as that one's.
 *
 * @throws InvalidRowsError if rows do not fit the model, nor the one in production
 */
export async function answerByRoute(
  route: Route,
  asked: Asked,
  { production, candidate }: Routes,
  props: AnswerProps,
): Promise<ModelAnswer> {
  const { metrics, recorder } = props;
  try {
    const { answer, cells, latencyMicros } = await predict(route, asked.question.rows, production, props);
    metrics.count(route, candidate?.releaseId, { latencyMicros }, asked.time);
    // Member by member here and below: each request would wait microseconds for a spread.
    const { question, eventId, time } = asked;
    const predictions = scoresOf(answer);
    recorder.record({ question, eventId, time, rows: cells, predictions, variant: route.variant });
    return answer;
  } catch (error) {
    const fault = error instanceof InvalidRowsError ? 'caller' : 'model';
    metrics.count(route, candidate?.releaseId, { fault }, asked.time);
    throw error;
  }
}

async function predict(route: Route, rows: Rows, production: Route | undefined, props: AnswerProps) {
  const { models, stopwatch } = props;
  const model = await models.get(route.modelVersion);
  const start = stopwatch();
  try {
    const predicted = await model.predict(rows);
    const latencyMicros = Math.round(1000 * (stopwatch() - start));
    return { answer: predicted.answer, cells: predicted.cells, latencyMicros };
  } catch (error) {
    if (!(error instanceof InvalidRowsError) || !production || route === production) throw error;
    // Rows that production takes are no mistake of the caller.
    const ofProduction = await models.get(production.modelVersion);
    if (!(await takes(ofProduction, rows))) throw error;
    throw new Error(
      `version ${route.modelVersion} does not take rows that ${production.modelVersion} in production takes: ${error.message}`,
      { cause: error },
    );
  }
}

async function takes(model: OnnxModel, rows: Rows): Promise<boolean> {
  return model.predict(rows).then(
    () => true,
    (error: Error) => !(error instanceof InvalidRowsError),
  );
}
