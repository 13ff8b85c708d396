import type { Exchange } from './capture-recorder';
import type { Route } from './choose-route';
import type { InferProps } from './infer';
import { InvalidRowsError } from './onnx-model';
import type { Rows } from './request';
import type { Routes } from './route-source';

type AnswerProps = Pick<InferProps, 'models' | 'metrics' | 'recorder' | 'stopwatch'>;

/** A request that is to be answered. */
export type Asked = Pick<Exchange, 'question' | 'eventId' | 'time'>;

/**
 * One prediction a row by the version of a route, counted and recorded as that one's.
 *
 * @throws InvalidRowsError if rows do not fit the model, nor the one in production
 */
export async function answerByRoute(
  route: Route,
  asked: Asked,
  { production, candidate }: Routes,
  props: AnswerProps,
): Promise<readonly number[]> {
  const { metrics, recorder } = props;
  try {
    const { predictions, latencyMicros } = await predict(route, asked.question.rows, production, props);
    metrics.count(route, candidate?.releaseId, { latencyMicros });
    recorder.record({ ...asked, predictions, variant: route.variant });
    return predictions;
  } catch (error) {
    const fault = error instanceof InvalidRowsError ? 'caller' : 'model';
    metrics.count(route, candidate?.releaseId, { fault });
    throw error;
  }
}

async function predict(route: Route, rows: Rows, production: Route | undefined, props: AnswerProps) {
  const { models, stopwatch } = props;
  const model = await models.get(route.modelVersion);
  const start = stopwatch();
  try {
    const predictions = await model.predict(rows);
    return { predictions, latencyMicros: Math.round(1000 * (stopwatch() - start)) };
  } catch (error) {
    if (!(error instanceof InvalidRowsError) || !production || route === production) throw error;
    // Rows that production takes are no mistake of the caller.
    const { features } = await models.get(production.modelVersion);
    if (rows.some((row) => row.length !== features)) throw error;
    throw new Error(
      `version ${route.modelVersion} takes ${model.features} features, but ${production.modelVersion} in production takes ${features}`,
      { cause: error },
    );
  }
}
