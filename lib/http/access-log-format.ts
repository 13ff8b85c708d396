import type { ApiAuthorization } from './api-authorization';

/**
 * Fields of a line, by their names: nothing of headers, bodies and tokens.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const FIELDS: Readonly<Record<string, string>> = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  latencyMillis: '$context.responseLatency',
  integrationMillis: '$context.integrationLatency',
  sourceIp: '$context.identity.sourceIp',
  error: '$context.error.message',
  authorizerError: '$context.authorizer.error',
};

/** Who called, as the kind of authorization knows. */
const CALLERS: Readonly<Record<ApiAuthorization['_kind'], Readonly<Record<string, string>>>> = {
  iam: { caller: '$context.identity.userArn' },
  jwt: { caller: '$context.authorizer.claims.sub' },
  lambda: {},
  none: {},
};

/** A line of the access log, in JSON. */
export function accessLogFormat(kind: ApiAuthorization['_kind']): string {
  return JSON.stringify({ ...FIELDS, ...CALLERS[kind] });
}
