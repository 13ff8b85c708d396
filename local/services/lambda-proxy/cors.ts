import type { RequestHead } from '../../gateway/gateway';

/** Which pages may call what. */
export interface CorsSettings {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly credentials: boolean;
  readonly maxAgeSeconds: number | undefined;
}

/** A configuration as APIs and functions are given it. */
interface CorsConfiguration {
  readonly AllowOrigins?: readonly string[] | undefined;
  readonly AllowMethods?: readonly string[] | undefined;
  readonly AllowHeaders?: readonly string[] | undefined;
  readonly ExposeHeaders?: readonly string[] | undefined;
  readonly AllowCredentials?: boolean | undefined;
  readonly MaxAge?: number | undefined;
}

export function corsSettings(configuration: CorsConfiguration | undefined): CorsSettings | undefined {
  if (!configuration) return undefined;
  const { AllowOrigins = [], AllowMethods = [], AllowHeaders = [], ExposeHeaders = [] } = configuration;
  return {
    origins: AllowOrigins,
    methods: AllowMethods,
    headers: AllowHeaders,
    exposedHeaders: ExposeHeaders,
    credentials: configuration.AllowCredentials ?? false,
    maxAgeSeconds: configuration.MaxAge,
  };
}

/** Whether pages of the origin of a request may send it. */
export function isAllowedOrigin(cors: CorsSettings | undefined, { headers }: RequestHead): boolean {
  const { origin } = headers;
  if (!cors || origin === undefined) return false;
  return cors.origins.some(
    (allowed) =>
      allowed === '*' ||
      allowed.toLowerCase() === origin.toLowerCase() ||
      (allowed.endsWith('://*') && origin.startsWith(allowed.slice(0, -1))),
  );
}

/** Whether a browser asks for leave before it sends a request. */
export function isPreflight({ method, headers }: RequestHead): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  );
}

/**
 * Headers of an answer to a page, in place of the function's own.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function corsHeaders(cors: CorsSettings, request: RequestHead): Record<string, string> {
  if (!isAllowedOrigin(cors, request)) return {};
  const isPublic = cors.origins.includes('*') && !cors.credentials;
  return {
    'access-control-allow-origin': isPublic ? '*' : (request.headers.origin as string),
    ...(!isPublic && { vary: 'origin' }),
    ...(cors.credentials && { 'access-control-allow-credentials': 'true' }),
    ...listed('access-control-expose-headers', cors.exposedHeaders),
    ...(isPreflight(request) && preflightHeaders(cors)),
  };
}

function preflightHeaders({ methods, headers, maxAgeSeconds }: CorsSettings): Record<string, string> {
  return {
    ...listed('access-control-allow-methods', methods),
    ...listed('access-control-allow-headers', headers),
    ...(maxAgeSeconds !== undefined && { 'access-control-max-age': String(maxAgeSeconds) }),
  };
}

function listed(name: string, values: readonly string[]): Record<string, string> {
  return values.length > 0 ? { [name]: values.join(',') } : {};
}
