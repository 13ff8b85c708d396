import { CreateKeyCommand, type KeySpec, KMSClient } from '@aws-sdk/client-kms';
import { PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { AddTagsCommand, CreateModelPackageGroupCommand } from '@aws-sdk/client-sagemaker';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { PinnedArtifacts } from '../../contracts/pinned-artifacts';
import type { ProductionRoute } from '../../contracts/routing';
import { LedgerStore } from '../../lambda/aws/ledger-store';
import { ModelRegistry } from '../../lambda/aws/model-registry';
import { OwnEndpoint } from '../../lambda/aws/own-endpoint';
import { RoutingRecovery } from '../../lambda/aws/routing-recovery';
import { RoutingStore } from '../../lambda/aws/routing-store';
import { SignatureCheck } from '../../lambda/aws/signature-check';
import { ArtifactStore } from '../../lambda/aws/store';
import { VersionSigner } from '../../lambda/aws/version-signer';
import { type Owner, tagsOf } from '../../lambda/domain/release/ownership';
import { pinnedIn, pinnedProperties } from '../../lambda/domain/release/pinned-artifacts';
import type { CandidateRoute } from '../../lambda/domain/release/routing';
import { BUCKET, IMAGE, SageMakerFixture } from '../local/services/sagemaker-fixture';

export const PIPELINE = 'churn';
/** As the pipeline's identity gives it. */
export const OWNER_ID = 'b5d1f0a0-0000-4000-8000-000000000001/0a1b2c3d';
export const OWNER = { pipelineName: PIPELINE, ownerId: OWNER_ID };

/** A cloud with what a pipeline's stack would have made: bucket, routing parameter, registry. */
export class PipelineFixture extends SageMakerFixture {
  store!: ArtifactStore;
  routing!: RoutingStore;
  registry!: ModelRegistry;

  override async start(): Promise<void> {
    await super.start();
    await this.s3.send(
      new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    this.store = new ArtifactStore(this.s3, BUCKET);
    this.routing = new RoutingStore(new SSMClient(this.config()), `/model-pipeline/${PIPELINE}/routing`);
    this.registry = new ModelRegistry(this.sagemaker, PIPELINE);
    await this.sagemaker.send(
      new CreateModelPackageGroupCommand({ ModelPackageGroupName: PIPELINE, Tags: tagsOf(OWNER) }),
    );
  }

  /** Rebuilds the routing document if it is lost. @param hasEndpoint false where a function serves alone */
  recovery(hasEndpoint = true): RoutingRecovery {
    return new RoutingRecovery({
      endpointName: PIPELINE,
      routing: this.routing,
      ledger: new LedgerStore(this.store),
      store: this.store,
      sageMaker: this.sagemaker,
      ownEndpoint: hasEndpoint ? new OwnEndpoint(this.sagemaker, PIPELINE, OWNER) : undefined,
      now: () => this.cloud.clock.date(),
    });
  }

  /** Marks a resource, such as `endpoint/churn`, as a pipeline's. @param owner this pipeline by default */
  async tag(resource: string, owner: Owner = OWNER): Promise<void> {
    const ResourceArn = `arn:aws:sagemaker:us-east-1:000000000000:${resource}`;
    await this.sagemaker.send(new AddTagsCommand({ ResourceArn, Tags: tagsOf(owner) }));
  }

  /** Registers a version; returns the ARN of its package. */
  register(
    modelVersion: string,
    approval: 'Approved' | 'Rejected' = 'Approved',
    properties: Record<string, string> = {},
    environment: Record<string, string> = {},
  ): Promise<string> {
    return this.registry.register(modelVersion, {
      ModelApprovalStatus: approval,
      InferenceSpecification: {
        Containers: [
          {
            Image: IMAGE,
            ModelDataUrl: this.store.uriOf(`models/${modelVersion}/model.tar.gz`),
            Environment: { SAGEMAKER_PROGRAM: 'inference.py', ...environment },
          },
        ],
        SupportedContentTypes: ['text/csv'],
        SupportedResponseMIMETypes: ['text/csv'],
      },
      CustomerMetadataProperties: { dataVersion: '0123456789abcdef', ...properties },
    });
  }
}

/** Registers a version with what its files are, to the bit. */
export async function registerPinned(
  fixture: PipelineFixture,
  modelVersion: string,
): Promise<PinnedArtifacts> {
  const { store } = fixture;
  const artifacts = {
    model: await store.writePinned(`models/${modelVersion}/model.tar.gz`, `model ${modelVersion}`),
    code: await store.writePinned(`models/${modelVersion}/sourcedir.tar.gz`, `code ${modelVersion}`),
    baseline: await store.writePinned(`models/${modelVersion}/baseline.json`, `baseline ${modelVersion}`),
  };
  await store.writeJson(`models/${modelVersion}/artifacts.json`, artifacts);
  await fixture.register(modelVersion, 'Approved', pinnedProperties(artifacts));
  return artifacts;
}

/** A key that signs versions, and what verifies them. */
export class SigningFixture {
  readonly signer: VersionSigner;
  readonly signatures: SignatureCheck;

  private constructor(
    readonly kms: KMSClient,
    readonly keyArn: string,
    private readonly fixture: PipelineFixture,
  ) {
    const { store } = fixture;
    const ledger = new LedgerStore(store);
    this.signer = new VersionSigner(kms, keyArn);
    this.signatures = new SignatureCheck({
      pipelineName: PIPELINE,
      signingKey: keyArn,
      kms,
      store,
      ledger,
    });
  }

  static async create(fixture: PipelineFixture, KeySpec: KeySpec = 'ECC_NIST_P256'): Promise<SigningFixture> {
    const kms = new KMSClient(fixture.config());
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec, KeyUsage: 'SIGN_VERIFY' }));
    return new SigningFixture(kms, KeyMetadata?.Arn as string, fixture);
  }

  /** Signs a version as the registry has it. */
  async sign(modelVersion: string, pipelineName = PIPELINE): Promise<void> {
    const { store, registry } = this.fixture;
    const { properties, container } = await registry.get(modelVersion);
    const artifacts = pinnedIn(properties) as PinnedArtifacts;
    const signature = await this.signer.sign({ pipelineName, modelVersion, artifacts, container });
    await store.writeJson(`models/${modelVersion}/signature.json`, signature);
  }
}

/** A version in production. */
export function productionRoute(changes: Partial<ProductionRoute> = {}): ProductionRoute {
  return {
    modelVersion: '1.0.0',
    variant: 'blue',
    modelName: 'churn-1-0-0-model',
    endpointConfigName: 'churn-1-0-0-config',
    modelPackageArn: 'arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/1',
    since: '2026-11-20T09:00:00Z',
    ledgerSequence: 3,
    ...changes,
  };
}

/** A version that is being released, without traffic yet. */
export function candidateRoute(changes: Partial<CandidateRoute> = {}): CandidateRoute {
  return {
    modelVersion: '1.1.0',
    variant: 'green',
    modelName: 'churn-1-1-0-model',
    endpointConfigName: 'churn-1-1-0-config',
    releaseId: 'release-1',
    since: '2026-11-24T10:00:00Z',
    reason: 'new data',
    trafficShares: [0.1, 1],
    trafficShare: 0,
    ...changes,
  };
}
