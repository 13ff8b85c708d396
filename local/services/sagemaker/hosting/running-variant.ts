import { AwsError } from '../../../gateway/aws-error';
import type { Cloud } from '../../../gateway/service';
import type { ModelContainer, ServingAnswer, ServingRequest } from './serving-containers';
import type { DeployedVariant } from './stored-endpoint';

/** Of virtual time, until a container that ended by itself is started again. */
const RESTART_MILLIS = 10_000;

/** An answer, and what there is to measure beside it. */
export interface Served {
  readonly answer: ServingAnswer;
  /** Only of a variant without instances. */
  readonly serverless?: ServerlessUse;
}

export interface ServerlessUse {
  /** Concurrent requests, divided by the most that there may be. */
  readonly utilization: number;
  /** Concurrent requests for which concurrency is provisioned; undefined if none is. */
  readonly provisioned?: {
    readonly executions: number;
    readonly utilization: number;
    readonly isSpilled: boolean;
  };
  /** Microseconds that it took to start a container for the request; undefined if one was there. */
  readonly setup?: number;
}

/** A deployed variant with what answers for it. */
export interface RunningVariant {
  readonly variant: DeployedVariant;
  /** @throws AwsError if no container can answer now */
  serve(request: ServingRequest): Promise<Served>;
  /** Ends its container when that has answered what it was asked. */
  retire(): Promise<void>;
  /** Ends its container at once. */
  kill(): Promise<void>;
}

export interface RunningVariantProps {
  readonly cloud: Cloud;
  readonly endpointName: string;
  readonly variant: DeployedVariant;
  /** Starts a container, and waits until it is healthy. */
  readonly start: () => Promise<ModelContainer>;
  /** Whether the local cloud is about to end. */
  readonly isStopping: () => boolean;
}

/** A variant with instances, which share one container. It is started again if it ends by itself. */
export class InstanceVariant implements RunningVariant {
  readonly variant: DeployedVariant;
  private isRetired = false;

  private constructor(
    private readonly props: RunningVariantProps,
    /** Another one after a restart; undefined while there is none. */
    private container: ModelContainer | undefined,
  ) {
    this.variant = props.variant;
    this.watch();
  }

  /** @throws Error with AWS's failure reason */
  static async start(props: RunningVariantProps): Promise<InstanceVariant> {
    return new InstanceVariant(props, await props.start());
  }

  /** Whether a container answers just now. */
  get isUp(): boolean {
    return this.container !== undefined;
  }

  async serve(request: ServingRequest): Promise<Served> {
    if (!this.container) {
      throw new AwsError(
        'ServiceUnavailable',
        `The container of variant ${this.variant.name} is being started again.`,
      );
    }
    return { answer: await this.container.invoke(request) };
  }

  async retire(): Promise<void> {
    this.isRetired = true;
    await this.container?.stop();
  }

  async kill(): Promise<void> {
    this.isRetired = true;
    await this.container?.kill();
  }

  private watch(): void {
    const { cloud, endpointName, isStopping } = this.props;
    this.container?.ended.then(() => {
      if (this.isRetired || isStopping()) return;
      cloud.log(
        `sagemaker: the container of ${endpointName}/${this.variant.name} ended; it is started again`,
      );
      this.container = undefined;
      cloud.clock.after(RESTART_MILLIS, () => this.restart());
    });
  }

  private async restart(): Promise<void> {
    const { cloud, start, isStopping } = this.props;
    if (this.isRetired) return;
    try {
      const container = await start();
      if (this.isRetired) return container.kill();
      this.container = container;
      this.watch();
    } catch (error) {
      if (isStopping()) return;
      cloud.log(`sagemaker: ${(error as Error).message}`);
      cloud.clock.after(RESTART_MILLIS, () => this.restart());
    }
  }
}
