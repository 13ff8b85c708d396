import type { ModelSignature } from '../../contracts/model-signature';
import type { RequestCell } from '../../lambda/inference/rows';
import { cellsBySignature } from '../../lambda/inference-api/cells-by-signature';
import { EndpointModel } from '../../lambda/inference-api/endpoint-model';
import type { Aws } from './aws';
import { CliError, ExitCode } from './cli-error';
import { invokeFunction } from './invoke-function';
import type { Pipeline } from './pipeline';
import { publishedApi } from './published-api';
import { signedHeaders } from './sign-request';

/** Predictions of rows, and the version that gave them. */
export interface Prediction {
  readonly predictions: readonly unknown[];
  readonly modelVersion: string;
  readonly variant: string;
}

/** What answers rows, each of which has its cells in the order of the model's columns. */
export interface ModelTarget {
  /** For people, such as `the function churn-live`. */
  readonly name: string;
  /** @throws Error if it does not answer */
  predict(rows: readonly (readonly RequestCell[])[]): Promise<Prediction>;
}

export interface ApiChoice {
  /** Name of the API; `true` for the only one. */
  readonly api?: string | true | undefined;
  /** Of an issuer, for an API that takes tokens. */
  readonly token?: string | undefined;
}

/**
 * The API that is chosen, or else the function that serves, or else the endpoint.
 *
 * @throws CliError if there is no such API, or several to choose from
 */
export async function modelTarget(
  aws: Aws,
  pipeline: Pipeline,
  signature: ModelSignature | undefined,
  { api, token }: ApiChoice,
): Promise<ModelTarget> {
  if (api !== undefined) return apiTarget(aws, pipeline, api, token);
  const { serverlessFunction, endpoint } = pipeline.resources;
  if (serverlessFunction !== undefined) {
    return {
      name: `the function ${serverlessFunction}`,
      predict: (rows) => invokeFunction(aws, serverlessFunction, { rows }),
    };
  }
  if (endpoint === undefined) throw new CliError(`${pipeline.name} has neither a function nor an endpoint`);
  return endpointTarget(aws, pipeline, endpoint, signature);
}

function endpointTarget(
  { runtime }: Aws,
  pipeline: Pipeline,
  endpointName: string,
  signature: ModelSignature | undefined,
): ModelTarget {
  const model = new EndpointModel({ runtime, endpointName });
  return {
    name: `the endpoint ${endpointName}`,
    async predict(rows) {
      if (!signature) {
        throw new CliError(
          'the version in production has no signature, which says how the endpoint takes rows; retrain, or register it again',
        );
      }
      const { production, ...others } = await pipeline.routing();
      if (!production) throw new CliError('nothing is in production yet');
      return model.predict(cellsBySignature(signature, rows), undefined, { ...others, production });
    },
  };
}

async function apiTarget(
  aws: Aws,
  { name: pipelineName }: Pipeline,
  choice: string | true,
  token: string | undefined,
): Promise<ModelTarget> {
  const api = await publishedApi(aws, pipelineName, choice);
  const { name } = api;
  if ((api.authorization === 'jwt' || api.authorization === 'lambda') && token === undefined) {
    throw new CliError(`the API ${name} needs a token; give it with --token`, ExitCode.USAGE);
  }
  return {
    name: `the API ${name}`,
    predict: (rows) => postRows(aws, `${api.url}/predictions`, rows, api.authorization === 'iam', token),
  };
}

async function postRows(
  aws: Aws,
  url: string,
  rows: readonly unknown[],
  isSigned: boolean,
  token: string | undefined,
): Promise<Prediction> {
  const request = {
    url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ rows }),
  };
  const headers = isSigned ? await signed(aws, request) : request.headers;
  const response = await fetch(url, { method: request.method, headers, body: request.body });
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as Prediction;
  throw new CliError(`${url} answers ${response.status}: ${detailOf(text)}`);
}

async function signed({ lambda }: Aws, request: Parameters<typeof signedHeaders>[0]) {
  const [key, region] = await Promise.all([lambda.config.credentials(), lambda.config.region()]);
  return signedHeaders(request, key, { service: 'execute-api', region });
}

/** What problem details, or API Gateway, say. */
function detailOf(text: string): string {
  try {
    const { detail, message } = JSON.parse(text) as { detail?: string; message?: string };
    return detail ?? message ?? text;
  } catch {
    return text;
  }
}
