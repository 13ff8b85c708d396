import type { ProductionRoute } from '../../../contracts/routing';
import type { CandidateRoute, RoutingDocument } from './routing';

/** How requests to the function that serves are spread over its published versions. */
export interface FunctionShares {
  /** Answers all requests but those of `additional`. */
  readonly version: string;
  readonly additional?: { readonly version: string; readonly share: number };
}

/**
 * The shares that a routing document asks for; undefined while it knows no version of the function in
 * production. A candidate with all the requests has them alone, so that one change of the alias takes them
 * away again.
 */
export function functionShares({ production, candidate }: RoutingDocument): FunctionShares | undefined {
  if (production?.functionVersion === undefined) return undefined;
  const { functionVersion: version } = production;
  if (!candidate || !changesFunction(candidate, production) || candidate.trafficShare === 0)
    return { version };
  if (candidate.trafficShare === 1) return { version: candidate.functionVersion };
  return { version, additional: { version: candidate.functionVersion, share: candidate.trafficShare } };
}

/** Whether the candidate is answered by another version of the function than production. */
export function changesFunction(
  candidate: CandidateRoute,
  production: Pick<ProductionRoute, 'functionVersion'>,
): candidate is CandidateRoute & { readonly functionVersion: string } {
  return (
    candidate.functionVersion !== undefined &&
    production.functionVersion !== undefined &&
    candidate.functionVersion !== production.functionVersion
  );
}
