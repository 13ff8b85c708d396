import { Aws, Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { arn } from '../runtime/arn';
import type { PipelineContext } from '../runtime/pipeline-context';
import { PipelineFunction } from '../runtime/pipeline-function';
import { choose, invoke, jsonata, PERSISTENT_RETRY, type State, type States, wait } from '../runtime/states';
import {
  canEndInstances,
  provisionedConcurrencySettings,
  SCALING_OF_FUNCTIONS,
  scalingAlarmsOf,
} from '../serving/provisioned-concurrency';
import type { ServerlessInference } from '../serving/serverless-inference';
import { assignRelease, PLAN, RELEASE } from './release-variables';

/** Makes what starts instances of the function before requests; undefined if none are wanted. */
export function warmFunction(
  scope: Construct,
  context: PipelineContext,
  serverlessInference: ServerlessInference | undefined,
): PipelineFunction<'warm-function'> | undefined {
  if (!serverlessInference?.provisionedConcurrency) return undefined;
  const { lambda } = serverlessInference.deployedVersion;
  const concurrency = provisionedConcurrencySettings(serverlessInference.provisionedConcurrency);
  const warm = new PipelineFunction(scope, 'WarmFunction', {
    context,
    asset: 'warm-function',
    description:
      'Starts instances of the function that serves before requests, and ends those of previous versions',
    timeout: Duration.minutes(1),
    settings: { functionName: lambda.functionName, concurrency },
  })
    .canReadRouting()
    .allow(
      ['Get', 'Put'].map((verb) => `lambda:${verb}ProvisionedConcurrencyConfig`),
      [`${lambda.functionArn}:*`],
    );
  canEndInstances(warm, lambda);
  if (concurrency.maximum === concurrency.minimum) return warm;
  // What Application Auto Scaling asks of who registers a function's version:
  // https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html
  const role =
    'role/aws-service-role/lambda.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_LambdaConcurrency';
  return warm
    .allow(
      ['application-autoscaling:RegisterScalableTarget', 'application-autoscaling:PutScalingPolicy'],
      [arn(scope, 'application-autoscaling', 'scalable-target/*')],
      SCALING_OF_FUNCTIONS,
    )
    .allow(['cloudwatch:PutMetricAlarm'], [scalingAlarmsOf(lambda)])
    .allow(['cloudwatch:DescribeAlarms'], ['*'])
    .allow(['iam:CreateServiceLinkedRole'], [`arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:${role}`], {
      StringEquals: { 'iam:AWSServiceName': 'lambda.application-autoscaling.amazonaws.com' },
    });
}

const BETWEEN_LOOKS_SECONDS = 15;

/**
 * From `WarmFunction` on, until the challenger's version of the function has its instances; then `SmokeTest`.
 */
export function warmStates(warm: PipelineFunction<'warm-function'>): States {
  return {
    WarmFunction: invoke(
      warm,
      { releaseId: jsonata(PLAN.releaseId) },
      {
        next: 'IsFunctionWarm',
        catchTo: 'RestoreChampion',
        assign: (answer) => assignRelease({ isWarm: jsonata(answer.isWarm) }),
      },
    ),
    IsFunctionWarm: choose([[`${RELEASE.isWarm}`, 'SmokeTest']], 'WaitForFunction'),
    WaitForFunction: wait(BETWEEN_LOOKS_SECONDS, 'WarmFunction'),
  };
}

/**
 * Ends the instances of versions that are not in production; what it cannot end now, the next release will.
 */
export function endFormerInstances(warm: PipelineFunction<'warm-function'>, next: string): State {
  return invoke(warm, {}, { next, ignoreErrorsTo: next }, PERSISTENT_RETRY);
}
