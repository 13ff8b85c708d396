import type { Duration } from 'aws-cdk-lib';
import type { Validation } from '../runtime/validation';

/**
 * How the number of instances follows the traffic: target tracking of SageMaker's own metrics. Exactly one
 * target must be given.
 */
export interface ScalingProps {
  /** Most instances. */
  readonly maxCapacity: number;

  /**
   * Fewest instances, at least 1: an endpoint without any answers nothing.
   * @default - `instanceCount` of the hosting
   */
  readonly minCapacity?: number;

  /**
   * Requests a minute that one instance is to have (`SageMakerVariantInvocationsPerInstance`).
   * @default - `targetConcurrencyPerInstance` decides
   */
  readonly targetInvocationsPerInstance?: number;

  /**
   * Requests that the model of one instance is to have at the same time
   * (`SageMakerVariantConcurrentRequestsPerModelHighResolution`, measured every 10 seconds).
   * @default - `targetInvocationsPerInstance` decides
   */
  readonly targetConcurrencyPerInstance?: number;

  /**
   * How long no more instances are taken away after some were. Whole seconds.
   * @default - 5 minutes, as AWS does
   */
  readonly scaleInCooldown?: Duration;

  /**
   * How long no more instances are added after some were. Whole seconds.
   * @default - 5 minutes, as AWS does
   */
  readonly scaleOutCooldown?: Duration;
}

/** Scaling as Application Auto Scaling takes it. */
export interface Scaling {
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly metric: string;
  /** Whether the metric is one of the endpoint, and not predefined. */
  readonly isOfEndpoint?: boolean;
  readonly targetValue: number;
  readonly scaleInCooldownSeconds?: number;
  readonly scaleOutCooldownSeconds?: number;
}

/** @param instanceCount instances at first, which must lie between the limits */
export function resolveScaling(props: ScalingProps, instanceCount: number, validation: Validation): Scaling {
  const { maxCapacity, targetInvocationsPerInstance, targetConcurrencyPerInstance } = props;
  const minCapacity = props.minCapacity ?? instanceCount;
  const targets = [targetInvocationsPerInstance, targetConcurrencyPerInstance].filter(
    (target) => target !== undefined,
  );
  const [targetValue = 1] = targets;
  validation
    .check(
      minCapacity,
      Number.isInteger(minCapacity) && minCapacity >= 1,
      'hosting.scaling.minCapacity must be a whole number of at least 1, since an endpoint without instances answers nothing',
    )
    .check(
      maxCapacity,
      Number.isInteger(maxCapacity) && maxCapacity >= minCapacity,
      `hosting.scaling.maxCapacity must be a whole number of at least minCapacity, ${minCapacity}`,
    )
    .check(
      instanceCount,
      !(instanceCount < minCapacity || instanceCount > maxCapacity),
      `hosting.instanceCount must lie between minCapacity, ${minCapacity}, and maxCapacity, ${maxCapacity}, of hosting.scaling: the first version begins with it`,
    )
    .check(
      targets,
      targets.length === 1,
      'hosting.scaling needs one target: targetInvocationsPerInstance or targetConcurrencyPerInstance',
    )
    .check(
      targetValue,
      targetValue > 0 && Number.isFinite(targetValue),
      'the target of hosting.scaling must be above 0',
    );
  return {
    minCapacity,
    maxCapacity,
    targetValue,
    metric:
      targetConcurrencyPerInstance === undefined
        ? 'SageMakerVariantInvocationsPerInstance'
        : 'SageMakerVariantConcurrentRequestsPerModelHighResolution',
    scaleInCooldownSeconds: props.scaleInCooldown?.toSeconds(),
    scaleOutCooldownSeconds: props.scaleOutCooldown?.toSeconds(),
  };
}
