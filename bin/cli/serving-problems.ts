import { EndpointNotOursError, OwnEndpoint } from '../../lambda/aws/own-endpoint';
import { RoutingStore } from '../../lambda/aws/routing-store';
import { putsIntoProduction } from '../../lambda/domain/records/ledger';
import type { Aws } from './aws';
import type { Pipeline } from './pipeline';

/**
 * What prevents a pipeline from changing the serving version: its endpoint's name is somebody else's, or its
 * routing document is lost.
 */
export async function servingProblems(aws: Aws, pipeline: Pipeline): Promise<string[]> {
  const { ownerId, endpoint: endpointName, routingParameter } = pipeline.resources;
  const owner = { pipelineName: pipeline.name, ownerId };
  let status: string | undefined;
  try {
    const own = endpointName ? new OwnEndpoint(aws.sagemaker, endpointName, owner) : undefined;
    status = (await own?.describe())?.EndpointStatus;
  } catch (error) {
    if (error instanceof EndpointNotOursError) return [error.message];
    throw error;
  }
  const serves = status !== undefined && !['Failed', 'Deleting'].includes(status);
  const lost = await loss(
    new RoutingStore(aws.ssm, routingParameter),
    async () => serves || hasReleased(pipeline),
  );
  return lost === undefined
    ? []
    : [`the routing document ${lost}: rebuild it with model-pipeline repair --pipeline ${pipeline.name}`];
}

/** @returns how the document is lost; undefined if it is not */
async function loss(routing: RoutingStore, isServing: () => Promise<boolean>): Promise<string | undefined> {
  if ((await routing.tryReadText()) === undefined) return 'is missing';
  const document = await routing.read().catch((error: Error) => error);
  if (document instanceof Error) return `cannot be read (${document.message})`;
  const { production, candidate } = document;
  return !production && !candidate && (await isServing()) ? 'is empty, although a version serves' : undefined;
}

async function hasReleased(pipeline: Pipeline): Promise<boolean> {
  for await (const { entry } of pipeline.ledger().backwards())
    if (entry && putsIntoProduction(entry)) return true;
  return false;
}
