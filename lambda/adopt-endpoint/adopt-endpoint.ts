import { AddTagsCommand } from '@aws-sdk/client-sagemaker';
import type { LedgerStore } from '../aws/ledger-store';
import type { ModelRegistry } from '../aws/model-registry';
import type { RoutingStore } from '../aws/routing-store';
import type { ArtifactStore } from '../aws/store';
import type { VersionSigner } from '../aws/version-signer';
import { ADOPTED_TAG, type Owner, tagsOf } from '../domain/release/ownership';
import type { RoutingDocument } from '../domain/release/routing';
import { recordingOf } from '../domain/traffic/recording';
import type {
  AdoptableEndpoint,
  AdoptableEndpointProps,
  ServingModel,
  ServingVariant,
} from './adoptable-endpoint';
import { registerServingModel } from './register-serving-model';

export interface AdoptionProps extends Owner, Pick<AdoptableEndpointProps, 'sageMaker' | 'settings'> {
  readonly endpoint: Pick<AdoptableEndpoint, 'describeModel'>;
  readonly store: ArtifactStore;
  readonly registry: ModelRegistry;
  readonly routing: RoutingStore;
  readonly ledger: Pick<LedgerStore, 'append'>;
  /** Undefined if versions are not signed. */
  readonly signer?: Pick<VersionSigner, 'sign'> | undefined;
  readonly now: () => Date;
}

/**
 * Takes an endpoint over as it serves: what it serves becomes a version in the registry, the endpoint gets
 * the pipeline's tags, and ledger and routing document say what is in production. Neither its config nor its
 * model nor its traffic changes. Once something is in production, there is nothing to do.
 *
 * @returns what is to be known of it, in words
 * @throws NotAdoptableError
 */
export async function adoptEndpoint(props: AdoptionProps): Promise<string> {
  const { routing, ledger, registry, store, sageMaker, pipelineName } = props;
  const before = await routing.read();
  if (before.production) return `version ${before.production.modelVersion} is in production`;
  const serving = await props.endpoint.describeModel();
  const { modelVersion, modelPackageArn } = await registerServingModel(serving, {
    ...props,
    registry,
    store,
  });
  await sageMaker.send(
    new AddTagsCommand({
      ResourceArn: serving.endpoint.EndpointArn,
      Tags: [...tagsOf(props), { Key: ADOPTED_TAG, Value: 'true' }],
    }),
  );
  const route = routeOf(serving);
  const reasons = [adoptionText(serving), captureText(serving, store)];
  const { sequence, time } = await ledger.append({
    time: props.now().toISOString(),
    kind: 'adoption',
    pipeline: pipelineName,
    modelVersion,
    reasons,
    route,
    modelPackageArn,
    ...(props.signer && { signed: true }),
    execution: `adoption:${modelVersion}`,
  });
  await registry.markInProduction(modelPackageArn, time);
  const production = { modelVersion, ...route, modelPackageArn, since: time, ledgerSequence: sequence };
  await routing.change((live): RoutingDocument => ({ ...live, production }));
  return `version ${modelVersion} is in production: ${reasons.join('; ')}`;
}

function routeOf({ endpoint, variant }: ServingVariant) {
  return {
    variant: variant.VariantName ?? '',
    modelName: variant.ModelName,
    endpointConfigName: endpoint.EndpointConfigName ?? '',
  };
}

function adoptionText({ endpoint, variant, container }: ServingVariant & ServingModel): string {
  return `adopted the endpoint ${endpoint.EndpointName}, which serves the model ${variant.ModelName} (${container.ModelDataUrl}) as ${variant.VariantName}`;
}

/** Monitors see only what is recorded, and where the pipeline reads. */
function captureText({ endpoint }: ServingVariant, store: ArtifactStore): string {
  const recording = recordingOf(endpoint.DataCaptureConfig, store.uriOf('capture'));
  const begins = 'the first release begins to record them in the bucket of the pipeline';
  if (recording === 'none') return `its requests are not recorded, so nothing monitors them: ${begins}`;
  return recording === 'here'
    ? 'its requests are recorded and monitored'
    : `its requests are recorded in ${endpoint.DataCaptureConfig?.DestinationS3Uri}, where the pipeline does not read: ${begins}`;
}
