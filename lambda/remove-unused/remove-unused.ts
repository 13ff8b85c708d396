import {
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  DescribeEndpointConfigCommand,
  type EndpointStatus,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { RemovedResources } from '../../contracts/functions/release';
import { ignoreMissing, PipelineResources } from '../aws/pipeline-resources';
import type { RoutingStore } from '../aws/routing-store';
import type { Owner } from '../domain/release/ownership';
import type { FunctionVersions } from './function-versions';

export interface RemoveUnusedProps extends Owner {
  readonly endpointName: string;
  readonly routing: RoutingStore;
  readonly sageMaker: SageMakerClient;
  /** Of the function that serves; undefined if none does. */
  readonly functionVersions?: FunctionVersions | undefined;
}

/** End of the names of models that a retraining makes for itself, and removes. */
const OF_A_RETRAINING = /-scoring-[^-]+$/;

/**
 * Removes the models and endpoint configs of releases that neither the routing document nor the endpoint
 * uses, the endpoint once a function serves alone, and what the function was before: newer versions of it
 * wait for their release. While a release is in progress it removes nothing: that one will.
 */
export async function removeUnused(props: RemoveUnusedProps): Promise<RemovedResources> {
  const { endpointName, routing, sageMaker, functionVersions } = props;
  const resources = new PipelineResources(sageMaker, props);
  const configs = await resources.endpointConfigs();
  const models = (await resources.models()).filter((name) => !OF_A_RETRAINING.test(name));
  // Read after the lists: a release is noted here before it makes anything, so that nothing of a new one can
  // be in them.
  const { production, candidate } = await routing.read();
  if (candidate) return { removed: [] };
  const isFunctionAlone = production !== undefined && production.endpointConfigName === undefined;
  if (isFunctionAlone) await removeEndpoint(resources, endpointName, sageMaker);
  const endpoint = isFunctionAlone ? undefined : await describeEndpoint(sageMaker, endpointName);
  // Then the document is lost, and does not tell what the version that serves needs. Of somebody else's
  // endpoint it tells nothing.
  const isServing = endpoint !== undefined && !UNUSED.includes(endpoint.EndpointStatus);
  if (!production && isServing && (await resources.isOurs(endpoint.EndpointArn))) return { removed: [] };
  const live = endpoint ? await liveNames(sageMaker, endpoint) : [];
  const used = new Set([production?.endpointConfigName, production?.modelName, ...live]);
  const unusedConfigs = configs.filter((name) => !used.has(name));
  const unusedModels = models.filter((name) => !used.has(name));
  for (const name of unusedConfigs) await resources.deleteEndpointConfig(name);
  for (const name of unusedModels) await resources.deleteModel(name);
  const former = production?.functionVersion
    ? await functionVersions?.removeBefore(production.functionVersion)
    : undefined;
  return { removed: [...unusedConfigs, ...unusedModels, ...(former ?? [])] };
}

/** What served before a function did alone. */
async function removeEndpoint(
  resources: PipelineResources,
  EndpointName: string,
  client: SageMakerClient,
): Promise<void> {
  const endpoint = await client.send(new DescribeEndpointCommand({ EndpointName })).catch(ignoreMissing);
  if (!endpoint || !(await resources.isOurs(endpoint.EndpointArn))) return;
  await client.send(new DeleteEndpointCommand({ EndpointName })).catch(ignoreMissing);
}

/** Statuses of an endpoint that serves nothing, as a first release leaves it that fails. */
const UNUSED: readonly (EndpointStatus | undefined)[] = ['Failed', 'Deleting'];

async function describeEndpoint(
  client: SageMakerClient,
  EndpointName: string,
): Promise<DescribeEndpointCommandOutput | undefined> {
  const found = await client.send(new DescribeEndpointCommand({ EndpointName })).catch(ignoreMissing);
  return found ?? undefined;
}

/** The config that the endpoint runs, and its models. */
async function liveNames(
  client: SageMakerClient,
  { EndpointConfigName }: DescribeEndpointCommandOutput,
): Promise<(string | undefined)[]> {
  const config = await client
    .send(new DescribeEndpointConfigCommand({ EndpointConfigName }))
    .catch(ignoreMissing);
  const variants = [...(config?.ProductionVariants ?? []), ...(config?.ShadowProductionVariants ?? [])];
  return [EndpointConfigName, ...variants.map(({ ModelName }) => ModelName)];
}
