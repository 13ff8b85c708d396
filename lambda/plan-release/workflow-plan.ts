import type { ProductionVariant } from '@aws-sdk/client-sagemaker';
import type { PlanReleaseSettings } from '../../contracts/functions/release';
import type { EndpointSettings, HostingSettings } from '../../contracts/hosting';
import type { DeployedVariant, ReleasePlan, ServingContainer } from '../../contracts/release-plan';
import type { ProductionRoute } from '../../contracts/routing';
import type { RegisteredVersion } from '../aws/model-registry';
import type { PlannedRelease } from '../domain/release/release-plan';
import { SHADOW_VARIANT } from '../domain/release/shadow-variant';

/** What is known of a release beside its plan. */
export interface KnownOfRelease {
  /** Whether the version's signature was verified. @default false */
  readonly signed?: boolean | undefined;
  /** The champion's variant. @default - one with the current hosting settings */
  readonly champion?: DeployedVariant | undefined;
}

/** Writes a plan out for the workflow. */
export function workflowPlan(
  plan: PlannedRelease,
  version: RegisteredVersion,
  settings: Pick<PlanReleaseSettings, keyof HostingSettings | 'functionVersion' | 'shadowShare'>,
  { signed = false, champion: asItIs }: KnownOfRelease = {},
): ReleasePlan {
  const { challenger, champion } = plan;
  const deployedChampion = champion && (asItIs ?? deployedVariant(champion, 1, settings));
  const deployed = (route: Pick<ProductionRoute, 'variant' | 'modelName'>, weight: number) =>
    deployedVariant(route, weight, settings);
  const finalVariants = settings.hosting ? [deployed(challenger, 1)] : [];
  return {
    endpointName: plan.endpointName,
    releaseId: plan.releaseId,
    modelName: challenger.modelName,
    modelVersion: challenger.modelVersion,
    modelPackageArn: version.modelPackageArn,
    dataVersion: version.properties.dataVersion ?? null,
    signed,
    container: servingContainer(version, settings),
    networkIsolation: settings.networkIsolation,
    variant: challenger.variant,
    championVariant: champion?.variant ?? null,
    champion: champion ?? null,
    configName: plan.releaseEndpointConfigName ?? plan.endpointConfigName ?? null,
    variants:
      deployedChampion && plan.releaseEndpointConfigName
        ? [deployedChampion, deployed(challenger, 0)]
        : finalVariants,
    finalConfigName: plan.endpointConfigName ?? null,
    finalVariants,
    functionVersion: settings.functionVersion ?? null,
    steps: plan.steps,
    shadow:
      deployedChampion && plan.shadowEndpointConfigName !== undefined
        ? {
            configName: plan.shadowEndpointConfigName,
            variants: [deployedChampion],
            // SageMaker copies the shadow's weight over the production variant's of the requests.
            shadowVariants: [deployed({ ...challenger, variant: SHADOW_VARIANT }, settings.shadowShare ?? 1)],
          }
        : null,
    first: champion === undefined,
  };
}

/** A variant with the current hosting settings. */
export function deployedVariant(
  { variant, modelName }: Pick<ProductionRoute, 'variant' | 'modelName'>,
  weight: number,
  { hosting }: HostingSettings,
): ProductionVariant & DeployedVariant {
  return {
    VariantName: variant,
    ModelName: modelName,
    ...(hosting && resourcesOf(hosting)),
    InitialVariantWeight: weight,
  };
}

function resourcesOf(
  hosting: EndpointSettings,
): Pick<ProductionVariant & DeployedVariant, 'InstanceType' | 'InitialInstanceCount' | 'ServerlessConfig'> {
  switch (hosting.kind) {
    case 'realTime':
    case 'asynchronous':
      return {
        InstanceType: hosting.instanceType as ProductionVariant['InstanceType'],
        InitialInstanceCount: hosting.initialInstanceCount,
      };
    case 'serverless':
      return {
        ServerlessConfig: {
          MemorySizeInMB: hosting.memorySizeInMb,
          MaxConcurrency: hosting.maxConcurrency,
          ProvisionedConcurrency: hosting.provisionedConcurrency,
        },
      };
  }
}

/** A version cannot be served with the current hosting settings. */
export class NeedsNetworkError extends Error {
  override readonly name = 'NeedsNetwork';
}

/** @throws NeedsNetworkError if the version fetches its scripts when it starts, and may not */
export function checkNetwork(
  { modelVersion, container }: RegisteredVersion,
  { networkIsolation }: Pick<HostingSettings, 'networkIsolation'>,
): void {
  if (!networkIsolation || !container.environment.SAGEMAKER_SUBMIT_DIRECTORY?.startsWith('s3://')) return;
  throw new NeedsNetworkError(
    `version ${modelVersion} fetches its scripts from S3 when it starts, which hosting.networkIsolation denies: retrain, because newer versions contain them, or release it without networkIsolation`,
  );
}

/**
 * The container that serves a version.
 *
 * @throws NeedsNetworkError
 */
export function servingContainer(version: RegisteredVersion, settings: HostingSettings): ServingContainer {
  checkNetwork(version, settings);
  return {
    Image: version.container.image,
    ModelDataUrl: version.container.modelDataUrl,
    Environment: environmentOf(version, settings),
  };
}

/** What says where a version's code and its packages are, and how they are installed. */
const OF_CODE = /^(SAGEMAKER_.*|PIP_NO_INDEX|PYTHONPATH)$/;

/**
 * Those that a version may have none of: it then was registered before its packages were part of its archive.
 */
const OF_VENDORED_CODE = ['PIP_NO_INDEX', 'PYTHONPATH'];

/** A version's own code serves it, whatever the current code is; all other settings are the current ones. */
function environmentOf(
  { container, properties }: RegisteredVersion,
  { servingEnvironment }: HostingSettings,
): Record<string, string> {
  // One that was found at an adopted endpoint needs what its owner gave it.
  if (properties.ownEnvironment === 'true') return { ...container.environment };
  const current = Object.entries(servingEnvironment).filter(([name]) => !OF_VENDORED_CODE.includes(name));
  const own = Object.entries(container.environment)
    .filter(([name]) => OF_CODE.test(name))
    // An older version has its code beside its model, wherever it was registered with.
    .map(([name, value]) => [
      name,
      name === 'SAGEMAKER_SUBMIT_DIRECTORY' && value.startsWith('s3://')
        ? container.modelDataUrl.replace(/[^/]+$/, 'sourcedir.tar.gz')
        : value,
    ]);
  return Object.fromEntries([...current, ...own]);
}
