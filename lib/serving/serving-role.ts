import { Aws } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { publishedRepositories } from '../containers/published-image';
import { arn } from '../runtime/arn';
import type { PipelineContext } from '../runtime/pipeline-context';
import { sageMakerRole } from '../runtime/sagemaker-role';
import type { EndpointHosting } from './endpoint-hosting';
import { repositoryArn } from './image-repository';

/** What a container loads to serve a version. */
export const SERVED_FILES = ['models/*/model.tar.gz', 'models/*/sourcedir.tar.gz'];

/** The role of endpoints: it loads versions, and records requests. */
export function servingRole(
  scope: Construct,
  id: string,
  context: PipelineContext,
  image: string,
  hosting: EndpointHosting | undefined,
  role?: IRole,
): IRole {
  const asynchronous = hosting?.kind === 'asynchronous' ? hosting : undefined;
  return sageMakerRole(scope, id, {
    context,
    role,
    kind: 'Endpoints',
    description: `Serves versions of the model ${context.pipelineName}`,
    reads: [...SERVED_FILES, ...(asynchronous ? ['asynchronous/requests/*'] : [])],
    writes: asynchronous ? ['asynchronous/answers/*', 'asynchronous/failures/*'] : ['capture/*'],
    publishes: [asynchronous?.successTopicArn, asynchronous?.errorTopicArn].filter(
      (topicArn) => topicArn !== undefined,
    ),
    repositories: servedRepositories(scope, image),
  });
}

/**
 * Repositories of all images that versions may have been made with. A version with a previous image can be
 * the champion, or be released again: its image is in the account itself, or AWS's own. The template does not
 * know previous images, and their repositories have nothing in common that IAM could ask for: hence each
 * repository of the account.
 *
 * @param image that serves new versions; without it, one of another account is not among them
 */
export function servedRepositories(scope: Construct, image?: string): string[] {
  const current = image === undefined ? undefined : repositoryArn(scope, image);
  return [
    ...(current ? [current] : []),
    arn(scope, 'ecr', 'repository/*'),
    ...publishedRepositories('inference').map(
      (name) => `arn:${Aws.PARTITION}:ecr:${Aws.REGION}:*:repository/${name}`,
    ),
  ];
}
