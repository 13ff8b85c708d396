import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import * as z from 'zod/mini';
import type { PlanReleaseSettings } from '../../contracts/functions/release';
import type { ReleasePlan } from '../../contracts/release-plan';
import { checkRegistered } from '../aws/check-artifacts';
import type { EventBus } from '../aws/event-bus';
import type { ModelRegistry, RegisteredVersion } from '../aws/model-registry';
import { readModelSignature } from '../aws/model-signatures';
import { OwnEndpoint } from '../aws/own-endpoint';
import { requestSchema } from '../aws/request-schema';
import type { RoutingRecovery } from '../aws/routing-recovery';
import type { RoutingStore } from '../aws/routing-store';
import type { SignatureCheck } from '../aws/signature-check';
import type { ArtifactStore } from '../aws/store';
import { signatureChanges } from '../domain/model-signature/signature-changes';
import { checkDocument } from '../domain/records/document';
import type { Owner } from '../domain/release/ownership';
import { planRelease } from '../domain/release/release-plan';
import type { RoutingDocument } from '../domain/release/routing';
import { adoptedVariant } from './adopted-variant';
import { checkKind } from './endpoint-kind';
import { instanceCount } from './instance-count';
import { keepCode } from './keep-code';
import type { ReleaseClaim } from './release-claim';
import { checkNetwork, workflowPlan } from './workflow-plan';

export interface PlanProps extends Owner {
  readonly settings: PlanReleaseSettings;
  readonly registry: ModelRegistry;
  readonly routing: RoutingStore;
  readonly recovery: Pick<RoutingRecovery, 'read'>;
  readonly claim: ReleaseClaim;
  readonly store: ArtifactStore;
  /** Undefined if versions are not signed. */
  readonly signatures?: SignatureCheck | undefined;
  readonly eventBus: EventBus;
  readonly sageMaker: SageMakerClient;
}

/** A version that was refused, or that waits for a person, may not serve. */
export class VersionNotApprovedError extends Error {
  override readonly name = 'VersionNotApproved';
}

/** The version in production need not be released. */
export class AlreadyInProductionError extends Error {
  override readonly name = 'AlreadyInProduction';
}

/** Callers of the endpoint would have to send other features. */
export class SchemaChangedError extends Error {
  override readonly name = 'SchemaChanged';
}

/**
 * Stands for the version that is in production when the release begins: it is released again, with the
 * current settings.
 */
const PRODUCTION = 'production';

/**
 * Plans the release that an event asks for, and notes its version as the candidate: from then on no other
 * release can begin. The same release may plan again.
 *
 * @throws UnknownModelVersionError, VersionNotApprovedError, SchemaChangedError, AlreadyInProductionError,
 * CodeLostError, ArtifactReplacedError, VersionNotSignedError, SignatureNotValidError, NeedsNetworkError,
 * ReleaseInProgressError, EndpointNotOursError, EndpointOfOtherKindError, RoutingLostError
 */
