import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { PipelineContext } from '../runtime/pipeline-context';
import { arn } from '../runtime/pipeline-function';
import { sageMakerRole } from '../runtime/sagemaker-role';
import { repositoryArn } from '../serving/image-repository';
import { SERVED_FILES, servedRepositories } from '../serving/serving-role';

/**
 * The role of training jobs. The user's scripts have its rights, and a network: it reads no labels of the holdout, and writes nothing
 * that something else reads without a check.
 */
export function trainingRole(scope: Construct, context: PipelineContext, image: string): IRole {
  return sageMakerRole(scope, 'TrainingRole', {
    context,
    kind: 'TrainingJobs',
    description: `Trains the model ${context.pipelineName}`,
    reads: ['datasets/*/train/*', 'models/*/sourcedir.tar.gz', 'checkpoints/*'],
    writes: ['training-output/*', 'checkpoints/*'],
    repositories: [repositoryArn(scope, image) ?? arn(scope, 'ecr', 'repository/*')],
  });
}

/** The role of batch jobs, in which versions score the holdout without its labels. */
export function scoringRole(scope: Construct, context: PipelineContext, image: string): IRole {
  return sageMakerRole(scope, 'ScoringRole', {
    context,
    kind: 'TransformJobs',
    description: `Scores the holdout with versions of the model ${context.pipelineName}`,
    // What a training left is scored as it is to see whether it reproduces a version.
    reads: [...SERVED_FILES, 'training-output/*/model.tar.gz', 'datasets/*/holdout/features.csv'],
    writes: ['datasets/*/scores/*'],
    repositories: servedRepositories(scope, image),
  });
}
