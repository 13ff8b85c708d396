import { Fn } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';

/**
 * Name of the SSM parameter in which a pipeline's stack publishes the names of its parts, as one JSON object.
 */
export function resourcesParameterName(pipelineName: string): string {
  return `/model-pipeline/${pipelineName}/resources`;
}

/**
 * The generated names of a deployed pipeline's parts, read by CloudFormation when a stack is deployed in the
 * pipeline's account and region. The deployment fails if there is no such pipeline, or if it has no such
 * part.
 */
export class PublishedParts {
  private readonly document: string;

  constructor(scope: Construct, pipelineName: string) {
    this.document = StringParameter.valueForStringParameter(scope, resourcesParameterName(pipelineName));
  }

  /**
   * The text of one member. CloudFormation cannot parse JSON, but names and ARNs have no character that JSON
   * escapes.
   */
  text(member: string): string {
    const after = Fn.select(1, Fn.split(`"${member}":"`, this.document));
    return Fn.select(0, Fn.split('"', after));
  }
}
