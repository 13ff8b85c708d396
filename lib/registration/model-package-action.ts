import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { PipelineContext } from '../runtime/pipeline-context';
import type { PipelineFunction } from '../runtime/pipeline-function';

/** What follows from a model package that others put into a pipeline's model package group. */
export enum ModelPackageAction {
  /** A version is made of it, which the promotion policy judges; people release it. */
  REGISTER = 'register',
  /** The same, and a version that the promotion policy approves is released. */
  RELEASE = 'release',
}

/** Has the function that registers versions take what others put into the registry. */
export function takeModelPackages(
  scope: Construct,
  handler: PipelineFunction<'register-artifact'>,
  { pipelineName, registry, failures }: PipelineContext,
): void {
  // What its own versions are, by which it knows their packages.
  handler.canRead('models/').canNotify().reportsFailedEventsTo(failures);
  new Rule(scope, 'OnModelPackage', {
    description: `Makes versions of ${pipelineName} of model packages that others put into its group`,
    // https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
    eventPattern: {
      source: ['aws.sagemaker'],
      detailType: ['SageMaker Model Package State Change'],
      detail: {
        ModelPackageGroupName: [registry.modelPackageGroupName],
        // One that is put there as approved is refused, and not left alone.
        ModelApprovalStatus: ['PendingManualApproval', 'Approved'],
        ModelPackageStatus: ['Completed'],
      },
    },
    targets: [failures.behind(new LambdaFunction(handler))],
  });
}
