import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteEndpointCommand,
  DeleteModelPackageCommand,
  DescribeEndpointCommand,
  DescribeModelPackageGroupCommand,
  paginateListModelPackages,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { paginateListExecutions, type SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import {
  collect,
  ignoreMissing,
  noneIfMissing,
  PipelineResources,
  tagsOfResource,
} from '../aws/pipeline-resources';
import { endInstances } from '../aws/provisioned-versions';
import { deleteWakingAlarm } from '../aws/waking-policy';
import { isMadeBy, type Owner } from '../domain/release/ownership';
import { leaveAdopted } from './leave-adopted';
import { type Patience, waitUntil } from './wait-until';

export interface RemovalProps extends Owner {
  readonly endpointName: string;
  readonly modelPackageGroup: string;
  /** The workflows that make what is removed here. */
  readonly stateMachineArns: readonly string[];
  /** Of an asynchronous endpoint: no resource of the stack. */
  readonly wakingAlarm?: string | undefined;
  /**
   * Whose versions have instances before requests: scaling them makes alarms that are no resources either.
   */
  readonly provisionedFunction?: string | undefined;
  readonly sageMaker: SageMakerClient;
  readonly cloudWatch: CloudWatchClient;
  readonly lambda: LambdaClient;
  readonly autoScaling: ApplicationAutoScalingClient;
  readonly stepFunctions: SFNClient;
  readonly patience: Patience;
}

/**
 * Removes what the workflows of a pipeline have made, the workflows' running executions first. What is gone
 * already is no error, so that a removal can be repeated. Endpoints, configs, models and the registry count
 * as the pipeline's by their tags. An endpoint that was adopted stays as it serves, and so does what it runs
 * on.
 *
 * @throws Error if something is still there at the deadline
 */
export async function removePipeline(props: RemovalProps): Promise<void> {
  await stopExecutions(props);
  if (!(await leaveAdopted(props))) await removeEndpoint(props);
  const { wakingAlarm, provisionedFunction: functionName } = props;
  if (wakingAlarm !== undefined) await deleteWakingAlarm(wakingAlarm, props.cloudWatch);
  if (functionName !== undefined) await endInstances({ ...props, functionName });
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
    const endpoint = await sageMaker
      .send(new DescribeEndpointCommand({ EndpointName: endpointName }))
      .catch(ignoreMissing);
    if (!endpoint || !(await new PipelineResources(sageMaker, props).isOurs(endpoint.EndpointArn)))
      return undefined;
    let refusal = '';
    if (endpoint.EndpointStatus !== 'Deleting') {
      // SageMaker refuses to delete an endpoint while it is Creating or Updating.
      await sageMaker
        .send(new DeleteEndpointCommand({ EndpointName: endpointName }))
        .catch((error: Error) => {
          // Denied once the tags are gone, with the endpoint.
          if (!['ValidationException', 'AccessDeniedException'].includes(error.name)) throw error;
          refusal = ` (${error.message})`;
        });
    }
    const advice = refusal && ': wait until SageMaker shows it as InService or Failed';
    return `the endpoint ${endpointName} was still there, ${endpoint.EndpointStatus}${refusal}${advice}`;
  }, patience);
}

async function removeTagged(props: RemovalProps): Promise<void> {
  const resources = new PipelineResources(props.sageMaker, props);
  for (const name of await resources.endpointConfigs()) await resources.deleteEndpointConfig(name);
  for (const name of await resources.models()) await resources.deleteModel(name);
}

async function removeModelPackages(props: RemovalProps): Promise<void> {
  const { sageMaker: client, modelPackageGroup } = props;
  // Packages of a group have no tags of their own.
  const group = await client
    .send(new DescribeModelPackageGroupCommand({ ModelPackageGroupName: modelPackageGroup }))
    .catch(ignoreMissing);
  if (!group || !isMadeBy(props, await tagsOfResource(client, group.ModelPackageGroupArn))) return;
  const pages = paginateListModelPackages({ client }, { ModelPackageGroupName: modelPackageGroup });
  const arns = await collect(pages, ({ ModelPackageSummaryList = [] }) =>
    ModelPackageSummaryList.map(({ ModelPackageArn }) => ModelPackageArn),
  ).catch(noneIfMissing);
  for (const ModelPackageName of arns) {
    await client.send(new DeleteModelPackageCommand({ ModelPackageName })).catch(ignoreMissing);
  }
}

function ignore<T>(errorName: string, instead: T): (error: Error) => T {
  return (error) => {
    if (error.name === errorName) return instead;
    throw error;
  };
}
