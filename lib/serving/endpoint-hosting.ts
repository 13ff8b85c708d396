import type { EndpointSettings } from '../../contracts/hosting';
import type { ContainerHosting, Hosting } from './hosting';
import type { Scaling } from './scaling';

/** How an endpoint hosts versions, with defaults filled in. */
export type EndpointHosting = RealTimeHosting | AsynchronousHosting | ServerlessHosting;

/** On instances that answer at once. */
export interface RealTimeHosting extends Hosting {
  readonly kind: 'realTime';
}

/** On instances that answer requests which wait in a queue. */
export interface AsynchronousHosting extends Hosting {
  readonly kind: 'asynchronous';
  readonly maxConcurrencyPerInstance?: number;
  readonly successTopicArn?: string;
  readonly errorTopicArn?: string;
  readonly alarms: { readonly maximumBacklog: number; readonly maximumRequestAgeSeconds: number };
}

/** In containers that SageMaker starts as requests come. */
export interface ServerlessHosting extends ContainerHosting {
  readonly kind: 'serverless';
  /** In MiB. */
  readonly memorySize: number;
  readonly maxConcurrency: number;
  readonly provisionedConcurrency?: number;
}

/** What a variant of the endpoint runs on, for the functions of releases. */
export function endpointSettings(hosting: EndpointHosting): EndpointSettings {
  if (hosting.kind === 'serverless') {
    const { kind, memorySize, maxConcurrency, provisionedConcurrency } = hosting;
    return { kind, memorySizeInMb: memorySize, maxConcurrency, provisionedConcurrency };
  }
  const { kind, instanceType, instanceCount } = hosting;
  return { kind, instanceType, initialInstanceCount: instanceCount };
}

/** How the number of instances follows the traffic; undefined if it does not, or there are none. */
export function scalingOf(hosting: EndpointHosting | undefined): Scaling | undefined {
  return hosting && hosting.kind !== 'serverless' ? hosting.scaling : undefined;
}

/**
 * Name of the alarm that starts the first instance of an asynchronous endpoint; undefined for other
 * endpoints.
 */
export function wakingAlarmOf(
  hosting: EndpointHosting | undefined,
  endpointName: string,
): string | undefined {
  return hosting?.kind === 'asynchronous' ? `${endpointName}-requests-without-instances` : undefined;
}

/** Share of the requests that are recorded, in percent. */
export function capturePercentageOf(hosting: EndpointHosting): number {
  return hosting.kind === 'realTime' ? hosting.capturePercentage : 0;
}
