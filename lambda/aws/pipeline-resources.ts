import {
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  paginateListEndpointConfigs,
  paginateListModels,
  paginateListTags,
  type SageMakerClient,
  type Tag,
} from '@aws-sdk/client-sagemaker';
import { beginningOfNames } from '../domain/release/generated-names';
import { isMadeBy, type Owner } from '../domain/release/ownership';

/** The models and endpoint configs that a pipeline's workflows made: those with its tags. */
export class PipelineResources {
  constructor(
    private readonly client: SageMakerClient,
    private readonly owner: Owner,
  ) {}

  async endpointConfigs(): Promise<string[]> {
    const pages = paginateListEndpointConfigs({ client: this.client }, this.filter());
    const found = await collect(pages, ({ EndpointConfigs = [] }) => EndpointConfigs);
    return this.ours(found.map((each) => [each.EndpointConfigName, each.EndpointConfigArn]));
  }

  async models(): Promise<string[]> {
    const pages = paginateListModels({ client: this.client }, this.filter());
    const found = await collect(pages, ({ Models = [] }) => Models);
    return this.ours(found.map(({ ModelName, ModelArn }) => [ModelName, ModelArn]));
  }

  /** What is not there is no error. */
  async deleteEndpointConfig(EndpointConfigName: string): Promise<void> {
    await this.client.send(new DeleteEndpointConfigCommand({ EndpointConfigName })).catch(ignoreMissing);
  }

  /** What is not there is no error. */
  async deleteModel(ModelName: string): Promise<void> {
    await this.client.send(new DeleteModelCommand({ ModelName })).catch(ignoreMissing);
  }

  /** Whether the pipeline made a resource. */
  async isOurs(ResourceArn: string | undefined): Promise<boolean> {
    return isMadeBy(this.owner, await tagsOfResource(this.client, ResourceArn));
  }

  /** Generated names begin with at least this much of the pipeline's name. */
  private filter(): { NameContains: string } {
    return { NameContains: beginningOfNames(this.owner.pipelineName) };
  }

  private async ours(
    found: readonly (readonly [string | undefined, string | undefined])[],
  ): Promise<string[]> {
    const names: string[] = [];
    for (const [name, arn] of found) if (name && (await this.isOurs(arn))) names.push(name);
    return names;
  }
}

/** None if the resource does not exist. */
export async function tagsOfResource(
  client: SageMakerClient,
  ResourceArn: string | undefined,
): Promise<Tag[]> {
  return collect(paginateListTags({ client }, { ResourceArn }), ({ Tags = [] }) => Tags).catch(noneIfMissing);
}

/** The items of all pages. */
export async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly (Item | undefined)[],
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...itemsOf(page).filter((item) => item !== undefined));
  return items;
}

export function ignoreMissing(error: Error): void {
  if (!isMissing(error)) throw error;
}

export function noneIfMissing(error: Error): never[] {
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
