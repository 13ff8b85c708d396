import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ProvisionedConcurrencySettings } from '../../contracts/hosting';
import { arn } from '../runtime/arn';
import type { PipelineFunction } from '../runtime/pipeline-function';
import type { Validation } from '../runtime/validation';

/** Instances of the function that serves which are started before requests come. */
export interface ProvisionedConcurrency {
  /** Instances that wait for requests, at least 1. Each is billed by the second, with requests or without. */
  readonly minimum: number;

  /**
   * Most instances: their number follows the traffic from `minimum` on.
   * @default - `minimum`: the number stays the same
   */
  readonly maximum?: number;

  /**
   * Share of the instances that are to be busy, where their number follows the traffic; 0.1 to 0.9.
   * @default 0.7
   */
  readonly targetUtilization?: number;
}

/**
 * Bounds of the share: as the CDK's `UtilizationScalingOptions` of functions
 * (aws-cdk-lib/aws-lambda/lib/scalable-attribute-api).
 */
export function checkProvisionedConcurrency(
  validation: Validation,
  concurrency: ProvisionedConcurrency | undefined,
  isFunctionAlone: boolean,
): Validation {
  if (!concurrency) return validation;
  const { minimum, maximum, targetUtilization = 0.7 } = concurrency;
  return validation
    .check(
      minimum,
      isFunctionAlone,
      'provisionedConcurrency needs servedBy: ServedBy.FUNCTION, whose releases warm the function',
    )
    .check(
      minimum,
      Number.isInteger(minimum) && minimum >= 1,
      'provisionedConcurrency.minimum must be a whole number from 1',
    )
    .check(
      maximum,
      maximum === undefined || (Number.isInteger(maximum) && maximum >= minimum),
      'provisionedConcurrency.maximum must be a whole number from minimum',
    )
    .check(
      targetUtilization,
      targetUtilization >= 0.1 && targetUtilization <= 0.9,
      'provisionedConcurrency.targetUtilization must be 0.1 to 0.9',
    );
}

export function provisionedConcurrencySettings({
  minimum,
  maximum = minimum,
  targetUtilization = 0.7,
}: ProvisionedConcurrency): ProvisionedConcurrencySettings {
  return { minimum, maximum, targetUtilization };
}

/** Of Application Auto Scaling: scalable targets have no names that a grant could give. */
export const SCALING_OF_FUNCTIONS = {
  StringEquals: { 'application-autoscaling:service-namespace': 'lambda' },
};

/** Pattern of the ARNs of alarms by which the number of a function's instances follows its traffic. */
export function scalingAlarmsOf(lambda: IFunction): string {
  return arn(lambda, 'cloudwatch', `alarm:TargetTracking-function:${lambda.functionName}:*`);
}

/**
 * Lets a function end the instances of versions of another one, whether their number follows the traffic or
 * not.
 */
export function canEndInstances(handler: PipelineFunction, lambda: IFunction): void {
  handler
    .allow(['lambda:ListProvisionedConcurrencyConfigs'], [lambda.functionArn])
    .allow(['lambda:DeleteProvisionedConcurrencyConfig'], [`${lambda.functionArn}:*`])
    .allow(
      ['application-autoscaling:DeregisterScalableTarget'],
      [arn(lambda, 'application-autoscaling', 'scalable-target/*')],
      SCALING_OF_FUNCTIONS,
    )
    .allow(['cloudwatch:DeleteAlarms'], [scalingAlarmsOf(lambda)]);
}
