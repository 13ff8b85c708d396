import type { ApiSecurity } from '../../contracts/functions/http';
import { logger } from '../aws/logger';
import { type HttpAnswer, HttpFault, jsonAnswer, problemAnswer } from '../domain/http/http-fault';
import { type HttpRequest, httpRequestIn, jsonBodyOf } from '../domain/http/http-request';
import { openApiDocument } from '../domain/model-signature/open-api';
import { outOfRange, outOfRangeHeaders } from '../domain/model-signature/out-of-range';
import { questionOfBody } from '../inference/read-question';
import { InvalidRowsError } from '../inference/rows';
import { cellsBySignature } from './cells-by-signature';
import type { Champion } from './champion';
import type { EndpointModel } from './endpoint-model';

export interface AnswerHttpProps {
  readonly pipelineName: string;
  readonly security: ApiSecurity;
  readonly champion: Pick<Champion, 'live' | 'signature'>;
  /** Undefined if rows go to a function. */
  readonly endpoint: Pick<EndpointModel, 'predict'> | undefined;
}

type Route = (request: HttpRequest, props: AnswerHttpProps) => Promise<HttpAnswer>;

/** By the end of the path: a stage or an API mapping may be before it. */
const ROUTES: Readonly<Record<string, Route>> = {
  predictions: predict,
  'openapi.json': describe,
  schema: async (_request, { champion }) => {
    const { modelVersion } = (await champion.live()).production;
    const { inputs, outputs } = await champion.signature(modelVersion);
    return jsonAnswer({ modelVersion, inputs, outputs });
  },
  version: async (_request, { champion }) => {
    const { production, candidate } = await champion.live();
    const { modelVersion, variant, since } = production;
    return jsonAnswer({
      modelVersion,
      variant,
      since,
      ...(candidate && {
        candidate: { modelVersion: candidate.modelVersion, trafficShare: candidate.trafficShare },
      }),
    });
  },
  health: async (_request, { champion }) => {
    const { production } = await champion.live();
    return jsonAnswer({ status: 'pass', modelVersion: production.modelVersion });
  },
};

/**
 * Answers a request of the HTTP API; what is at fault about it gets problem details.
 *
 * @throws Error if the function itself fails, which API Gateway answers by status 500
 */
export async function answerHttp(event: unknown, props: AnswerHttpProps): Promise<HttpAnswer> {
  const request = httpRequestIn(event);
  if (!request) throw new Error('the event is not an HTTP request of API Gateway or of a function URL');
  try {
    const name = request.path.split('/').pop() ?? '';
    const route = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
    if (!route) throw new HttpFault(404, `there is no ${request.path}`);
    return await route(request, props);
  } catch (error) {
    if (error instanceof InvalidRowsError) {
      return problemAnswer(new HttpFault(400, error.message, { field: error.field }));
    }
    if (!(error instanceof HttpFault)) throw error;
    if (error.status >= 500) logger.error(error.message, error);
    return problemAnswer(error);
  }
}

async function predict(request: HttpRequest, { champion, endpoint }: AnswerHttpProps): Promise<HttpAnswer> {
  if (!endpoint) throw new HttpFault(404, `rows of this model do not come here`);
  const { rows, inferenceId } = questionOfBody(jsonBodyOf(request));
  const live = await champion.live();
  const signature = await champion.signature(live.production.modelVersion);
  const cells = cellsBySignature(signature, rows);
  const answer = await endpoint.predict(cells, inferenceId, live);
  return jsonAnswer(answer, outOfRangeHeaders(outOfRange(signature, rows)));
}

async function describe(_request: HttpRequest, props: AnswerHttpProps): Promise<HttpAnswer> {
  const { champion, pipelineName, security } = props;
  const { modelVersion } = (await champion.live()).production;
  const signature = await champion.signature(modelVersion);
  return jsonAnswer(openApiDocument({ title: pipelineName, modelVersion, signature, security }));
}
