import type { ProvisionedConcurrencySettings } from '../../contracts/hosting';
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
