import { Annotations, Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { ModelPipelineProps } from '../model-pipeline-props';
import type { ReleaseSchedule } from '../release/release-schedule';
import { ReleaseStrategy } from '../release/release-strategy';
import { Validation } from '../runtime/validation';
import type { EndpointHosting } from './endpoint-hosting';
import type { EndpointKind } from './endpoint-kind';
import { resolveHosting } from './hosting';
import type { Scaling } from './scaling';

/** How the number of instances follows the requests that wait. */
export interface BacklogScalingProps {
  /** Most instances. */
  readonly maxCapacity: number;

  /**
   * Fewest instances. With 0 nothing runs, or costs, while no requests wait. The first request that does
   * starts an instance, after two minutes, and waits for it.
   * @default 0
   */
  readonly minCapacity?: number;

  /**
   * Waiting requests for each instance (`ApproximateBacklogSizePerInstance`).
   */
  readonly targetBacklogPerInstance: number;

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

/** How SageMaker queues and answers the requests to an asynchronous endpoint. */
export interface AsynchronousEndpointOptions {
  /**
   * Requests that SageMaker sends to one instance at the same time, 1 to 1,000.
   * @default - SageMaker chooses
   */
  readonly maxConcurrencyPerInstance?: number;

  /**
   * How the number of instances follows the requests that wait, between releases.
   * @default - `hosting.instanceCount` instances
   */
  readonly scaling?: BacklogScalingProps;

  /**
   * Topic of requests that were answered.
   * @default - none
   */
  readonly successTopic?: ITopic;

  /**
   * Topic of requests that failed.
   * @default - none
   */
  readonly errorTopic?: ITopic;

  /**
   * Age of the oldest request that raises an alarm, over 3 of 5 minutes.
   * @default 15 minutes
   */
  readonly maximumRequestAge?: Duration;

  /**
   * Requests that wait or are processed that raise an alarm, over 3 of 5 minutes.
   * @default 1000
   */
  readonly maximumBacklog?: number;
}

/** `AsyncInferenceClientConfig` in SageMaker's API reference. */
const MOST_CONCURRENCY = 1000;
const INSTEAD = 'or choose ServedBy.ENDPOINT';

/**
 * An endpoint with instances whose requests and answers are objects in S3.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference.html
 */
export class AsynchronousEndpoint implements EndpointKind {
  readonly kind = 'asynchronous';

  constructor(private readonly options: AsynchronousEndpointOptions) {}

  get releaseStrategy() {
    return ReleaseStrategy.deploymentGuardrails();
  }

  problems({ hosting = {}, monitoring = {}, retraining = {} }: ModelPipelineProps): string[] {
    const { latencyThreshold, errorRateThreshold, ...ofRecordings } = monitoring;
    const check = (isAsked: boolean, problem: string) => (isAsked ? [problem] : []);
    const recordings = [
      ...check((hosting.capturePercentage ?? 0) > 0, 'hosting.capturePercentage'),
      ...Object.entries(ofRecordings).flatMap(([name, value]) =>
        value === undefined ? [] : [`monitoring.${name}`],
      ),
      ...check(retraining.onDrift === true, 'retraining.onDrift'),
      ...check(retraining.onQuality === true, 'retraining.onQuality'),
    ].join(', ');
    return [
      ...check(
        hosting.scaling !== undefined,
        `hosting.scaling: an asynchronous endpoint scales by the requests that wait; set scaling of ServedBy.asynchronousEndpoint, ${INSTEAD}`,
      ),
      ...check(
        recordings !== '',
        `${recordings}: AWS documents data capture for real-time endpoints only, so that drift and quality of an asynchronous one are not measured; leave it out, ${INSTEAD}`,
      ),
    ];
  }

  scheduleProblem({ inPlace, guardrails }: ReleaseSchedule): string | undefined {
    if (inPlace || guardrails) return undefined;
    return `releaseStrategy: InvokeEndpointAsync has no TargetVariant, so that a second variant of an asynchronous endpoint cannot be tested before it gets requests, and shadow tests exclude it; choose ReleaseStrategy.deploymentGuardrails() or ReleaseStrategy.inPlace(), ${INSTEAD}`;
  }

  resolve(scope: Construct, { hosting }: ModelPipelineProps): EndpointHosting {
    const { maxConcurrencyPerInstance, scaling, successTopic, errorTopic } = this.options;
    const { maximumBacklog = 1000, maximumRequestAge = Duration.minutes(15) } = this.options;
    const resolved = resolveHosting(scope, { ...hosting, capturePercentage: 0 });
    const isWhole = (value: number, least: number, most: number) =>
      Number.isInteger(value) && value >= least && value <= most;
    const validation = new Validation(scope)
      .check(
        maxConcurrencyPerInstance,
        maxConcurrencyPerInstance === undefined || isWhole(maxConcurrencyPerInstance, 1, MOST_CONCURRENCY),
        `maxConcurrencyPerInstance of the asynchronous endpoint must be a whole number from 1 to ${MOST_CONCURRENCY}`,
      )
      .check(
        maximumBacklog,
        maximumBacklog > 0,
        'maximumBacklog of the asynchronous endpoint must be above 0',
      );
    const resolvedScaling = scaling && resolveBacklogScaling(scaling, resolved.instanceCount, validation);
    validation.finish();
    Annotations.of(scope).addWarningV2(
      'cdk-model-pipeline:asynchronousIsNotRecorded',
      'requests to an asynchronous endpoint are not recorded: the drift, quality, capture and label alarms do not go off, and start no retraining; errors, latency, backlog and age are watched',
    );
    return {
      ...resolved,
      kind: 'asynchronous',
      ...(resolvedScaling && { scaling: resolvedScaling }),
      maxConcurrencyPerInstance,
      successTopicArn: successTopic?.topicArn,
      errorTopicArn: errorTopic?.topicArn,
      alarms: { maximumBacklog, maximumRequestAgeSeconds: maximumRequestAge.toSeconds() },
    };
  }
}

function resolveBacklogScaling(
  {
    maxCapacity,
    minCapacity = 0,
    targetBacklogPerInstance,
    scaleInCooldown,
    scaleOutCooldown,
  }: BacklogScalingProps,
  instanceCount: number,
  validation: Validation,
): Scaling {
  const where = 'scaling of the asynchronous endpoint';
  validation
    .check(
      minCapacity,
      Number.isInteger(minCapacity) && minCapacity >= 0,
      `minCapacity of the ${where} must be a whole number of at least 0`,
    )
    .check(
      maxCapacity,
      Number.isInteger(maxCapacity) && maxCapacity >= Math.max(1, minCapacity, instanceCount),
      `maxCapacity of the ${where} must be a whole number of at least minCapacity, ${minCapacity}, and hosting.instanceCount, ${instanceCount}`,
    )
    .check(
      targetBacklogPerInstance,
      targetBacklogPerInstance > 0 && Number.isFinite(targetBacklogPerInstance),
      `targetBacklogPerInstance of the ${where} must be above 0`,
    );
  return {
    minCapacity,
    maxCapacity,
    metric: 'ApproximateBacklogSizePerInstance',
    isOfEndpoint: true,
    targetValue: targetBacklogPerInstance,
    scaleInCooldownSeconds: scaleInCooldown?.toSeconds(),
    scaleOutCooldownSeconds: scaleOutCooldown?.toSeconds(),
  };
}
