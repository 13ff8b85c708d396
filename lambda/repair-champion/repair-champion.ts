import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import {
  type AsyncInferenceConfig,
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  type DataCaptureConfig,
  DeleteEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  type EndpointStatus,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { Repair, RepairChampionSettings } from '../../contracts/functions/release';
import type { ProductionRoute } from '../../contracts/routing';
import { checkRegistered } from '../aws/check-artifacts';
import type { ModelRegistry } from '../aws/model-registry';
import { OwnEndpoint } from '../aws/own-endpoint';
import { ignoreMissing } from '../aws/pipeline-resources';
import type { RoutingRecovery } from '../aws/routing-recovery';
import { stopScaling } from '../aws/scaling-targets';
import type { SignatureCheck } from '../aws/signature-check';
import type { ArtifactStore } from '../aws/store';
import type { Owner } from '../domain/release/ownership';
import { deployedVariant, servingContainer } from '../plan-release/workflow-plan';

export interface RepairProps extends Owner {
  readonly endpointName: string;
  readonly recovery: Pick<RoutingRecovery, 'read'>;
  readonly registry: ModelRegistry;
  readonly store: ArtifactStore;
  /** Undefined if versions are not signed. */
  readonly signatures?: SignatureCheck | undefined;
  readonly sageMaker: SageMakerClient;
  readonly autoScaling: ApplicationAutoScalingClient;
  readonly settings: RepairChampionSettings;
}

/** The version in production cannot be recreated. */
export class ChampionLostError extends Error {
  override readonly name = 'ChampionLost';
}

/** Statuses in which an endpoint answers, or is about to. */
const UP: readonly (EndpointStatus | undefined)[] = [
  'InService',
  'Creating',
  'Updating',
  'SystemUpdating',
  'RollingBack',
];

/**
 * Recreates what somebody deleted of the version in production: its model, from the registry; its endpoint
 * config, with the current hosting settings; the endpoint, which is deleted first if it has failed, since AWS
 * allows nothing else then. Takes as many calls as SageMaker takes time. A function that serves alone needs
 * the model for scoring only. A lost routing document is rebuilt first.
 *
 * @throws ChampionLostError if the endpoint answers, but the version can be put beside no other
 * @throws EndpointNotOursError if somebody else has an endpoint of the name
 * @throws RoutingLostError if the routing document is lost, and cannot be rebuilt
 */
export async function repairChampion(props: RepairProps): Promise<Repair> {
  const { document, done } = await props.recovery.read();
  const { production, candidate } = document;
  const repair = {
    production: production?.modelVersion ?? null,
    candidate: candidate?.modelVersion ?? null,
    done: [...done],
  };
  if (!props.settings.hosting) {
    if (production) await repairModel(production, props, repair.done);
    return { ...repair, isUp: true };
  }
  const status = await endpointStatus(props);
  const isUp = UP.includes(status);
  if (!production) return { ...repair, isUp };
  const lost = await repairParts(production, props, repair.done);
  if (lost && isUp) throw lost;
  if (status === 'Failed') await deleteEndpoint(props, repair.done);
  if (status === undefined && !lost) await createEndpoint(production, props, repair.done);
  return { ...repair, isUp };
}

/** Undefined if there is no endpoint. */
async function endpointStatus(props: RepairProps): Promise<EndpointStatus | undefined> {
  const endpoint = await new OwnEndpoint(props.sageMaker, props.endpointName, props).describe();
  return endpoint?.EndpointStatus;
}

/** @returns why they cannot be made, if they cannot */
async function repairParts(
  production: ProductionRoute,
  props: RepairProps,
  done: string[],
): Promise<ChampionLostError | undefined> {
  const { sageMaker, autoScaling, settings, endpointName } = props;
  const { modelVersion, modelName, endpointConfigName, variant } = production;
  if (!(await repairModel(production, props, done))) {
    return new ChampionLostError(
      `the model ${modelName} of version ${modelVersion} in production was deleted, and so was the version in the registry, so no challenger can be added to its endpoint: register it again; or delete the endpoint ${endpointName}, and the next release creates a new one`,
    );
  }
  const config = await sageMaker
    .send(new DescribeEndpointConfigCommand({ EndpointConfigName: endpointConfigName }))
    .catch(ignoreMissing);
  if (!config) {
    // Its instances may be of another type now.
    await stopScaling(autoScaling, endpointName, [variant]);
    await sageMaker
      .send(
        new CreateEndpointConfigCommand({
          EndpointConfigName: endpointConfigName,
          ProductionVariants: [deployedVariant(production, 1, settings)],
          // The constructs write it in SageMaker's own terms.
          DataCaptureConfig: settings.dataCapture as DataCaptureConfig | undefined,
          AsyncInferenceConfig: settings.asyncInference as AsyncInferenceConfig | undefined,
          KmsKeyId: settings.volumeKey,
          Tags: [...settings.tags],
        }),
      )
      .catch(ignoreExisting);
    done.push(`recreated the endpoint config ${endpointConfigName}`);
  }
  return undefined;
}

/**
 * @returns whether it is there now; it cannot be if nobody knows the version
 * @throws ArtifactReplacedError, VersionNotSignedError, SignatureNotValidError if it would be another model
 */
async function repairModel(
  { modelVersion, modelName, ledgerSequence }: ProductionRoute,
  props: RepairProps,
  done: string[],
): Promise<boolean> {
  const { sageMaker, registry, store, settings } = props;
  const model = await sageMaker.send(new DescribeModelCommand({ ModelName: modelName })).catch(ignoreMissing);
  if (model) return true;
  const version = await registry.find(modelVersion);
  if (!version) return false;
  await checkRegistered(version, store);
  await props.signatures?.check(version, ledgerSequence);
  await sageMaker
    .send(
      new CreateModelCommand({
        ModelName: modelName,
        ExecutionRoleArn: settings.executionRoleArn,
        PrimaryContainer: servingContainer(version, settings),
        EnableNetworkIsolation: settings.networkIsolation,
        VpcConfig: settings.vpcConfig && {
          SecurityGroupIds: [...settings.vpcConfig.SecurityGroupIds],
          Subnets: [...settings.vpcConfig.Subnets],
        },
        Tags: [...settings.tags],
      }),
    )
    .catch(ignoreExisting);
  done.push(`recreated the model ${modelName} of version ${modelVersion}`);
  return true;
}

async function createEndpoint(
  { endpointConfigName }: ProductionRoute,
  props: RepairProps,
  done: string[],
): Promise<void> {
  const { sageMaker, endpointName, settings } = props;
  await sageMaker
    .send(
      new CreateEndpointCommand({
        EndpointName: endpointName,
        EndpointConfigName: endpointConfigName,
        Tags: [...settings.tags],
      }),
    )
    .catch(ignoreExisting);
  done.push(`began to recreate the endpoint ${endpointName}`);
}

async function deleteEndpoint({ sageMaker, endpointName }: RepairProps, done: string[]): Promise<void> {
  await sageMaker.send(new DeleteEndpointCommand({ EndpointName: endpointName })).catch(ignoreMissing);
  done.push(`deleted the endpoint ${endpointName}, which had failed, to recreate it`);
}

/** An answer may have been lost, or another repair was quicker. */
function ignoreExisting(error: Error): void {
  if (!/already exist/i.test(error.message)) throw error;
}
