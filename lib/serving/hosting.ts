import type { Construct } from 'constructs';
import { checkInstanceType } from '../runtime/instance-types';
import { Validation } from '../runtime/validation';
import { resolveScaling, type Scaling, type ScalingProps } from './scaling';

/** How versions are hosted behind the real-time endpoint; the same for `blue` and `green`. */
export interface HostingProps {
  /** @default 'ml.m5.large' */
  readonly instanceType?: string;

  /**
   * Instances of each variant; with `scaling`, those that the first version begins with. Both variants run
   * during a release.
   * @default 1
   */
  readonly instanceCount?: number;

  /**
   * How the number of instances follows the traffic between releases. During a release both variants have as
   * many as the version in production had when it began.
   * @default - it does not
   */
  readonly scaling?: ScalingProps;

  /**
   * Share of requests and responses that are recorded in the bucket, in percent. Monitors see only what is
   * recorded.
   * @default 100
   */
  readonly capturePercentage?: number;

  /**
   * Whether containers that serve and score run without a network. They get no credentials either; the model
   * and its code are there before they start.
   * @default false
   */
  readonly networkIsolation?: boolean;

  /**
   * Additional environment of the serving container.
   * @default - none
   */
  readonly environment?: { [name: string]: string };
}

/** How a container of a version runs, wherever it does. */
export interface ContainerHosting {
  readonly networkIsolation: boolean;
  readonly environment: { [name: string]: string };
}

/** Hosting settings with defaults filled in. */
export interface Hosting extends ContainerHosting {
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly scaling?: Scaling;
  readonly capturePercentage: number;
}

/**
 * @throws Error if settings describe an endpoint
 */
export function refuseEndpointHosting(scope: Construct, props: HostingProps = {}): void {
  const { environment, networkIsolation, ...ofEndpoint } = props;
  const given = Object.entries(ofEndpoint).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (given.length === 0) return;
  new Validation(scope)
    .add(
      `hosting.${given.join(', hosting.')} ${given.length > 1 ? 'describe' : 'describes'} an endpoint, but with ServedBy.FUNCTION there is no endpoint: see serverlessInference, or choose ServedBy.ENDPOINT`,
    )
    .finish();
}

/** @throws Error that lists every prop out of range */
export function resolveHosting(scope: Construct, props: HostingProps = {}): Hosting {
  const validation = new Validation(scope);
  const instanceCount = props.instanceCount ?? 1;
  const hosting = {
    instanceType: props.instanceType ?? 'ml.m5.large',
    instanceCount,
    ...(props.scaling && { scaling: resolveScaling(props.scaling, instanceCount, validation) }),
    capturePercentage: props.capturePercentage ?? 100,
    networkIsolation: props.networkIsolation ?? false,
    environment: props.environment ?? {},
  };
  checkInstanceType(validation, 'hosting.instanceType', 'hosting', hosting.instanceType);
  validation
    .check(
      hosting.instanceCount,
      Number.isInteger(hosting.instanceCount) && hosting.instanceCount >= 1,
      'hosting.instanceCount must be a whole number of at least 1',
    )
    .check(
      hosting.capturePercentage,
      hosting.capturePercentage >= 0 && hosting.capturePercentage <= 100,
      'hosting.capturePercentage must be 0 to 100',
    )
    .finish();
  return hosting;
}
