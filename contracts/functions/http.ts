import type { RoutingSettings } from './serving';

/** Settings of `inference-api`. */
export interface InferenceApiSettings {
  readonly routing: RoutingSettings;
  /** The endpoint that answers rows; absent if a function does, which gets these requests itself. */
  readonly endpointName?: string | undefined;
  readonly security: ApiSecurity;
}

/** How callers of an HTTP API identify themselves, as its OpenAPI document says it. */
export interface ApiSecurity {
  readonly kind: 'iam' | 'jwt' | 'lambda' | 'none';
  /** Of tokens, with `jwt`. */
  readonly issuer?: string | undefined;
  /** With `jwt`: a token must have one of them, if there are any. */
  readonly scopes?: readonly string[] | undefined;
  /** With `lambda`: what identifies a caller, such as `$request.header.Authorization`. */
  readonly identitySource?: readonly string[] | undefined;
}
