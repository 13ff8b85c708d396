import { registerApproved } from '../aws/approved-version';
import { locationOf } from '../aws/store';
import { VersionNumbers } from '../aws/version-numbers';
import type { ArtifactCard } from '../domain/records/artifact-card';
import { modelKey } from '../domain/records/bucket-layout';
import { pinnedImage } from '../domain/records/container-image';
import { lineageOf } from '../domain/records/lineage';
import type { AdoptionProps } from './adopt-endpoint';
import { NotAdoptableError, type ServingModel, type ServingVariant } from './adoptable-endpoint';

/** A version as it was registered. */
export interface AdoptedVersion {
  readonly modelVersion: string;
  readonly modelPackageArn: string;
}

/** Environment variable that names a model's scripts, if they are not part of its archive. */
const SCRIPTS = 'SAGEMAKER_SUBMIT_DIRECTORY';

/**
 * Registers what an endpoint serves as a version: its artifact and scripts are copied to where only the
 * pipeline writes, with the image that serves now, by its digest if SageMaker tells it, and with its whole
 * environment.
 *
 * @throws NotAdoptableError if they cannot be read
 */
export async function registerServingModel(
  serving: ServingVariant & ServingModel,
  { store, registry, pipelineName, settings, signer, now }: AdoptionProps,
): Promise<AdoptedVersion> {
  const { variant, container, endpoint } = serving;
  const { Environment = {}, ModelDataUrl, Image } = container;
  const image = resolvedImage(serving) ?? Image;
  const origin = `endpoint/${endpoint.EndpointName}/${variant.ModelName}`;
  const lineage = {
    ...lineageOf({ dataVersion: '', codeVersion: '', image, hyperparameters: {}, label: '', columns: [] }),
    // Nobody knows its features.
    schemaHash: '',
    origin,
  };
  const plan = {
    version: 1 as const,
    parentVersion: null,
    label: '',
    columns: [],
    hyperparameters: {},
    lineage,
  };
  const modelVersion = await new VersionNumbers(store, registry).claimNext(
    { major: 1, minor: 0, patch: 0 },
    plan,
  );
  const copy = (uri: string, file: 'model.tar.gz' | 'sourcedir.tar.gz') =>
    store.copy(locationOf(uri), modelKey(modelVersion, file)).catch((cause: Error) => {
      throw new NotAdoptableError(
        `${uri}, which the endpoint serves, cannot be copied (${cause.name}: ${cause.message}): it must still exist, and its bucket and KMS key must let the function AdoptEndpoint read it`,
        { cause },
      );
    });
  const scripts = Environment[SCRIPTS]?.startsWith('s3://') ? Environment[SCRIPTS] : undefined;
  const artifacts = {
    model: await copy(ModelDataUrl, 'model.tar.gz'),
    ...(scripts !== undefined && { code: await copy(scripts, 'sourcedir.tar.gz') }),
    baseline: await store.writePinned(
      modelKey(modelVersion, 'baseline.json'),
      JSON.stringify({ rows: 0, features: {} }),
    ),
  };
  const served = {
    image: pinnedImage(image, undefined),
    modelDataUrl: store.uriOf(modelKey(modelVersion, 'model.tar.gz')),
    environment: {
      ...Environment,
      ...(scripts !== undefined && { [SCRIPTS]: store.uriOf(modelKey(modelVersion, 'sourcedir.tar.gz')) }),
    },
  };
  const card: ArtifactCard = {
    pipeline: pipelineName,
    modelVersion,
    parentVersion: null,
    createdAt: now().toISOString(),
    lineage,
    modelDataUrl: served.modelDataUrl,
    features: [],
    sampleRows: 0,
    metrics: {},
  };
  const modelPackageArn = await registerApproved(
    {
      card,
      artifacts,
      container: {
        ...served,
        contentTypes: settings.contentTypes,
        realtimeInstanceTypes: [settings.hosting.instanceType],
      },
      description: `found at the endpoint ${endpoint.EndpointName}`,
      properties: { ownEnvironment: 'true' },
    },
    { store, registry, signer },
  );
  return { modelVersion, modelPackageArn };
}

/** The image by the digest of what runs, where SageMaker tells it. */
function resolvedImage({ endpoint }: ServingVariant): string | undefined {
  const images = endpoint.ProductionVariants?.[0]?.DeployedImages ?? [];
  return images.find(({ ResolvedImage }) => ResolvedImage?.includes('@sha256:'))?.ResolvedImage;
}
