import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { PipelineContext } from '../runtime/pipeline-context';
import { sageMakerRole } from '../runtime/sagemaker-role';
import { SERVED_FILES, servedRepositories } from '../serving/serving-role';

/** The role of batch jobs, in which versions score the holdout without its labels. */
export function scoringRole(scope: Construct, context: PipelineContext, image: string, role?: IRole): IRole {
  return sageMakerRole(scope, 'ScoringRole', {
    context,
    role,
    kind: 'TransformJobs',
    description: `Scores the holdout with versions of the model ${context.pipelineName}`,
    // What a training left is scored as it is to see whether it reproduces a version.
    reads: [...SERVED_FILES, 'training-output/*/model.tar.gz', 'datasets/*/holdout/features.csv'],
    writes: ['datasets/*/scores/*'],
    repositories: servedRepositories(scope, image),
  });
}
