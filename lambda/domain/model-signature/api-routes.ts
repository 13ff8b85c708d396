import type { ApiSecurity } from '../../../contracts/functions/http';

/** Part of an OpenAPI document. */
type Described = { readonly [member: string]: unknown };

/** The routes of an HTTP API that tell of the version in production. */
export function aboutRoutes(problem: (description: string) => Described): Described {
  const route = (operationId: string, summary: string, schema: Described) => ({
    get: {
      operationId,
      summary,
      responses: {
        200: { description: summary, content: { 'application/json': { schema } } },
        503: problem('No version is in production'),
      },
    },
  });
  return {
    '/openapi.json': route('describe', 'This document', { type: 'object' }),
    '/schema': route('getSchema', 'Columns and answers of the version in production', SCHEMA),
    '/version': route('getVersion', 'The version in production, and the candidate during a release', VERSION),
    '/health': route('getHealth', 'Whether a version is in production', HEALTH),
  };
}

/**
 * How callers identify themselves: `security`, and the schemes that it names.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html#security-scheme-object
 */
export function describedSecurity({ kind, issuer = '', scopes = [], identitySource = [] }: ApiSecurity): {
  readonly security: readonly Described[];
  readonly securitySchemes: Described;
} {
  switch (kind) {
    case 'iam':
      return { security: [{ sigv4: [] }], securitySchemes: { sigv4: SIGV4 } };
    case 'jwt': {
      const openIdConnectUrl = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
      return {
        // One of the scopes is enough.
        security: scopes.length > 0 ? scopes.map((scope) => ({ token: [scope] })) : [{ token: [] }],
        securitySchemes: { token: { type: 'openIdConnect', openIdConnectUrl } },
      };
    }
    case 'lambda': {
      const schemes = Object.fromEntries(identitySource.flatMap(schemeOf));
      const required = Object.fromEntries(Object.keys(schemes).map((name) => [name, []]));
      return { security: [required], securitySchemes: schemes };
    }
    case 'none':
      return { security: [], securitySchemes: {} };
  }
}

/**
 * As API Gateway exports it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
 */
const SIGV4 = {
  type: 'apiKey',
  name: 'Authorization',
  in: 'header',
  description: 'Signature Version 4 of the service execute-api',
  'x-amazon-apigateway-authtype': 'awsSigv4',
};

/** Of a header or a parameter; callers send nothing else that identifies them. */
function schemeOf(source: string): [name: string, scheme: Described][] {
  const [, place, name] = /^\$request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (place === undefined || name === undefined) return [];
  return [[name, { type: 'apiKey', name, in: place === 'header' ? 'header' : 'query' }]];
}

const TEXT = { type: 'string' };

const VERSION = {
  type: 'object',
  required: ['modelVersion', 'variant', 'since'],
  properties: {
    modelVersion: TEXT,
    variant: TEXT,
    since: { type: 'string', format: 'date-time' },
    candidate: {
      type: 'object',
      required: ['modelVersion', 'trafficShare'],
      properties: { modelVersion: TEXT, trafficShare: { type: 'number', minimum: 0, maximum: 1 } },
    },
  },
};

const HEALTH = {
  type: 'object',
  required: ['status', 'modelVersion'],
  properties: { status: { const: 'pass' }, modelVersion: TEXT },
};

const SCHEMA = {
  type: 'object',
  required: ['modelVersion', 'inputs', 'outputs'],
  properties: {
    modelVersion: TEXT,
    inputs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'type', 'optional'],
        properties: {
          name: TEXT,
          type: TEXT,
          optional: { type: 'boolean' },
          range: {
            type: 'object',
            required: ['minimum', 'maximum'],
            properties: { minimum: { type: 'number' }, maximum: { type: 'number' } },
          },
          categories: { type: 'array', items: TEXT },
          shape: { type: 'array', items: { type: 'integer' } },
        },
      },
    },
    outputs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'type'],
        properties: {
          name: TEXT,
          type: TEXT,
          classes: { type: 'array', items: { type: ['string', 'number'] } },
        },
      },
    },
  },
};
