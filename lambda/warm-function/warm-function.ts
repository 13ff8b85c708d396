import * as z from 'zod/mini';
import type { WarmedFunction } from '../../contracts/functions/release';
import { requestSchema } from '../aws/request-schema';
import type { RoutingStore } from '../aws/routing-store';
import { checkDocument } from '../domain/records/document';
import type { VersionConcurrency } from './version-concurrency';

export interface WarmFunctionProps {
  readonly routing: Pick<RoutingStore, 'read'>;
  readonly concurrency: Pick<VersionConcurrency, 'warm' | 'keepOnly'>;
}

/**
 * Starts instances of the challenger's version of the function, and tells whether they are there. Without a
 * release, ends those of versions that are not in production; while a release is in progress, that one will.
 *
 * @throws Error if Lambda cannot start them
 */
export async function warmFunction(
  event: unknown,
  { routing, concurrency }: WarmFunctionProps,
): Promise<WarmedFunction> {
  const { releaseId } = checkDocument(warmRequest, event, 'request to warm the function');
  const { production, candidate } = await routing.read();
  if (releaseId === undefined) {
    if (!candidate && production?.functionVersion) await concurrency.keepOnly(production.functionVersion);
    return { isWarm: true };
  }
  if (candidate?.releaseId !== releaseId) {
    throw new Error(`release ${releaseId} is not in progress: nothing is to be warmed for it`);
  }
  const { functionVersion } = candidate;
  return {
    isWarm:
      functionVersion === undefined || (await concurrency.warm(functionVersion, production?.functionVersion)),
  };
}

const warmRequest = requestSchema('warm-function', z.object({ releaseId: z.optional(z.string()) }));
