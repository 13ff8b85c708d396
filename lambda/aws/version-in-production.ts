import { logger } from './logger';
import type { RoutingStore } from './routing-store';

/**
 * The version in production, as far as it can be read: what is broken may be the routing document itself, and
 * that must not keep a failure from being recorded.
 */
export async function versionInProduction(routing: Pick<RoutingStore, 'read'>): Promise<string | undefined> {
  try {
    return (await routing.read()).production?.modelVersion;
  } catch (error) {
    logger.error('the version in production could not be read', error as Error);
    return undefined;
  }
}
