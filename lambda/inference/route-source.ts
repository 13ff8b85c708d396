import type { CandidateRoute, RoutingDocument } from '../domain/release/routing';
import type { Route } from './choose-route';

/** Which versions answer now, and their shares. */
export interface Routes {
  readonly production?: (Route & { readonly functionVersion?: string | undefined }) | undefined;
  readonly candidate?: CandidateRoute | undefined;
  readonly shadow?: RoutingDocument['shadow'] | undefined;
}

/** Tells which versions answer. */
export interface RouteSource {
  /** @throws Error if it could never be read */
  current(): Promise<Routes>;
  /** As it is now. @throws Error if it cannot be read */
  readAgain(): Promise<Routes>;
}
