import * as z from 'zod/mini';
import type { ModelRegistry } from '../aws/model-registry';
import type { RoutingStore } from '../aws/routing-store';
import { checkDocument } from '../domain/document';
import { planRelease } from '../domain/release-plan';
import { type HostingSettings, type ReleaseOrders, releaseOrders } from './release-orders';

export interface PlanProps {
  readonly pipelineName: string;
  readonly settings: PlanSettings;
  readonly registry: ModelRegistry;
  readonly routing: RoutingStore;
}

export interface PlanSettings extends HostingSettings {
  /** The challenger's shares of the traffic, step by step. */
  readonly weights: readonly number[];
}

/** A version that was refused, or that waits for a person, may not serve. */
export class VersionNotApprovedError extends Error {
  override readonly name = 'VersionNotApproved';
}

/**
 * Plans the release that an event asks for, and notes its version as the candidate: from then on no other release can
 * begin. The same release may plan again.
 *
 * @throws UnknownModelVersionError, VersionNotApprovedError, ReleaseInProgressError
 */
export async function plan(
  event: unknown,
  { pipelineName, settings, registry, routing }: PlanProps,
): Promise<ReleaseOrders> {
  const { modelVersion, releaseId } = checkDocument(releaseRequest, event, 'request for a release');
  const version = await registry.get(modelVersion);
  if (version.approval !== 'Approved') {
    throw new VersionNotApprovedError(
      `version ${modelVersion} is ${version.approval} in the registry; to release it nevertheless, approve ${version.modelPackageArn} first`,
    );
  }
  const live = await routing.read();
  const releasePlan = planRelease({
    routing: live,
    pipeline: pipelineName,
    modelVersion,
    releaseId,
    weights: settings.weights,
  });
  const { challenger, endpointConfigName } = releasePlan;
  await routing.write({ ...live, candidate: { ...challenger, endpointConfigName, releaseId, weight: 0 } });
  return releaseOrders(releasePlan, version, settings);
}

const releaseRequest = z.object({ modelVersion: z.string(), releaseId: z.string() });
