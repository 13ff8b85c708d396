import { createHash } from 'node:crypto';
import {
  type CloudFormationClient,
  DescribeStackResourceCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import {
  AddTagsCommand,
  DescribeEndpointCommand,
  DescribeModelPackageGroupCommand,
  paginateListEndpointConfigs,
  paginateListModels,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import * as z from 'zod/mini';
import type { CloudFormationRequest } from '../aws/cloudformation-request';
import { collect, ignoreMissing, tagsOfResource } from '../aws/pipeline-resources';
import { beginningOfNames } from '../domain/release/generated-names';
import { isAdoptable, isMadeBy, type Owner, ownerIdOf, ownerText, tagsOf } from '../domain/release/ownership';

export const identityProperties = z.object({
  PipelineName: z.string().check(z.minLength(1)),
  /** Whether the pipeline has an endpoint, which has its name, unless it is adopted. */
  HasEndpoint: z.enum(['true', 'false']),
  /** Name of the endpoint that the pipeline adopts. */
  AdoptedEndpoint: z.optional(z.string()),
  /**
   * Logical id of the model package group, by which an earlier deployment of this very construct is known.
   */
  RegistryLogicalId: z.string(),
  ConstructPath: z.string(),
  /**
   * Type of the resource whose deletion deletes what a pipeline made; templates of earlier versions do not
   * tell.
   */
  LifecycleType: z.optional(z.string()),
  /** Logical ids of all resources of that type in the stack's template. */
  LifecycleLogicalIds: z._default(z.array(z.string()), []),
});

export type IdentityRequest = CloudFormationRequest<z.infer<typeof identityProperties>>;

export interface IdentityProps {
  readonly sageMaker: SageMakerClient;
  readonly cloudFormation: CloudFormationClient;
}

/** The name belongs to something that this pipeline did not make. */
export class NameTakenError extends Error {
  override readonly name = 'NameTaken';
}

/**
 * A pipeline leaves the stack in the same deployment in which this one joins it: the construct may have been
 * moved.
 */
export class PipelineReplacedError extends Error {
  override readonly name = 'PipelineReplaced';
}

/** A deployed pipeline keeps its endpoint. */
export class AdoptionChangedError extends Error {
  override readonly name = 'AdoptionChanged';
}

/** A deployed pipeline keeps its name. */
export class PipelineRenamedError extends Error {
  override readonly name = 'PipelineRenamed';
}

/**
 * Identifies a pipeline: its name and id, of which the id is new with each creation. CloudFormation keeps it
 * until the pipeline leaves the stack, and sends it with each request, also when it rolls a change back.
 */
export function identityOf({
  PhysicalResourceId,
  StackId,
  LogicalResourceId,
  RequestId,
  ResourceProperties,
}: IdentityRequest): Owner {
  if (PhysicalResourceId === undefined) {
    const discriminator = createHash('sha256').update(`${LogicalResourceId} ${RequestId}`).digest('hex');
    const { PipelineName: pipelineName } = ResourceProperties;
    return { pipelineName, ownerId: ownerIdOf(StackId, discriminator.slice(0, 8)) };
  }
  const [pipelineName = '', ...id] = PhysicalResourceId.split('/');
  return { pipelineName, ownerId: id.join('/') };
}

/** How CloudFormation keeps an identity. */
export function physicalIdOf({ pipelineName, ownerId }: Owner): string {
  return `${pipelineName}/${ownerId}`;
}

/**
 * Lets a pipeline have its name, before anything else of it is made or changed. What an earlier version of
 * this package made for the same construct becomes this identity's.
 *
 * @throws NameTakenError, PipelineRenamedError, PipelineReplacedError, AdoptionChangedError
 */
export async function identify(request: IdentityRequest, props: IdentityProps): Promise<Owner> {
  const owner = identityOf(request);
  const { RequestType, ResourceProperties, OldResourceProperties } = request;
  if (RequestType === 'Delete') return owner;
  if (RequestType === 'Update') {
    checkName(owner, ResourceProperties.PipelineName);
    checkAdoption(request);
  } else if (await isDeployed(request, props)) {
    await adopt(owner, props.sageMaker);
  } else {
    await checkRegistry(request, props.sageMaker);
    await checkReplacement(request, props.cloudFormation);
  }
  // A pipeline that has its name already is not refused it: the rollback of an update would fail by the same.
  // What somebody else has made there meanwhile is refused where it matters, by each release.
  const hadEndpoint = RequestType === 'Update' && OldResourceProperties?.HasEndpoint !== 'false';
  const makesEndpoint =
    ResourceProperties.HasEndpoint === 'true' && ResourceProperties.AdoptedEndpoint === undefined;
  if (makesEndpoint && !hadEndpoint) await checkEndpoint(owner, props.sageMaker);
  return owner;
}

function checkName({ pipelineName }: Owner, wanted: string): void {
  if (wanted === pipelineName) return;
  throw new PipelineRenamedError(
    `the pipeline '${pipelineName}' cannot become '${wanted}', since its endpoint, models and registry keep their name; nothing of it was changed. Give it pipelineName: '${pipelineName}' (a name that was generated changes with the construct's path). To change the name, add a second pipeline called '${wanted}', release a version there, let callers use it, then remove this one`,
  );
}

function checkAdoption({ ResourceProperties, OldResourceProperties }: IdentityRequest): void {
  const { AdoptedEndpoint: wanted, PipelineName } = ResourceProperties;
  const found = OldResourceProperties?.AdoptedEndpoint;
  if (wanted === found) return;
  throw new AdoptionChangedError(
    found === undefined
      ? `the pipeline '${PipelineName}' is deployed already, and only a new one can adopt the endpoint '${wanted}'; nothing was changed. Leave out adopt, and add a second pipeline that adopts it`
      : `the pipeline '${PipelineName}' has adopted the endpoint '${found}', which stays its endpoint; nothing was changed. Set adopt: { endpointName: '${found}' } again${wanted === undefined ? '' : `, and add a second pipeline for '${wanted}'`}. To leave the endpoint as it serves, delete the stack or remove the pipeline from it`,
  );
}

/** Whether the stack had this very construct before it had identities. */
async function isDeployed(
  { StackId, ResourceProperties }: IdentityRequest,
  { cloudFormation }: IdentityProps,
): Promise<boolean> {
  const LogicalResourceId = ResourceProperties.RegistryLogicalId;
  try {
    const { StackResourceDetail } = await cloudFormation.send(
      new DescribeStackResourceCommand({ StackName: StackId, LogicalResourceId }),
    );
    return !/^DELETE_|^CREATE_(FAILED|IN_PROGRESS)/.test(StackResourceDetail?.ResourceStatus ?? 'DELETE_');
  } catch (error) {
    // "Resource <logical id> does not exist for stack <stack>"
    if (/does not exist/.test((error as Error).message)) return false;
    throw error;
  }
}

async function checkRegistry(
  { ResourceProperties }: IdentityRequest,
  client: SageMakerClient,
): Promise<void> {
  const { PipelineName, ConstructPath } = ResourceProperties;
  const group = await client
    .send(new DescribeModelPackageGroupCommand({ ModelPackageGroupName: PipelineName }))
    .catch(ignoreMissing);
  if (!group) return;
  const owner = ownerText(await tagsOfResource(client, group.ModelPackageGroupArn));
  throw new NameTakenError(
    `the name '${PipelineName}' is taken: there is a model package group of that name already, which ${ConstructPath} did not create (${owner}). Give this pipeline another pipelineName, or remove the other pipeline first. If the construct was moved in its stack, keep its path, or move it by "cdk refactor", which keeps what is deployed`,
  );
}

/**
 * A generated name changes with the construct's path, so that a pipeline that was moved looks like a new one.
 */
async function checkReplacement(
  { StackId, ResourceProperties }: IdentityRequest,
  client: CloudFormationClient,
): Promise<void> {
  const { PipelineName, ConstructPath, LifecycleType, LifecycleLogicalIds } = ResourceProperties;
  if (LifecycleType === undefined) return;
  // What an update removes is there until its clean-up, which follows when everything else has succeeded:
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
  const resources = await collect(
    paginateListStackResources({ client }, { StackName: StackId }),
    ({ StackResourceSummaries = [] }) => StackResourceSummaries,
  );
  const leaving = resources.find(
    ({ ResourceType, LogicalResourceId = '', ResourceStatus = '' }) =>
      ResourceType === LifecycleType &&
      !LifecycleLogicalIds.includes(LogicalResourceId) &&
      !ResourceStatus.startsWith('DELETE_'),
  );
  if (!leaving) return;
  throw new PipelineReplacedError(
    `this deployment adds the pipeline '${PipelineName}' (${ConstructPath}) and removes another from the stack (${leaving.LogicalResourceId}), whose endpoint or function would be deleted with it; nothing was changed. If the construct was moved, keep its path, or move it by "cdk refactor", which keeps what is deployed; a name that was generated changes with the path, so give it the present name as pipelineName, too. If the other pipeline is to be removed, remove it in a deployment of its own`,
  );
}

async function checkEndpoint(owner: Owner, client: SageMakerClient): Promise<void> {
  const { pipelineName } = owner;
  const endpoint = await client
    .send(new DescribeEndpointCommand({ EndpointName: pipelineName }))
    .catch(ignoreMissing);
  if (!endpoint) return;
  const tags = await tagsOfResource(client, endpoint.EndpointArn);
  if (isMadeBy(owner, tags)) return;
  throw new NameTakenError(
    `the name '${pipelineName}' is taken: there is an endpoint of that name already, which this pipeline did not create (${ownerText(tags)}). It is neither changed nor deleted: give the pipeline another pipelineName, or take that endpoint over as it serves (adopt: { endpointName: '${pipelineName}' }), or delete it first`,
  );
}

/** Gives what was made for this construct before, and has its name, its id, too. */
async function adopt(owner: Owner, client: SageMakerClient): Promise<void> {
  const { pipelineName } = owner;
  const NameContains = beginningOfNames(pipelineName);
  const endpoint = await client
    .send(new DescribeEndpointCommand({ EndpointName: pipelineName }))
    .catch(ignoreMissing);
  const configs = paginateListEndpointConfigs({ client }, { NameContains });
  const models = paginateListModels({ client }, { NameContains });
  const arns = [
    endpoint?.EndpointArn,
    ...(await collect(configs, ({ EndpointConfigs = [] }) =>
      EndpointConfigs.map(({ EndpointConfigArn }) => EndpointConfigArn),
    )),
    ...(await collect(models, ({ Models = [] }) => Models.map(({ ModelArn }) => ModelArn))),
  ];
  for (const ResourceArn of arns) {
    if (!ResourceArn || !isAdoptable(owner, await tagsOfResource(client, ResourceArn))) continue;
    await client.send(new AddTagsCommand({ ResourceArn, Tags: tagsOf(owner) }));
  }
}
