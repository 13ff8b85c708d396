import type { ModelSignature } from '../../contracts/model-signature';
import { readModelSignature } from '../aws/model-signatures';
import type { ArtifactStore } from '../aws/store';
import { HttpFault } from '../domain/http/http-fault';
import type { RoutingDocument } from '../domain/release/routing';
import type { LiveRouting } from '../inference/live-routing';

export interface ChampionProps {
  readonly routing: Pick<LiveRouting, 'current'>;
  readonly store: Pick<ArtifactStore, 'tryReadJson'>;
}

/** The routing document of a pipeline that has a version in production. */
export type Live = RoutingDocument & Required<Pick<RoutingDocument, 'production'>>;

/** The version in production, and what it takes and answers. */
export class Champion {
  /** By version: a version's signature never changes. */
  private readonly signatures = new Map<string, ModelSignature>();

  constructor(private readonly props: ChampionProps) {}

  /** @throws HttpFault 503 before the first release */
  async live(): Promise<Live> {
    const { production, ...others } = await this.props.routing.current();
    if (!production) throw new HttpFault(503, 'no version of the model is in production yet');
    return { ...others, production };
  }

  /** @throws HttpFault 404 if the version was registered before versions had signatures */
  async signature(modelVersion: string): Promise<ModelSignature> {
    const known = this.signatures.get(modelVersion);
    if (known) return known;
    const signature = await readModelSignature(this.props.store, modelVersion);
    if (!signature) throw new HttpFault(404, `version ${modelVersion} of the model has no signature`);
    this.signatures.set(modelVersion, signature);
    return signature;
  }
}
