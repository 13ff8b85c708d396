import type { IRole } from 'aws-cdk-lib/aws-iam';
import { allowEncryptedVolumes } from '../platform/encryption';
import { arn } from './arn';
import { taggedBy } from './ownership';
import type { FunctionContext } from './part-context';
import type { Workflow } from './workflow';

export interface TransformJobRights {
  readonly context: FunctionContext;
  /** Pattern of the ARNs of the jobs. */
  readonly jobs: string;
  /** Pattern of the ARNs of the models that the workflow makes for them. */
  readonly models: string;
  /** Condition of a request to make a model, by its tags. */
  readonly madeFor: Record<string, unknown>;
  /** Condition by which the workflow deletes only models that it has made. */
  readonly madeBy: Record<string, unknown>;
  /** Role of the models. */
  readonly role: IRole;
}

/**
 * Lets a workflow make a model, score with it by a batch transform job, and delete it.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export function allowTransformJobs(workflow: Workflow, rights: TransformJobRights): void {
  const { context, jobs, models, madeFor, madeBy, role } = rights;
  workflow
    .allow(
      ['sagemaker:CreateTransformJob', 'sagemaker:DescribeTransformJob', 'sagemaker:StopTransformJob'],
      [jobs],
    )
    .allow(['sagemaker:CreateModel'], [models], madeFor)
    .allow(['sagemaker:DeleteModel'], [models], madeBy)
    .allow(['sagemaker:AddTags'], [jobs, models], taggedBy('CreateTransformJob', 'CreateModel'))
    // As the CDK's own tasks of SageMaker grant it (aws-stepfunctions-tasks), and AWS's policies for these
    // integrations.
    .allow(['sagemaker:ListTags'], [jobs, models])
    .allow(['iam:PassRole'], [role.roleArn], {
      StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    })
    .allow(
      ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      [arn(workflow, 'events', 'rule/StepFunctionsGetEventsForSageMakerTransformJobsRule')],
    );
  allowEncryptedVolumes(workflow.stateMachine.role, context.platform);
}
