import {
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DeleteModelPackageCommand,
  paginateListEndpointConfigs,
  paginateListEndpoints,
  paginateListModelPackages,
  paginateListModels,
  paginateListTags,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { paginateListExecutions, type SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { type Patience, waitUntil } from './wait-until';

export interface RemovalProps {
  readonly pipelineName: string;
  readonly endpointName: string;
  readonly modelPackageGroup: string;
  /** The workflows that make what is removed here. */
  readonly stateMachineArns: readonly string[];
  readonly sageMaker: SageMakerClient;
  readonly stepFunctions: SFNClient;
  readonly patience: Patience;
}

/**
 * Removes what the workflows of a pipeline have made, the workflows' running executions first. What is gone already is
 * no error, so that a removal can be repeated. Endpoints, configs and models count as the pipeline's by their tag.
 *
 * @throws Error if something is still there at the deadline
 */
export async function removePipeline(props: RemovalProps): Promise<void> {
  await stopExecutions(props);
  await removeEndpoint(props);
  await removeTagged(props);
  await removeModelPackages(props);
}

async function stopExecutions({ stateMachineArns, stepFunctions, patience }: RemovalProps): Promise<void> {
  const running = async (): Promise<string[]> => {
    const arns: string[] = [];
    for (const stateMachineArn of stateMachineArns) {
      const pages = paginateListExecutions(
        { client: stepFunctions },
        { stateMachineArn, statusFilter: 'RUNNING' },
      );
      const found = collect(pages, ({ executions = [] }) => executions.map((each) => each.executionArn));
      arns.push(...(await found.catch(ignore('StateMachineDoesNotExist', [] as string[]))));
    }
    return arns;
  };
  await waitUntil(async () => {
    const arns = await running();
    for (const executionArn of arns) {
      await stepFunctions
        .send(new StopExecutionCommand({ executionArn, cause: 'the stack of the pipeline is being deleted' }))
        .catch(ignore('ExecutionDoesNotExist', undefined));
    }
    return arns.length > 0 ? `${arns.length} executions were still running` : undefined;
  }, patience);
}

async function removeEndpoint(props: RemovalProps): Promise<void> {
  const { sageMaker, endpointName, patience } = props;
  await waitUntil(async () => {
    const pages = paginateListEndpoints({ client: sageMaker }, { NameContains: endpointName });
    const endpoints = await collect(pages, ({ Endpoints = [] }) => Endpoints);
    const endpoint = endpoints.find(({ EndpointName }) => EndpointName === endpointName);
    if (!endpoint || !(await isOurs(props, endpoint.EndpointArn))) return undefined;
    let refusal = '';
    if (endpoint.EndpointStatus !== 'Deleting') {
      // An endpoint that is just being updated cannot be deleted yet.
      await sageMaker
        .send(new DeleteEndpointCommand({ EndpointName: endpointName }))
        .catch((error: Error) => {
          if (error.name !== 'ValidationException') throw error;
          refusal = ` (${error.message})`;
        });
    }
    return `the endpoint ${endpointName} was still there, ${endpoint.EndpointStatus}${refusal}`;
  }, patience);
}

async function removeTagged(props: RemovalProps): Promise<void> {
  const { sageMaker: client, pipelineName } = props;
  // Generated names begin with at least this much of the pipeline's name.
  const NameContains = pipelineName.slice(0, 30);
  const configs = await collect(
    paginateListEndpointConfigs({ client }, { NameContains }),
    ({ EndpointConfigs = [] }) => EndpointConfigs,
  );
  for (const { EndpointConfigName, EndpointConfigArn } of configs) {
    if (!(await isOurs(props, EndpointConfigArn))) continue;
    await client.send(new DeleteEndpointConfigCommand({ EndpointConfigName })).catch(ignoreMissing);
  }
  const models = await collect(paginateListModels({ client }, { NameContains }), ({ Models = [] }) => Models);
  for (const { ModelName, ModelArn } of models) {
    if (!(await isOurs(props, ModelArn))) continue;
    await client.send(new DeleteModelCommand({ ModelName })).catch(ignoreMissing);
  }
}

async function removeModelPackages({ sageMaker: client, modelPackageGroup }: RemovalProps): Promise<void> {
  const pages = paginateListModelPackages({ client }, { ModelPackageGroupName: modelPackageGroup });
  const arns = await collect(pages, ({ ModelPackageSummaryList = [] }) =>
    ModelPackageSummaryList.map(({ ModelPackageArn }) => ModelPackageArn),
  ).catch(noneIfMissing);
  for (const ModelPackageName of arns) {
    await client.send(new DeleteModelPackageCommand({ ModelPackageName })).catch(ignoreMissing);
  }
}

async function isOurs({ sageMaker, pipelineName }: RemovalProps, arn?: string): Promise<boolean> {
  const pages = paginateListTags({ client: sageMaker }, { ResourceArn: arn });
  const tags = await collect(pages, ({ Tags = [] }) => Tags).catch(noneIfMissing);
  return tags.some(({ Key, Value }) => Key === 'model-pipeline' && Value === pipelineName);
}

async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly (Item | undefined)[],
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...itemsOf(page).filter((item) => item !== undefined));
  return items;
}

function ignore<T>(errorName: string, instead: T): (error: Error) => T {
  return (error) => {
    if (error.name === errorName) return instead;
    throw error;
  };
}

function ignoreMissing(error: Error): void {
  if (!isMissing(error)) throw error;
}

function noneIfMissing(error: Error): never[] {
  ignoreMissing(error);
  return [];
}

/** SageMaker has no error of its own for most things that do not exist. */
function isMissing({ name, message }: Error): boolean {
  return (
    name === 'ResourceNotFound' ||
    (name === 'ValidationException' && /could not find|does not exist|not found/i.test(message))
  );
}
