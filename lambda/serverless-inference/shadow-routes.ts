import type { Route } from '../inference/choose-route';
import type { RouteSource, Routes } from '../inference/route-source';

/** Routes while a version is a shadow. */
interface ShadowRouting extends Routes {
  readonly production: Route;
  readonly candidate: NonNullable<Routes['candidate']>;
}

/**
 * Tells whether a copy still has a shadow to answer it. Whoever sends copies may have read the routing
 * document later than the function that answers them: one that knows of no such shadow reads the document
 * again, once a release.
 */
export class ShadowRoutes {
  private ended: string | undefined;

  constructor(private readonly routing: RouteSource) {}

  /**
   * @returns undefined if the candidate of the release is no shadow
   * @throws Error if the routing document cannot be read
   */
  async of(releaseId: string): Promise<ShadowRouting | undefined> {
    const known = shadowRouting(await this.routing.current(), releaseId);
    if (known || releaseId === this.ended) return known;
    const read = shadowRouting(await this.routing.readAgain(), releaseId);
    if (!read) this.ended = releaseId;
    return read;
  }
}

function shadowRouting(routes: Routes, releaseId: string): ShadowRouting | undefined {
  const { production, candidate, shadow } = routes;
  if (!production || !shadow || candidate?.releaseId !== releaseId) return undefined;
  return { ...routes, production, candidate };
}
