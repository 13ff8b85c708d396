import type { PinnedArtifacts } from '../../contracts/pinned-artifacts';
import {
  type ArtifactCard,
  formatArtifactCard,
  sageMakerArtifactCard,
} from '../domain/records/artifact-card';
import { modelKey } from '../domain/records/bucket-layout';
import { lineageProperties, metricProperties } from '../domain/records/registry-properties';
import { pinnedProperties } from '../domain/release/pinned-artifacts';
import { inferenceSpecification, type SpecifiedContainer } from './inference-specification';
import type { ModelRegistry, NewPackage } from './model-registry';
import type { ArtifactStore } from './store';
import type { VersionSigner } from './version-signer';

/** A version that was trained elsewhere, and that nothing is compared with. */
export interface ApprovedVersion {
  readonly card: ArtifactCard;
  readonly artifacts: PinnedArtifacts;
  readonly container: SpecifiedContainer;
  /** Where it comes from, in words, after its name and the pipeline's. */
  readonly description: string;
  /** What else its package tells. */
  readonly more?: Partial<NewPackage>;
  /** Properties of its package, besides those that every version has. */
  readonly properties?: Readonly<Record<string, string>>;
}

export interface ApprovedVersionProps {
  readonly store: ArtifactStore;
  readonly registry: Pick<ModelRegistry, 'register'>;
  /** Undefined if versions are not signed. */
  readonly signer?: Pick<VersionSigner, 'sign'> | undefined;
}

/**
 * Writes what is known of a version beside its artifacts, signs it, and registers it as approved.
 *
 * @returns ARN of its package
 */
export async function registerApproved(
  { card, artifacts, container, description, more, properties }: ApprovedVersion,
  { store, registry, signer }: ApprovedVersionProps,
): Promise<string> {
  const { pipeline: pipelineName, modelVersion, parentVersion, lineage, metrics } = card;
  const content = sageMakerArtifactCard(card);
  await store.writeJson(modelKey(modelVersion, 'artifacts.json'), artifacts);
  await store.writeJson(modelKey(modelVersion, 'model-card.json'), content);
  await store.write(modelKey(modelVersion, 'model-card.md'), formatArtifactCard(card));
  const { image, modelDataUrl, environment } = container;
  const signature = await signer?.sign({
    pipelineName,
    modelVersion,
    artifacts,
    container: { image, modelDataUrl, environment },
  });
  if (signature) await store.writeJson(modelKey(modelVersion, 'signature.json'), signature);
  return registry.register(modelVersion, {
    ...more,
    ModelPackageDescription: `Version ${modelVersion} of ${pipelineName}, ${description}`,
    ModelApprovalStatus: 'Approved',
    InferenceSpecification: inferenceSpecification(container),
    CustomerMetadataProperties: Object.fromEntries(
      Object.entries({
        ...lineageProperties(lineage),
        ...properties,
        ...pinnedProperties(artifacts),
        ...(signature && { signingKey: signature.keyArn }),
        ...(parentVersion && { parentVersion }),
        ...metricProperties(metrics),
      }).filter(([, value]) => value !== ''),
    ),
    ModelCard: { ModelCardContent: JSON.stringify(content), ModelCardStatus: 'Draft' },
  });
}
