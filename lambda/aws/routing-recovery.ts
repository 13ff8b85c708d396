import { S3Client } from '@aws-sdk/client-s3';
import {
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  type ProductionVariant,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';
import { RELEASE_CLAIM, unreadableRoutingKey, versionOfArtifact } from '../domain/records/bucket-layout';
import { putsIntoProduction } from '../domain/records/ledger';
import { claimant } from '../domain/release/claimant';
import {
  rebuiltRouting,
  type ServingEndpoint,
  type ServingEvidence,
  type ServingVariant,
} from '../domain/release/rebuilt-routing';
import { emptyRouting, formatRouting, parseRouting, type RoutingDocument } from '../domain/release/routing';
import type { Environment } from './environment';
import { LedgerStore } from './ledger-store';
import { OwnEndpoint } from './own-endpoint';
import { ignoreMissing } from './pipeline-resources';
import { RoutingStore } from './routing-store';
import { ArtifactStore } from './store';

export interface RoutingRecoveryProps {
  readonly endpointName: string;
  readonly routing: RoutingStore;
  readonly ledger: LedgerStore;
  readonly store: ArtifactStore;
  readonly sageMaker: SageMakerClient;
  /** Undefined where a function serves alone. */
  readonly ownEndpoint: OwnEndpoint | undefined;
  readonly now: () => Date;
}

export interface RecoveredRouting {
  readonly document: RoutingDocument;
  /** What was done; empty if the document was there. */
  readonly done: readonly string[];
}

/**
 * Reads the routing document, and rebuilds it if it is lost: deleted, unreadable, or empty although something
 * serves.
 */
export class RoutingRecovery {
  constructor(private readonly props: RoutingRecoveryProps) {}

  /** Of the pipeline that a function belongs to. */
  static of(environment: Environment<unknown>, { hasEndpoint }: { readonly hasEndpoint: boolean }) {
    const { endpointName } = environment;
    const sageMaker = new SageMakerClient();
    const routing = new RoutingStore(new SSMClient(), environment.routingParameter);
    const store = new ArtifactStore(new S3Client(), environment.bucketName);
    return new RoutingRecovery({
      endpointName,
      routing,
      ledger: new LedgerStore(store, routing),
      store,
      sageMaker,
      ownEndpoint: hasEndpoint ? new OwnEndpoint(sageMaker, endpointName, environment) : undefined,
      now: () => new Date(),
    });
  }

  /**
   * @param lastReleaseId the last release that began. @default what the bucket says
   * @throws EndpointNotOursError, RoutingLostError
   */
  async read(lastReleaseId?: string): Promise<RecoveredRouting> {
    const { routing, endpointName } = this.props;
    const text = await routing.tryReadText();
    const found = text === undefined ? undefined : readable(text);
    if (found?.production || found?.candidate) return { document: found, done: [] };
    const now = this.props.now().toISOString();
    const document = rebuiltRouting({
      endpointName,
      ...(await this.newestRelease()),
      endpoint: await this.endpoint(),
      lastReleaseId: lastReleaseId ?? (await this.lastReleaseId()),
      now,
    });
    if (found && !document.production) return { document: found, done: [] };
    const kept = text !== undefined && !found ? [await this.keepAside(text, now)] : [];
    await routing.write(document);
    const { production } = document;
    return {
      document,
      done: [
        ...kept,
        `rebuilt the routing document from the ledger and the endpoint: ${production ? `version ${production.modelVersion} is in production` : 'nothing is in production'}`,
      ],
    };
  }

  /**
   * Writes an empty document for a pipeline that is new, in the place of one that another pipeline of its
   * name left.
   */
  async begin(): Promise<void> {
    const { routing, endpointName } = this.props;
    const empty = emptyRouting(endpointName);
    if (await routing.create(empty)) return;
    const text = (await routing.tryReadText()) ?? '';
    if (text !== formatRouting(empty)) await this.keepAside(text, this.props.now().toISOString());
    await routing.write(empty);
  }

  private async lastReleaseId(): Promise<string | undefined> {
    return (await this.props.store.tryReadJson(RELEASE_CLAIM, claimant))?.releaseId;
  }

  private async newestRelease(): Promise<Pick<ServingEvidence, 'release' | 'unreadable'>> {
    const unreadable: string[] = [];
    for await (const { entry, problem } of this.props.ledger.backwards()) {
      if (entry && putsIntoProduction(entry)) return { release: entry, unreadable };
      if (!entry && problem !== undefined) unreadable.push(problem);
    }
    return { release: undefined, unreadable };
  }

  private async endpoint(): Promise<ServingEndpoint | undefined> {
    const endpoint = await this.props.ownEndpoint?.describe();
    const { EndpointConfigName } = endpoint ?? {};
    if (!endpoint || EndpointConfigName === undefined) return undefined;
    // Nothing serves there: the next release makes another.
    if (endpoint.EndpointStatus === 'Failed' || endpoint.EndpointStatus === 'Deleting') return undefined;
    const config = await this.props.sageMaker
      .send(new DescribeEndpointConfigCommand({ EndpointConfigName }))
      .catch(ignoreMissing);
    const weights = new Map(
      (endpoint.ProductionVariants ?? []).map((each) => [each.VariantName, each.CurrentWeight ?? 0]),
    );
    const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
    const { ProductionVariants = [], ShadowProductionVariants = [] } = config ?? {};
    const variants = [...ProductionVariants, ...ShadowProductionVariants].map((variant) =>
      this.variant(variant, (weights.get(variant.VariantName) ?? 0) / (total || 1)),
    );
    return { endpointConfigName: EndpointConfigName, variants: await Promise.all(variants) };
  }

  private async variant(
    { VariantName, ModelName }: ProductionVariant,
    trafficShare: number,
  ): Promise<ServingVariant> {
    const model = await this.props.sageMaker
      .send(new DescribeModelCommand({ ModelName }))
      .catch(ignoreMissing);
    return {
      variant: VariantName ?? '',
      modelName: ModelName ?? '',
      modelVersion: versionOfArtifact(model?.PrimaryContainer?.ModelDataUrl ?? ''),
      trafficShare,
    };
  }

  private async keepAside(text: string, time: string): Promise<string> {
    const { store } = this.props;
    const key = unreadableRoutingKey(time);
    await store.write(key, text);
    return `kept the routing document that could not be read as ${store.uriOf(key)}`;
  }
}

function readable(text: string): RoutingDocument | undefined {
  try {
    return parseRouting(text);
  } catch {
    return undefined;
  }
}
