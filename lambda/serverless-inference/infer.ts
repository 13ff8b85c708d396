import { InvalidRowsError } from './onnx-model';
import type { ProductionModel } from './production-model';
import { isHttp, rowsOf } from './request';

/** The answer to rows: one prediction each, and the version that gave them. */
export interface Inference {
  readonly modelVersion: string;
  readonly predictions: readonly number[];
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Answers an event with the version in production: an HTTP request by an HTTP answer, anything else directly.
 *
 * @throws InvalidRowsError if rows do not fit the model, unless they came by HTTP: that is answered with status 400
 */
export async function infer(event: unknown, production: ProductionModel): Promise<Inference | HttpAnswer> {
  if (!isHttp(event)) return predict(event, production);
  try {
    return json(200, await predict(event, production));
  } catch (error) {
    if (!(error instanceof InvalidRowsError)) throw error;
    return json(400, { message: error.message });
  }
}

async function predict(event: unknown, production: ProductionModel): Promise<Inference> {
  const rows = rowsOf(event);
  const { modelVersion, model } = await production.current();
  return { modelVersion, predictions: await model.predict(rows) };
}

function json(statusCode: number, content: object): HttpAnswer {
  return {
    statusCode,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(content),
  };
}
