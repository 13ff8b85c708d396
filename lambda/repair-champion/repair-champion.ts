import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  type DataCaptureConfig,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  type EndpointStatus,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { ModelRegistry } from '../aws/model-registry';
import { ignoreMissing } from '../aws/pipeline-resources';
import type { RoutingStore } from '../aws/routing-store';
import type { ProductionRoute } from '../domain/routing';
import { deployedVariant, type HostingSettings, servingContainer } from '../plan-release/release-orders';

export interface RepairProps {
  readonly pipelineName: string;
  readonly endpointName: string;
  readonly routing: RoutingStore;
  readonly registry: ModelRegistry;
  readonly sageMaker: SageMakerClient;
  readonly settings: RepairSettings;
}

export interface RepairSettings extends HostingSettings {
  /** The role that endpoints run with. */
  readonly executionRoleArn: string;
  readonly dataCapture: DataCaptureConfig;
}

/** The version in production cannot be made anew. */
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
 * Makes anew what somebody deleted of the version in production: its model, from the registry; its endpoint config, with the
 * hosting settings of now; the endpoint, which is deleted first if it has failed, since AWS allows nothing else then. Takes
 * as many calls as SageMaker takes time.
 *
 * @returns whether the endpoint answers, with whatever config
 * @throws ChampionLostError if the endpoint answers, but the version can be put beside no other
 */
export async function repairChampion(props: RepairProps): Promise<{ isUp: boolean }> {
  const { production } = await props.routing.read();
  const status = await endpointStatus(props);
  const isUp = UP.includes(status);
  if (!production) return { isUp };
  const lost = await repairParts(production, props);
  if (lost && isUp) throw lost;
  if (status === 'Failed') await deleteEndpoint(props);
  if (status === undefined && !lost) await createEndpoint(production, props);
  return { isUp };
}

/** Undefined if there is no endpoint. */
async function endpointStatus({ sageMaker, endpointName }: RepairProps): Promise<EndpointStatus | undefined> {
  const endpoint = await sageMaker
    .send(new DescribeEndpointCommand({ EndpointName: endpointName }))
    .catch(ignoreMissing);
  return endpoint?.EndpointStatus;
}

/** @returns why they cannot be made, if they cannot */
async function repairParts(
  production: ProductionRoute,
  props: RepairProps,
): Promise<ChampionLostError | undefined> {
  const { sageMaker, settings, pipelineName } = props;
  const { modelVersion, modelName, endpointConfigName } = production;
  const Tags = [{ Key: 'model-pipeline', Value: pipelineName }];
  const model = await sageMaker.send(new DescribeModelCommand({ ModelName: modelName })).catch(ignoreMissing);
  if (!model) {
    const version = await props.registry.find(modelVersion);
    if (!version) {
      return new ChampionLostError(
        `the model ${modelName} of version ${modelVersion} in production was deleted, and so was the version in the registry, so that no other can be put beside it: register it again; or delete the endpoint ${props.endpointName}, and the next release makes a new one`,
      );
    }
    await sageMaker
      .send(
        new CreateModelCommand({
          ModelName: modelName,
          ExecutionRoleArn: settings.executionRoleArn,
          PrimaryContainer: servingContainer(version, settings),
          Tags,
        }),
      )
      .catch(ignoreExisting);
  }
  const config = await sageMaker
    .send(new DescribeEndpointConfigCommand({ EndpointConfigName: endpointConfigName }))
    .catch(ignoreMissing);
  if (!config) {
    await sageMaker
      .send(
        new CreateEndpointConfigCommand({
          EndpointConfigName: endpointConfigName,
          ProductionVariants: [deployedVariant(production, 1, settings)],
          DataCaptureConfig: settings.dataCapture,
          Tags,
        }),
      )
      .catch(ignoreExisting);
  }
  return undefined;
}

async function createEndpoint(
  { endpointConfigName }: ProductionRoute,
  { sageMaker, endpointName, pipelineName }: RepairProps,
): Promise<void> {
  await sageMaker
    .send(
      new CreateEndpointCommand({
        EndpointName: endpointName,
        EndpointConfigName: endpointConfigName,
        Tags: [{ Key: 'model-pipeline', Value: pipelineName }],
      }),
    )
    .catch(ignoreExisting);
}

async function deleteEndpoint({ sageMaker, endpointName }: RepairProps): Promise<void> {
  await sageMaker.send(new DeleteEndpointCommand({ EndpointName: endpointName })).catch(ignoreMissing);
}

/** An answer may have been lost, or another repair was quicker. */
function ignoreExisting(error: Error): void {
  if (!/already exist/i.test(error.message)) throw error;
}
