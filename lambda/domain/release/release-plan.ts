import { createHash } from 'node:crypto';
import type { TrafficStep } from '../../../contracts/release-plan';
import type { ProductionRoute, VariantName } from '../../../contracts/routing';
import { checkDocument, modelVersionText } from '../records/document';
import type { RoutingDocument } from './routing';

/** What tells a release from all others, and names what it makes. */
export interface ReleaseIdentity {
  /** What is live now. */
  readonly routing: RoutingDocument;
  /** Pipeline's name, the beginning of generated names. */
  readonly pipeline: string;
  /** `MAJOR.MINOR.PATCH`. */
  readonly modelVersion: string;
  /** The same id gives the same plan, another id gives other names. */
  readonly releaseId: string;
}

export interface ReleaseRequest extends ReleaseIdentity {
  /** Challenger's shares of the traffic, step by step: increasing, above 0, the last 1. */
  readonly trafficShares: readonly number[];
  /** Whether the challenger is the champion's shadow before it gets traffic. */
  readonly shadow?: boolean;
  /**
   * Whether the challenger takes the champion's variant, in whose place SageMaker's deployment guardrails put
   * it.
   */
  readonly keepsVariant?: boolean;
  /** Whether versions are served by an endpoint, and not by a function alone. */
  readonly hasEndpoint: boolean;
}

/** What a release makes and changes, by name. */
export interface PlannedRelease {
  readonly releaseId: string;
  readonly endpointName: string;
  readonly challenger: {
    readonly modelVersion: string;
    readonly variant: VariantName;
    readonly modelName: string;
  };
  /** The version in production, undefined for the first release. */
  readonly champion?: ProductionRoute;
  /**
   * Config with both variants, challenger at trafficShare 0, during the release; undefined for the first, and
   * in the champion's variant.
   */
  readonly releaseEndpointConfigName?: string;
  /** Config with the champion alone and the challenger as its shadow; undefined otherwise. */
  readonly shadowEndpointConfigName?: string;
  /**
   * Config with the challenger alone: the endpoint's after the release. The first release creates it with
   * this. Undefined without an endpoint.
   */
  readonly endpointConfigName?: string;
  /** Traffic, step by step; the last gives the challenger all. */
  readonly steps: readonly TrafficStep[];
}

/** Another release has the endpoint's other variant. */
export class ReleaseInProgressError extends Error {
  override readonly name = 'ReleaseInProgress';
}

/**
 * Plans a release. Planning again with the same id while it runs gives the same plan.
 *
 * @throws ReleaseInProgressError if another release is in progress
 * @throws Error if the version, the id or the trafficShares are not valid
 */
export function planRelease(request: ReleaseRequest): PlannedRelease {
  const { routing, releaseId, trafficShares, keepsVariant = false, hasEndpoint } = request;
  const modelVersion = checkDocument(modelVersionText, request.modelVersion, 'model version');
  if (releaseId === '') throw new Error('a release needs an id, such as the name of its execution');
  checkTrafficShares(trafficShares);
  const champion = championOf(routing, hasEndpoint);
  const nameFor = (purpose: string) => generateName(request, purpose);
  const modelName = nameFor('model');
  if (routing.candidate && routing.candidate.modelName !== modelName) {
    throw new ReleaseInProgressError(
      `endpoint ${routing.endpointName} is releasing version ${routing.candidate.modelVersion} already: wait for it or roll it back before releasing ${modelVersion}`,
    );
  }
  const releaseEndpointConfigName =
    hasEndpoint && champion && !keepsVariant ? releaseConfigName(request) : undefined;
  return {
    releaseId,
    endpointName: routing.endpointName,
    challenger: { modelVersion, variant: variantFor(champion, keepsVariant), modelName },
    ...(champion && { champion }),
    ...(releaseEndpointConfigName && { releaseEndpointConfigName }),
    ...(hasEndpoint && champion && request.shadow && { shadowEndpointConfigName: nameFor('shadow') }),
    ...(hasEndpoint && { endpointConfigName: nameFor('final') }),
    steps: trafficSteps(champion ? trafficShares : [1]),
  };
}

/** Shares of both versions, step by step, by those of the challenger. */
export function trafficSteps(trafficShares: readonly number[]): TrafficStep[] {
  return trafficShares.map((trafficShare) => ({
    challenger: trafficShare,
    // Rounded, since 1 - 0.9 is not 0.1.
    champion: Number((1 - trafficShare).toFixed(9)),
  }));
}

/** Name of the endpoint config with both variants. */
export function releaseConfigName(release: ReleaseIdentity): string {
  return generateName(release, 'release');
}

/**
 * The version in production. To an endpoint, a version that only a function served does not count: the
 * endpoint is recreated.
 */
export function championOf(
  { production }: RoutingDocument,
  hasEndpoint: boolean,
): ProductionRoute | undefined {
  return hasEndpoint && production?.endpointConfigName === undefined ? undefined : production;
}

function variantFor(champion: ProductionRoute | undefined, keepsVariant: boolean): VariantName {
  if (!champion) return 'blue';
  if (keepsVariant) return champion.variant;
  return champion.variant === 'blue' ? 'green' : 'blue';
}

function checkTrafficShares(trafficShares: readonly number[]): void {
  const increasing = trafficShares.every(
    (trafficShare, i) => trafficShare > (trafficShares[i - 1] ?? 0) && trafficShare <= 1,
  );
  if (!increasing || trafficShares.at(-1) !== 1) {
    throw new Error(
      `traffic shares [${trafficShares.join(', ')}] do not increase from above 0 to 1, as in [0.1, 0.5, 1] or, all at once, [1]`,
    );
  }
}

/** A name of at most 63 letters, digits and hyphens that no other release and purpose has. */
function generateName(
  { pipeline, modelVersion, releaseId, routing }: ReleaseIdentity,
  purpose: string,
): string {
  const identity = JSON.stringify([routing.endpointName, pipeline, modelVersion, releaseId, purpose]);
  const suffix = createHash('sha256').update(identity).digest('hex').slice(0, 12);
  const readable = `${pipeline}-${modelVersion.replaceAll('.', '-')}`.replace(/[^a-zA-Z0-9-]+/g, '-');
  const head = readable.replace(/^-+/, '').slice(0, MAXIMUM_NAME_LENGTH - suffix.length - 1);
  return `${head.replace(/-+$/, '')}-${suffix}`;
}

const MAXIMUM_NAME_LENGTH = 63;
