import { logger } from '../aws/logger';
import type { RoutingStore } from '../aws/routing-store';
import type { RoutingDocument } from '../domain/release/routing';
import type { RouteSource } from './route-source';

export interface LiveRoutingProps {
  readonly routing: Pick<RoutingStore, 'read'>;
  /** How old the document may become before it is read again. */
  readonly maximumAgeSeconds: number;
  readonly now: () => Date;
}

/** The routing document, read again from time to time. */
export class LiveRouting implements RouteSource {
  private known: RoutingDocument | undefined;
  private readAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly props: LiveRoutingProps) {}

  async current(): Promise<RoutingDocument> {
    const age = this.props.now().getTime() - this.readAt;
    // Nothing is in production only until the first release.
    if (this.known?.production && age < this.props.maximumAgeSeconds * 1000) return this.known;
    return this.readAgain().catch((error: Error) => this.keep(this.withoutNews(error)));
  }

  async readAgain(): Promise<RoutingDocument> {
    return this.keep(await this.props.routing.read());
  }

  private keep(document: RoutingDocument): RoutingDocument {
    this.known = document;
    this.readAt = this.props.now().getTime();
    return document;
  }

  /**
   * Production keeps serving. The candidate does not, nor as a shadow, since what cannot be read may be that
   * it was rolled back.
   */
  private withoutNews(error: Error): RoutingDocument {
    if (!this.known) throw error;
    logger.warn('the routing document could not be read', error);
    const { candidate, shadow, ...others } = this.known;
    return others;
  }
}
