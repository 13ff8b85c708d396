import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ModelPipelineProps } from '../model-pipeline-props';
import type { ReleaseSchedule } from '../release/release-schedule';
import { ReleaseStrategy } from '../release/release-strategy';
import { Validation } from '../runtime/validation';
import type { EndpointHosting } from './endpoint-hosting';
import type { EndpointKind } from './endpoint-kind';

/** How SageMaker runs the containers of a serverless endpoint. */
export interface ServerlessEndpointOptions {
  /**
   * In MiB: 1024, 2048, 3072, 4096, 5120 or 6144. At least the size of the model; SageMaker gives processor
   * power in proportion.
   * @default 2048, as the SageMaker Python SDK does
   */
  readonly memorySize?: number;

  /**
   * Requests that are answered at the same time, 1 to 200; SageMaker throttles the others. All serverless
   * endpoints of an account and region share its quota.
   * @default 5, as the SageMaker Python SDK does
   */
  readonly maxConcurrency?: number;

  /**
   * Requests for which containers are kept warm, at most `maxConcurrency`. They cost while they are idle,
   * too.
   * @default - none: a request may wait for a container to start
   */
  readonly provisionedConcurrency?: number;
}

/** `ProductionVariantServerlessConfig` in SageMaker's API reference. */
const MEMORY_SIZES = [1024, 2048, 3072, 4096, 5120, 6144];
const MOST_CONCURRENCY = 200;

const INSTEAD = 'or choose ServedBy.ENDPOINT';

/**
 * An endpoint without instances.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html "Feature exclusions"
 */
export class ServerlessEndpoint implements EndpointKind {
  readonly kind = 'serverless';

  constructor(private readonly options: ServerlessEndpointOptions) {}

  get releaseStrategy() {
    return ReleaseStrategy.inPlace();
  }

  problems({ hosting = {}, vpc, monitoring = {}, retraining = {} }: ModelPipelineProps): string[] {
    const { environment, networkIsolation, capturePercentage, ...ofInstances } = hosting;
    const { latencyThreshold, errorRateThreshold, ...ofRecordings } = monitoring;
    const named = (prefix: string, props: object) => givenIn(props).map((name) => `${prefix}.${name}`);
    const check = (isAsked: boolean, problem: string) => (isAsked ? [problem] : []);
    const instances = named('hosting', ofInstances).join(', ');
    const recordings = [
      ...check((capturePercentage ?? 0) > 0, 'hosting.capturePercentage'),
      ...named('monitoring', ofRecordings),
      ...check(retraining.onDrift === true, 'retraining.onDrift'),
      ...check(retraining.onQuality === true, 'retraining.onQuality'),
    ].join(', ');
    return [
      ...check(
        instances !== '',
        `${instances}: a serverless endpoint has no instances; set memorySize and maxConcurrency of ServedBy.serverlessEndpoint, ${INSTEAD}`,
      ),
      ...check(
        recordings !== '',
        `${recordings}: SageMaker records no requests of a serverless endpoint, so that drift and quality cannot be measured; leave it out, ${INSTEAD}`,
      ),
      ...check(
        networkIsolation === true,
        `hosting.networkIsolation: SageMaker does not isolate the containers of a serverless endpoint; leave it out, ${INSTEAD}`,
      ),
      ...check(
        vpc !== undefined,
        `vpc: SageMaker runs serverless endpoints outside any VPC; leave it out, ${INSTEAD}`,
      ),
    ];
  }

  scheduleProblem({ inPlace }: ReleaseSchedule): string | undefined {
    if (inPlace) return undefined;
    return `releaseStrategy: a serverless endpoint has one production variant, and SageMaker shifts its traffic all at once, without deployment guardrails; choose ReleaseStrategy.inPlace(), ${INSTEAD}`;
  }

  resolve(scope: Construct, { hosting }: ModelPipelineProps): EndpointHosting {
    const { memorySize = 2048, maxConcurrency = 5, provisionedConcurrency } = this.options;
    const isWhole = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most;
    new Validation(scope)
      .check(
        memorySize,
        MEMORY_SIZES.includes(memorySize),
        `memorySize of the serverless endpoint must be one of ${MEMORY_SIZES.join(', ')} MiB`,
      )
      .check(
        maxConcurrency,
        isWhole(maxConcurrency, MOST_CONCURRENCY),
        `maxConcurrency of the serverless endpoint must be a whole number from 1 to ${MOST_CONCURRENCY}`,
      )
      .check(
        provisionedConcurrency,
        provisionedConcurrency === undefined || isWhole(provisionedConcurrency, maxConcurrency),
        `provisionedConcurrency of the serverless endpoint must be a whole number from 1 to maxConcurrency, ${maxConcurrency}`,
      )
      .finish();
    Annotations.of(scope).addWarningV2(
      'cdk-model-pipeline:serverlessIsNotRecorded',
      'SageMaker records no requests of a serverless endpoint: the drift, quality, capture and label alarms do not go off, and start no retraining; errors, latency and concurrency are watched',
    );
    return {
      kind: 'serverless',
      memorySize,
      maxConcurrency,
      ...(provisionedConcurrency !== undefined && { provisionedConcurrency }),
      networkIsolation: false,
      environment: hosting?.environment ?? {},
    };
  }
}

function givenIn(props: object): string[] {
  return Object.entries(props).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}
