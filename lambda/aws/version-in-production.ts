import type { RoutingStore } from './routing-store';

/**
 * The version in production, as far as it can be read: what is broken may be the routing document itself, and
 * that must not keep a failure from being recorded.
 */
export async function versionInProduction(routing: RoutingStore): Promise<string | undefined> {
  try {
    return (await routing.read()).production?.modelVersion;
  } catch (error) {
    console.error(error);
    return undefined;
  }
}
