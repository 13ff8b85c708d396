import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import type { RestoredRelease, RestorePlan, RollbackProblem } from '../../contracts/functions/release';
import { logger } from '../aws/logger';
import type { ModelRegistry } from '../aws/model-registry';
import { requestSchema } from '../aws/request-schema';
import type { RoutingRecovery } from '../aws/routing-recovery';
import type { RoutingStore } from '../aws/routing-store';
import { checkDocument } from '../domain/records/document';
import { championOf, releaseConfigName, trafficSteps } from '../domain/release/release-plan';
import type { RoutingDocument } from '../domain/release/routing';

export interface PlanRestoreProps {
  readonly pipelineName: string;
  readonly registry: Pick<ModelRegistry, 'get'>;
  readonly routing: Pick<RoutingStore, 'read'>;
  readonly recovery: Pick<RoutingRecovery, 'read'>;
  /** How long the champion's traffic may wait for the registry. */
  readonly registryMilliseconds: number;
}

/** What the registry knows of the version. */
type Package = Pick<RestoredRelease, 'modelPackageArn' | 'dataVersion'>;

/**
 * Plans the rollback of a release that ended early: the champion gets its traffic back. Only the routing
 * document is needed, or what it can be rebuilt from.
 */
export async function planRestore(event: unknown, props: PlanRestoreProps): Promise<RestorePlan> {
  const { pipelineName } = props;
  const { releaseId } = checkDocument(restoreRequest, event, 'request to restore the champion');
  const live = await readRouting(releaseId, props);
  const { candidate } = live;
  if (candidate?.releaseId !== releaseId)
    return { plan: null, reason: '', startedAt: '', trafficSince: '', problems: [] };
  const hasEndpoint = candidate.endpointConfigName !== undefined;
  const champion = championOf(live, hasEndpoint);
  const isBeside = hasEndpoint && champion !== undefined && champion.variant !== candidate.variant;
  const release = { routing: live, pipeline: pipelineName, modelVersion: candidate.modelVersion, releaseId };
  const { known, problems } = await packageOf(candidate.modelVersion, props);
  return {
    plan: {
      endpointName: live.endpointName,
      releaseId,
      modelName: candidate.modelName,
      modelVersion: candidate.modelVersion,
      ...known,
      variant: candidate.variant,
      championVariant: champion?.variant ?? null,
      champion: champion ?? null,
      configName: isBeside ? releaseConfigName(release) : (candidate.endpointConfigName ?? null),
      finalConfigName: candidate.endpointConfigName ?? null,
      functionVersion: candidate.functionVersion ?? null,
      steps: trafficSteps(champion ? candidate.trafficShares : [1]),
      first: champion === undefined,
    },
    reason: candidate.reason,
    startedAt: candidate.since,
    trafficSince: candidate.trafficSince ?? '',
    problems,
  };
}

/** @throws RoutingLostError, EndpointNotOursError if it is lost, and cannot be rebuilt */
async function readRouting(
  releaseId: string,
  { routing, recovery }: PlanRestoreProps,
): Promise<RoutingDocument> {
  try {
    return await routing.read();
  } catch (error) {
    logger.error('the routing document could not be read', error as Error);
    return (await recovery.read(releaseId)).document;
  }
}

async function packageOf(
  modelVersion: string,
  { registry, registryMilliseconds }: PlanRestoreProps,
): Promise<{ known: Package; problems: RollbackProblem[] }> {
  const wait = new AbortController();
  try {
    const tooLate = sleep(registryMilliseconds, undefined, { signal: wait.signal }).then(() => {
      throw new RegistryTimeoutError(`the registry has not answered within ${registryMilliseconds} ms`);
    });
    const version = await Promise.race([registry.get(modelVersion), tooLate]);
    const { modelPackageArn, properties } = version;
    return { known: { modelPackageArn, dataVersion: properties.dataVersion ?? null }, problems: [] };
  } catch (error) {
    const { name, message } = error as Error;
    const problem = { what: `the package of ${modelVersion} could not be read`, Error: name, Cause: message };
    return { known: { modelPackageArn: null, dataVersion: null }, problems: [problem] };
  } finally {
    wait.abort();
  }
}

class RegistryTimeoutError extends Error {
  override readonly name = 'RegistryTimeout';
}

const restoreRequest = requestSchema(
  'plan-restore',
  z.object({ releaseId: z.string().check(z.minLength(1)) }),
);