export async function plan(event: unknown, props: PlanProps): Promise<ReleasePlan> {
  const { pipelineName, settings, registry, routing, recovery, claim, store, eventBus, sageMaker } = props;
  const request = checkDocument(releaseRequest, event, 'request for a release');
  const { releaseId, execution } = request;
  const before = await claim.take({ releaseId, execution });
  const { document: live } = await recovery.read(before);
  if (settings.hosting) {
    checkKind(await new OwnEndpoint(sageMaker, live.endpointName, props).describe(), settings.hosting);
  }
  const modelVersion = versionToRelease(request.modelVersion, live);
  const version = await registry.get(modelVersion);
  if (version.approval !== 'Approved') {
    throw new VersionNotApprovedError(
      `version ${modelVersion} is ${version.approval} in the registry; to release it nevertheless, approve ${version.modelPackageArn} first`,
    );
  }
  // One that somebody removed from the registry is in no version's way.
  const champion = live.production && (await registry.find(live.production.modelVersion));
  if (champion && !request.allowSchemaChange) await checkSchema(version, champion, store);
  checkNetwork(version, settings);
  // Each update of the endpoint loads both of them again.
  for (const each of champion ? [version, champion] : [version]) await checkRegistered(each, store);
  if (champion) await props.signatures?.check(champion, live.production?.ledgerSequence);
  const signed = await props.signatures?.check(version);
  await keepCode(version, store);
  const releasePlan = planRelease({
    routing: live,
    pipeline: pipelineName,
    modelVersion,
    releaseId,
    trafficShares: settings.trafficShares,
    shadow: settings.shadowShare !== undefined,
    keepsVariant: settings.keepsVariant,
    hasEndpoint: settings.hosting !== undefined,
  });
  const { challenger, endpointConfigName, steps } = releasePlan;
  const { functionVersion } = settings;
  const trafficShares = steps.map((step) => step.challenger);
  await routing.write({
    ...live,
    candidate: {
      ...challenger,
      ...(endpointConfigName !== undefined && { endpointConfigName }),
      ...(functionVersion !== undefined && { functionVersion }),
      releaseId,
      since: request.time,
      reason: shortened(request.reason),
      trafficShares,
      trafficShare: 0,
    },
  });
  const started = {
    releaseId,
    modelVersion,
    champion: releasePlan.champion?.modelVersion ?? null,
    modelPackageArn: version.modelPackageArn,
    reason: request.reason,
    trafficShares,
    execution,
  };
  await eventBus.tryPublish({ type: 'ReleaseStarted', detail: started }, new Date(request.time));
  const { hosting, scaling } = settings;
  const planned = async (counted: PlanReleaseSettings) =>
    workflowPlan(releasePlan, version, counted, {
      signed,
      champion: await adoptedVariant(sageMaker, releasePlan.champion, counted),
    });
  if (!hosting || hosting.kind === 'serverless' || !releasePlan.champion || !scaling)
    return planned(settings);
  const initialInstanceCount = await instanceCount(
    sageMaker,
    releasePlan.endpointName,
    releasePlan.champion.variant,
    {
      ...scaling,
      // An endpoint config has one instance at least.
      minCapacity: Math.max(1, scaling.minCapacity),
      otherwise: hosting.initialInstanceCount,
    },
  );
  return planned({ ...settings, hosting: { ...hosting, initialInstanceCount } });
}

function versionToRelease(asked: string, { production }: RoutingDocument): string {
  if (asked !== PRODUCTION) {
    if (asked !== production?.modelVersion) return asked;
    throw new AlreadyInProductionError(
      `version ${asked} is in production since ${production.since}; to release it again, with the current hosting settings, release 'production'`,
    );
  }
  if (production) return production.modelVersion;
  throw new Error('nothing is in production yet: name the version to release');
}

/** Of the changes of a signature. */
const MOST_LISTED = 10;

/** A routing document has 4,096 bytes in all. */
const LONGEST_REASON = 300;

function shortened(text: string): string {
  return text.length > LONGEST_REASON ? `${text.slice(0, LONGEST_REASON - 1)}…` : text;
}

/** True if nobody knows the features of a version that was found at an adopted endpoint. */
function hasSameHash(challenger: RegisteredVersion, champion: RegisteredVersion): boolean {
  const [after, before] = [challenger.properties.schemaHash, champion.properties.schemaHash];
  return after === undefined || before === undefined || after === before;
}

/** By the signatures of both, or else by the names and the order of their features. */
async function checkSchema(
  challenger: RegisteredVersion,
  champion: RegisteredVersion,
  store: ArtifactStore,
): Promise<void> {
  const [before, after] = await Promise.all(
    [champion, challenger].map(({ modelVersion }) => readModelSignature(store, modelVersion)),
  );
  const changes =
    before && after
      ? signatureChanges(before, after).flatMap(({ text, isBreaking }) => (isBreaking ? [text] : []))
      : undefined;
  const isSame = changes ? changes.length === 0 : hasSameHash(challenger, champion);
  if (isSame) return;
  const listed = changes ? ` (${changes.slice(0, MOST_LISTED).join('; ')})` : '';
  throw new SchemaChangedError(
    `version ${challenger.modelVersion} expects other features than ${champion.modelVersion} in production, or another order${listed}: once all callers send those, release it with allowSchemaChange (model-pipeline release ${challenger.modelVersion} --allow-schema-change)`,
  );
}

const releaseRequest = requestSchema(
  'plan-release',
  z.object({
    modelVersion: z.string(),
    allowSchemaChange: z._default(z.boolean(), false),
    releaseId: z.string(),
    execution: z.string(),
    reason: z.string(),
    time: z.iso.datetime(),
  }),
);
