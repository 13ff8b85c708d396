import { Fn } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';

/**
 * Name of the SSM parameter in which a pipeline's stack publishes the names of its parts, as one JSON object.
 */
export function resourcesParameterName(pipelineName: string): string {
  return `/model-pipeline/${pipelineName}/resources`;
}

/** Name of the SSM parameter in which a batch of a pipeline publishes the names of its parts. */
export function batchParameterName(pipelineName: string, batchName: string): string {
  return `/model-pipeline/${pipelineName}/batch/${batchName}`;
}

/** Name of the SSM parameter in which a stream of a pipeline publishes the names of its parts. */
export function streamParameterName(pipelineName: string, streamName: string): string {
  return `/model-pipeline/${pipelineName}/streams/${streamName}`;
}

/**
 * The generated names of a deployed pipeline's parts, read by CloudFormation when a stack is deployed in the
 * pipeline's account and region. The deployment fails if there is no such pipeline.
 */
export class PublishedParts {
  private readonly document: string;

  constructor(scope: Construct, pipelineName: string) {
    this.document = StringParameter.valueForStringParameter(scope, resourcesParameterName(pipelineName));
  }

  /**
   * The text of one member. CloudFormation cannot parse JSON, but names and ARNs have no character that JSON
   * escapes.
   *
   * @param otherwise the text if there is no such member; by default the deployment fails
   */
  text(member: string, otherwise?: string): string {
    // Of two members the first counts. A source of `Fn::Split` may be a `Fn::Join`:
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-split.html
    const document = otherwise === undefined ? this.document : `${this.document}"${member}":"${otherwise}"`;
    const after = Fn.select(1, Fn.split(`"${member}":"`, document));
    return Fn.select(0, Fn.split('"', after));
  }
}
