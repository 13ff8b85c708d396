import * as z from 'zod/mini';
import type { ModelRegistry } from '../aws/model-registry';
import type { RoutingStore } from '../aws/routing-store';
import { checkDocument } from '../domain/document';
import { planRelease } from '../domain/release-plan';
import type { ReleaseOrders } from '../plan-release/release-orders';

export interface PlanRestoreProps {
  readonly pipelineName: string;
  readonly registry: ModelRegistry;
  readonly routing: RoutingStore;
}

/** What it takes to undo a release, in the terms of the workflow that made it. */
export type RestoreOrders = Pick<
  ReleaseOrders,
  | 'endpointName'
  | 'releaseId'
  | 'modelName'
  | 'modelVersion'
  | 'modelPackageArn'
  | 'dataVersion'
  | 'variant'
  | 'championVariant'
  | 'champion'
  | 'configName'
  | 'finalConfigName'
  | 'functionVersion'
  | 'steps'
  | 'first'
>;

export interface RestorePlan {
  /** Null if the release had recorded its end, or had not begun: then there is nothing to undo. */
  readonly orders: RestoreOrders | null;
  /** Why the release was asked for. */
  readonly reason: string;
  readonly startedAt: string;
  /** Empty if the challenger had no traffic. */
  readonly trafficSince: string;
}

/** Plans how a release that ended before its end is undone: the champion gets its traffic back. */
export async function planRestore(
  event: unknown,
  { pipelineName, registry, routing }: PlanRestoreProps,
): Promise<RestorePlan> {
  const { releaseId } = checkDocument(restoreRequest, event, 'request to restore the champion');
  const live = await routing.read();
  const { candidate } = live;
  if (candidate?.releaseId !== releaseId)
    return { orders: null, reason: '', startedAt: '', trafficSince: '' };
  const version = await registry.get(candidate.modelVersion);
  // The same id and shares give the same plan.
  const plan = planRelease({
    routing: live,
    pipeline: pipelineName,
    modelVersion: candidate.modelVersion,
    releaseId,
    weights: candidate.plannedShares,
    keepsVariant: candidate.variant === live.production?.variant,
    hasEndpoint: candidate.endpointConfigName !== undefined,
  });
  return {
    orders: {
      endpointName: plan.endpointName,
      releaseId,
      modelName: plan.challenger.modelName,
      modelVersion: plan.challenger.modelVersion,
      modelPackageArn: version.modelPackageArn,
      dataVersion: version.properties.dataVersion ?? null,
      variant: plan.challenger.variant,
      championVariant: plan.champion?.variant ?? null,
      champion: plan.champion ?? null,
      configName: plan.releaseEndpointConfigName ?? plan.endpointConfigName ?? null,
      finalConfigName: plan.endpointConfigName ?? null,
      functionVersion: candidate.functionVersion ?? null,
      steps: plan.steps,
      first: plan.champion === undefined,
    },
    reason: candidate.reason,
    startedAt: candidate.since,
    trafficSince: candidate.trafficSince ?? '',
  };
}

const restoreRequest = z.object({ releaseId: z.string().check(z.minLength(1)) });
