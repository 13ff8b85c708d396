import {
  DescribeEndpointCommand,
  type DescribeEndpointCommandOutput,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { isMadeBy, type Owner, ownerText, type Tag, tagsOf } from '../domain/release/ownership';
import { ignoreMissing, tagsOfResource } from './pipeline-resources';

/**
 * An endpoint of the pipeline's name that the pipeline did not make: it is not for the pipeline to change or
 * delete.
 */
export class EndpointNotOursError extends Error {
  override readonly name = 'EndpointNotOurs';
}

/** The pipeline's endpoint: that of its name, if the pipeline made it. */
export class OwnEndpoint {
  constructor(
    private readonly client: SageMakerClient,
    private readonly endpointName: string,
    private readonly owner: Owner,
  ) {}

  /**
   * @returns undefined if there is no endpoint of the name
   * @throws EndpointNotOursError if somebody else made it
   */
  async describe(): Promise<DescribeEndpointCommandOutput | undefined> {
    const endpoint = await this.client
      .send(new DescribeEndpointCommand({ EndpointName: this.endpointName }))
      .catch(ignoreMissing);
    if (!endpoint) return undefined;
    const tags = await tagsOfResource(this.client, endpoint.EndpointArn);
    if (!isMadeBy(this.owner, tags)) throw this.notOurs(endpoint.EndpointArn, tags);
    return endpoint;
  }

  private notOurs(arn: string | undefined, tags: readonly Tag[]): EndpointNotOursError {
    const expected = tagsOf(this.owner).map(({ Key, Value }) => `Key=${Key},Value=${Value}`);
    return new EndpointNotOursError(
      `the endpoint '${this.endpointName}' was not created by this pipeline (${ownerText(tags)}), so it is neither changed nor deleted: delete it or move it to another name, then run model-pipeline repair ${this.owner.pipelineName}; if it is this pipeline's and only lost its tags, give them back: aws sagemaker add-tags --resource-arn ${arn} --tags ${expected.join(' ')}`,
    );
  }
}
