import type { ProductionVariantServerlessConfig } from '@aws-sdk/client-sagemaker';
import { AwsError } from '../../../gateway/aws-error';
import type { RunningVariant, RunningVariantProps, Served, ServerlessUse } from './running-variant';
import type { ModelContainer, ServingRequest } from './serving-containers';
import type { DeployedVariant } from './stored-endpoint';

/** Of virtual time without requests, until a container ends. AWS does not tell its own. */
const IDLE_MILLIS = 5 * 60_000;

/**
 * A variant without instances. Its container starts with the first request, and ends after a while without
 * any, unless concurrency is provisioned. All concurrent requests share one container, where AWS has one
 * each.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
 */
export class ServerlessVariant implements RunningVariant {
  readonly variant: DeployedVariant;
  private container: Promise<ModelContainer> | undefined;
  private isRetired = false;
  private concurrent = 0;
  private lastUse = 0;

  private constructor(
    private readonly props: RunningVariantProps,
    private readonly config: ProductionVariantServerlessConfig,
  ) {
    this.variant = props.variant;
  }

  /**
   * Starts a container to see that it is healthy.
   *
   * @throws Error with AWS's failure reason
   */
  static async start(
    props: RunningVariantProps,
    config: ProductionVariantServerlessConfig,
  ): Promise<ServerlessVariant> {
    const container = await props.start();
    const started = new ServerlessVariant(props, config);
    if (config.ProvisionedConcurrency === undefined) await container.stop();
    else started.keep(Promise.resolve(container));
    return started;
  }

  async serve(request: ServingRequest): Promise<Served> {
    const { MaxConcurrency = 1 } = this.config;
    if (this.concurrent >= MaxConcurrency) {
      // The message is empty: https://github.com/opensearch-project/ml-commons/issues/2429
      throw new AwsError('ThrottlingException', '', { status: 400 });
    }
    this.concurrent++;
    const use = this.use();
    try {
      const { container, setup } = await this.warm();
      const answer = await container.invoke(request);
      return { answer, serverless: { ...use, setup } };
    } finally {
      this.concurrent--;
      this.lastUse = this.props.cloud.clock.now();
    }
  }

  async retire(): Promise<void> {
    this.isRetired = true;
    await this.end((container) => container.stop());
  }

  async kill(): Promise<void> {
    this.isRetired = true;
    await this.end((container) => container.kill());
  }

  private use(): ServerlessUse {
    const { MaxConcurrency = 1, ProvisionedConcurrency: provisioned } = this.config;
    return {
      utilization: this.concurrent / MaxConcurrency,
      ...(provisioned !== undefined && {
        provisioned: {
          executions: this.concurrent,
          utilization: this.concurrent / provisioned,
          isSpilled: this.concurrent > provisioned,
        },
      }),
    };
  }

  /** A container that answers; the requests that come while it starts wait for the same one. */
  private async warm(): Promise<{ readonly container: ModelContainer; readonly setup?: number }> {
    if (this.container) return { container: await this.available(this.container) };
    const started = performance.now();
    this.keep(this.props.start());
    const container = await this.available(this.container as unknown as Promise<ModelContainer>);
    return { container, setup: Math.round((performance.now() - started) * 1000) };
  }

  /** @throws AwsError if it could not be started */
  private async available(container: Promise<ModelContainer>): Promise<ModelContainer> {
    return container.catch((error: Error) => {
      throw new AwsError('ServiceUnavailable', error.message);
    });
  }

  private keep(starting: Promise<ModelContainer>): void {
    this.container = starting;
    this.lastUse = this.props.cloud.clock.now();
    const forget = () => {
      if (this.container === starting) this.container = undefined;
    };
    // One that ended by itself is started by the next request.
    starting.then((container) => container.ended.then(forget), forget);
    if (this.config.ProvisionedConcurrency === undefined) this.endWhenIdle(starting);
  }

  private endWhenIdle(starting: Promise<ModelContainer>): void {
    const { clock } = this.props.cloud;
    clock.at(this.lastUse + IDLE_MILLIS, () => {
      if (this.isRetired || this.container !== starting) return undefined;
      if (this.concurrent > 0 || clock.now() < this.lastUse + IDLE_MILLIS) return this.endWhenIdle(starting);
      return this.end((container) => container.stop());
    });
  }

  private async end(how: (container: ModelContainer) => Promise<void>): Promise<void> {
    const ending = this.container;
    this.container = undefined;
    const container = await ending?.catch(() => undefined);
    if (container) await how(container);
  }
}
