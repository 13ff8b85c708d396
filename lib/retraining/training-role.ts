import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { PipelineContext } from '../runtime/pipeline-context';
import { sageMakerRole } from '../runtime/sagemaker-role';
import { repositoryArn } from '../serving/image-repository';
import type { Training } from './training';

/**
 * The role of training jobs. The user's scripts have its rights, and a network: it reads no labels of the
 * holdout, and writes nothing that something else reads without a check.
 *
 * A training may overwrite what another one left below `training-output/` and `checkpoints/`, since both have
 * this role, and IAM cannot tell them apart: SageMaker assumes it with the same session for each, and adds
 * session tags only if the caller's own session has some (`SessionChainingConfig` of CreateTrainingJob),
 * which a session of Step Functions has not. The bucket keeps what was overwritten as an earlier version, and
 * what a version is made of is copied to `models/`, where no training may write.
 */
export function trainingRole(
  scope: Construct,
  context: PipelineContext,
  { image, maximumWait }: Pick<Training, 'image' | 'maximumWait'>,
  role?: IRole,
): IRole {
  const current = repositoryArn(scope, image);
  // Only what may be interrupted leaves some.
  const checkpoints = maximumWait ? ['checkpoints/*'] : [];
  return sageMakerRole(scope, 'TrainingRole', {
    context,
    role,
    kind: 'TrainingJobs',
    description: `Trains the model ${context.pipelineName}`,
    reads: ['datasets/*/train/*', 'models/*/sourcedir.tar.gz', ...checkpoints],
    writes: ['training-output/*', ...checkpoints],
    repositories: current === undefined ? [] : [current],
  });
}
