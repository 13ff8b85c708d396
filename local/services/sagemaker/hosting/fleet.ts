import { setMaxListeners } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import type { Cloud } from '../../../gateway/service';
import { InstanceVariant, type RunningVariant } from './running-variant';
import { ServerlessVariant } from './serverless-variant';
import {
  HealthCheckError,
  type ModelContainer,
  ModelDataError,
  type ServingContainers,
} from './serving-containers';
import { allVariants, type DeployedVariant, type Deployment } from './stored-endpoint';

/** AWS's own default is eight minutes. */
const HEALTH_CHECK_SECONDS = 480;
/** The containers of an endpoint, by variant. */
export type Containers = ReadonlyMap<string, RunningVariant>;

/** The containers behind all endpoints. All instances of a variant share one. */
export class Fleet {
  private readonly live = new Map<string, Containers>();
  /** New ones that have a part of the traffic. */
  private readonly incoming = new Map<string, Containers>();
  private readonly end = new AbortController();

  constructor(
    private readonly cloud: Cloud,
    private readonly containers: ServingContainers,
  ) {
    // Every container listens.
    setMaxListeners(0, this.end.signal);
  }

  /** Whether the local cloud is about to end. */
  get isStopping(): boolean {
    return this.end.signal.aborted;
  }

  /** What answers for a variant, of the live or of the new fleet; undefined if there is none. */
  running(endpointName: string, variantName: string, isNew: boolean): RunningVariant | undefined {
    const containers = isNew ? this.incoming : this.live;
    return containers.get(endpointName)?.get(variantName);
  }

  /**
   * Starts what a deployment needs besides what is live. Traffic does not change yet.
   *
   * @throws Error with AWS's failure reason; then nothing new runs
   */
  async prepare(endpointName: string, deployment: Deployment): Promise<Containers> {
    const current = this.live.get(endpointName);
    const started = await Promise.allSettled(
      allVariants(deployment).map(async (variant): Promise<RunningVariant> => {
        const running = current?.get(variant.name);
        return running && goesOn(running, variant) ? running : this.startVariant(endpointName, variant);
      }),
    );
    const ready = started.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
    const failed = started.find((result) => result.status === 'rejected');
    if (failed) {
      const isLive = new Set(current?.values());
      await Promise.all(ready.filter((running) => !isLive.has(running)).map((each) => each.retire()));
      throw failed.reason;
    }
    return new Map(ready.map((running) => [running.variant.name, running]));
  }

  /** Makes containers the new fleet, beside the live one. */
  admit(endpointName: string, containers: Containers): void {
    this.incoming.set(endpointName, containers);
  }

  /** Ends the new fleet, but for what it shares with the live one. */
  async dismiss(endpointName: string): Promise<void> {
    const live = new Set(this.live.get(endpointName)?.values());
    const dismissed = [...(this.incoming.get(endpointName)?.values() ?? [])];
    this.incoming.delete(endpointName);
    await Promise.all(dismissed.filter((running) => !live.has(running)).map((each) => each.retire()));
  }

  /** Leads traffic to other containers. @returns resolves when those that nobody needs any more have ended */
  replace(endpointName: string, containers: Containers): Promise<void> {
    const kept = new Set(containers.values());
    const former = [...(this.live.get(endpointName)?.values() ?? [])];
    this.live.set(endpointName, containers);
    this.incoming.delete(endpointName);
    return Promise.all(former.filter((running) => !kept.has(running)).map((each) => each.retire())).then(
      () => {},
    );
  }

  async remove(endpointName: string): Promise<void> {
    await this.replace(endpointName, new Map());
    this.live.delete(endpointName);
  }

  /** Ends all containers, also those that are just starting. */
  async stop(): Promise<void> {
    this.end.abort();
    const running = [...this.live.values(), ...this.incoming.values()].flatMap((containers) => [
      ...containers.values(),
    ]);
    await Promise.all(running.map((each) => each.kill()));
  }

  private startVariant(endpointName: string, variant: DeployedVariant): Promise<RunningVariant> {
    const props = {
      cloud: this.cloud,
      endpointName,
      variant,
      start: () => this.startContainer(endpointName, variant),
      isStopping: () => this.isStopping,
    };
    const { ServerlessConfig } = variant.config;
    return ServerlessConfig ? ServerlessVariant.start(props, ServerlessConfig) : InstanceVariant.start(props);
  }

  private async startContainer(endpointName: string, variant: DeployedVariant): Promise<ModelContainer> {
    const { serving, config, name } = variant;
    try {
      return await this.containers.start({
        serving,
        logGroup: endpointLogGroup(endpointName),
        logStream: `${name}/i-${this.cloud.id(17, 'hex')}`,
        healthCheckSeconds: config.ContainerStartupHealthCheckTimeoutInSeconds ?? HEALTH_CHECK_SECONDS,
        signal: this.end.signal,
      });
    } catch (error) {
      throw new Error(reasonOf(error as Error, variant));
    }
  }
}

export function endpointLogGroup(endpointName: string): string {
  return `/aws/sagemaker/Endpoints/${endpointName}`;
}

/** A variant that is deployed again as it is goes on with its container. */
function goesOn(running: RunningVariant, next: DeployedVariant): boolean {
  const { variant } = running;
  return (
    (!(running instanceof InstanceVariant) || running.isUp) &&
    variant.config.ModelName === next.config.ModelName &&
    variant.config.InstanceType === next.config.InstanceType &&
    isDeepStrictEqual(variant.config.ServerlessConfig, next.config.ServerlessConfig) &&
    isDeepStrictEqual(variant.serving, next.serving)
  );
}

function reasonOf(error: Error, { name, serving }: DeployedVariant): string {
  if (error instanceof ModelDataError) {
    return `Failed to download model data for container "container_1" from URL: "${serving.modelDataUrl}". Please ensure that there is an object located at the URL and that the role passed to CreateModel has permissions to download the model. (${error.message})`;
  }
  if (error instanceof HealthCheckError) {
    return `The primary container for production variant ${name} did not pass the ping health check. Please check CloudWatch logs for this endpoint.`;
  }
  return error.message;
}
