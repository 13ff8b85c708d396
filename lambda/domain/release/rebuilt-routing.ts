import type { ProductionRoute } from '../../../contracts/routing';
import type { LedgerEntry } from '../records/ledger';
import { type CandidateRoute, emptyRouting, type RoutingDocument } from './routing';

/** What tells which version serves when the routing document is lost. */
export interface ServingEvidence {
  readonly endpointName: string;
  /** The newest release or adoption in the ledger; undefined before the first. */
  readonly release: LedgerEntry | undefined;
  /** What is wrong with entries that are newer than that release: one of them may be a newer one. */
  readonly unreadable: readonly string[];
  /** The pipeline's own endpoint; undefined if there is none. */
  readonly endpoint: ServingEndpoint | undefined;
  /** The last release that began, which may not have ended. */
  readonly lastReleaseId: string | undefined;
  /** ISO 8601 in UTC. */
  readonly now: string;
}

export interface ServingEndpoint {
  readonly endpointConfigName: string;
  /** With shadows, which have no traffic. */
  readonly variants: readonly ServingVariant[];
}

export interface ServingVariant {
  readonly variant: string;
  readonly modelName: string;
  /** Undefined if the model is gone. */
  readonly modelVersion: string | undefined;
  /** Share of the traffic, 0 to 1. */
  readonly trafficShare: number;
}

/** The routing document is lost, and what is left of the pipeline does not show which version serves. */
export class RoutingLostError extends Error {
  override readonly name = 'RoutingLost';
}

/**
 * The routing document that the ledger and the pipeline's own endpoint imply. An endpoint that runs other
 * versions than the newest release in the ledger is right: what runs, serves.
 *
 * @throws RoutingLostError if they tell of a version in production, but not enough
 */
export function rebuiltRouting(evidence: ServingEvidence): RoutingDocument {
  const { endpointName, endpoint, release, unreadable } = evidence;
  const empty = emptyRouting(endpointName);
  if (!endpoint) {
    if (unreadable.length > 0) {
      throw new RoutingLostError(
        `the routing document is lost, and cannot be rebuilt, because the newest release in the ledger is not readable: ${unreadable.slice(0, 3).join('; ')}. Restore these objects from their earlier versions in S3, or write the parameter again (docs/guides/releases.md)`,
      );
    }
    const recorded = release && recordedRoute(release);
    return recorded ? { ...empty, production: recorded } : empty;
  }
  const production = servingRoute(endpoint, evidence);
  const candidate = unfinished(endpoint, production, evidence);
  return { ...empty, production, ...(candidate && { candidate }) };
}

/** Releases that earlier versions of the package recorded lack what they put into production. */
function recordedRoute(release: LedgerEntry): ProductionRoute | undefined {
  const { modelVersion, modelPackageArn, route, time, sequence } = release;
  if (!modelVersion || !modelPackageArn || !route) return undefined;
  return { modelVersion, ...route, modelPackageArn, since: time, ledgerSequence: sequence };
}

function servingRoute(
  endpoint: ServingEndpoint,
  { release, endpointName }: ServingEvidence,
): ProductionRoute {
  const { variants, endpointConfigName } = endpoint;
  const recorded = release && recordedRoute(release);
  const runsRecorded =
    recorded?.endpointConfigName === endpointConfigName ||
    variants.some(({ modelName }) => modelName === recorded?.modelName);
  if (recorded && runsRecorded) return recorded;
  const [alone, ...others] = variants;
  const isRecorded = release?.modelVersion !== undefined && release.modelVersion === alone?.modelVersion;
  if (!alone || others.length > 0 || !isRecorded || !release.modelPackageArn) {
    throw new RoutingLostError(
      `the routing document is lost, and cannot be rebuilt: the endpoint '${endpointName}' runs ${variantsText(variants)} by the config ${endpointConfigName}, but the ledger's newest release is ${release?.modelVersion ?? 'none'}. Delete the endpoint and release a version; or, to keep what runs, write the parameter again (docs/guides/releases.md)`,
    );
  }
  return {
    modelVersion: alone.modelVersion as string,
    variant: alone.variant,
    modelName: alone.modelName,
    endpointConfigName,
    modelPackageArn: release.modelPackageArn,
    since: release.time,
    ledgerSequence: release.sequence,
  };
}

/** The challenger of a release that ended before its end, so that it can be rolled back. */
function unfinished(
  { endpointConfigName, variants }: ServingEndpoint,
  production: ProductionRoute,
  { lastReleaseId, now }: ServingEvidence,
): CandidateRoute | undefined {
  const other = variants.find(({ modelName }) => modelName !== production.modelName);
  if (!other?.modelVersion || lastReleaseId === undefined) return undefined;
  return {
    modelVersion: other.modelVersion,
    variant: other.variant,
    modelName: other.modelName,
    endpointConfigName,
    releaseId: lastReleaseId,
    since: now,
    reason: 'found beside the version in production when the routing document was rebuilt',
    trafficShares: [1],
    trafficShare: other.trafficShare,
    ...(other.trafficShare > 0 && { trafficSince: now }),
  };
}

function variantsText(variants: readonly ServingVariant[]): string {
  const each = variants.map(
    ({ variant, modelName, modelVersion }) =>
      `${modelVersion ?? 'an unknown version'} as ${variant} (model ${modelName})`,
  );
  return each.join(' and ') || 'no variant';
}
