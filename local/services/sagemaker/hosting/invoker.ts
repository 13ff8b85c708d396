import type * as runtime from '@aws-sdk/client-sagemaker-runtime';
import { AwsError } from '../../../gateway/aws-error';
import type { Cloud } from '../../../gateway/service';
import type { Store } from '../store';
import type { DataCapture } from './data-capture';
import { endpointLogGroup, type Fleet } from './fleet';
import { recordInvocation } from './invocation-metrics';
import type { ServingAnswer, ServingRequest } from './serving-containers';
import type { DeployedVariant, StoredEndpoint } from './stored-endpoint';

const SERVING = new Set<string>(['InService', 'Updating', 'SystemUpdating', 'RollingBack']);

type Invocation = Omit<runtime.InvokeEndpointCommandInput, 'Body'> & { readonly Body?: unknown };

/**
 * The most that a real-time endpoint takes, with and without instances:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/deploy-model-options.html
 */
const MOST_BYTES = 6 * 1024 * 1024;
const MOST_SERVERLESS_BYTES = 4 * 1024 * 1024;

/** One fleet of an endpoint. */
interface Route extends Pick<StoredEndpoint, 'name' | 'deployment'> {
  /** Whether an update is bringing it up beside the live one. */
  readonly isNew: boolean;
}

/** Leads requests to the variants of endpoints. */
export class Invoker {
  constructor(
    private readonly cloud: Cloud,
    private readonly store: Store,
    private readonly fleet: Fleet,
    private readonly capture: DataCapture,
  ) {}

  /** @throws AwsError ValidationError, ServiceUnavailable, ModelError; 413 for a body that is too large */
  async invoke(
    input: Invocation,
  ): Promise<Omit<runtime.InvokeEndpointCommandOutput, '$metadata' | 'Body'> & { Body: Buffer }> {
    const found = this.serving(input.EndpointName as string);
    if (found.deployment.asynchronous) {
      throw new AwsError('ValidationError', `Endpoint ${found.name} accepts asynchronous invocations only.`);
    }
    const endpoint = this.route(found);
    const variant = this.choose(endpoint, input.TargetVariant);
    const request: ServingRequest = {
      body: Buffer.from((input.Body as Uint8Array | undefined) ?? []),
      contentType: input.ContentType,
      accept: input.Accept,
      customAttributes: input.CustomAttributes,
    };
    const mostBytes = variant.config.ServerlessConfig ? MOST_SERVERLESS_BYTES : MOST_BYTES;
    if (request.body.length > mostBytes) {
      // This one has no name: https://github.com/aws/sagemaker-python-sdk/issues/171
      throw new AwsError('413', `HTTP content length exceeded ${mostBytes} bytes.`, { status: 413 });
    }
    this.shadow(endpoint, variant, request, input.InferenceId);
    const answer = await this.ask(endpoint, variant, request, input.InferenceId);
    if (answer.status < 200 || answer.status >= 300) throw this.modelError(endpoint, answer);
    return {
      Body: answer.body,
      ContentType: answer.headers['content-type'],
      InvokedProductionVariant: variant.name,
      CustomAttributes: answer.headers['x-amzn-sagemaker-custom-attributes'] as string | undefined,
    };
  }

  /**
   * Asks the model of an asynchronous endpoint.
   *
   * @throws AwsError ServiceUnavailable, ModelError
   */
  async answer(name: string, request: ServingRequest, inferenceId: string): Promise<ServingAnswer> {
    const endpoint = this.route(this.serving(name));
    const answer = await this.ask(endpoint, this.choose(endpoint, undefined), request, inferenceId);
    if (answer.status < 200 || answer.status >= 300) throw this.modelError(endpoint, answer);
    return answer;
  }

  /** @throws AwsError ValidationError if there is no such endpoint that serves */
  serving(name: string): StoredEndpoint {
    const endpoint = this.findServing(name);
    if (endpoint) return endpoint;
    throw new AwsError('ValidationError', `Endpoint ${name} of account ${this.cloud.account} not found.`);
  }

  findServing(name: string): StoredEndpoint | undefined {
    const endpoint = this.store.endpoints.find(name);
    return endpoint?.name === name && SERVING.has(endpoint.status) ? endpoint : undefined;
  }

  /** The fleet that a request goes to. */
  private route({ name, deployment, pending }: StoredEndpoint): Route {
    return pending && this.cloud.random() < pending.share
      ? { name, deployment: pending.deployment, isNew: true }
      : { name, deployment, isNew: false };
  }

  private choose({ name, deployment }: Route, target: string | undefined): DeployedVariant {
    const { variants } = deployment;
    if (target !== undefined) {
      const variant = variants.find((one) => one.name === target);
      if (variant) return variant;
      throw new AwsError('ValidationError', `Variant ${target} not found for Endpoint ${name}.`);
    }
    let rest = this.cloud.random() * variants.reduce((sum, { weight }) => sum + weight, 0);
    const weighted = variants.filter(({ weight }) => weight > 0);
    const chosen = weighted.find(({ weight }) => {
      rest -= weight;
      return rest < 0;
    });
    const variant = chosen ?? weighted.at(-1);
    if (variant) return variant;
    throw new AwsError('ValidationError', `No variant of Endpoint ${name} has a weight above 0.`);
  }

  /**
   * Gives a copy to the shadow variant, for the share of traffic that the weights say; its answer is dropped.
   */
  private shadow(
    endpoint: Route,
    variant: DeployedVariant,
    request: ServingRequest,
    inferenceId: string | undefined,
  ): void {
    for (const shadow of endpoint.deployment.shadowVariants) {
      if (this.cloud.random() * variant.weight >= shadow.weight) continue;
      const asked = this.ask(endpoint, shadow, request, inferenceId);
      this.cloud.clock.track(asked).catch(() => {});
    }
  }

  private async ask(
    endpoint: Route,
    variant: DeployedVariant,
    request: ServingRequest,
    inferenceId: string | undefined,
  ): Promise<ServingAnswer> {
    const started = performance.now();
    const time = this.cloud.clock.date();
    const running = this.fleet.running(endpoint.name, variant.name, endpoint.isNew);
    if (!running) throw new AwsError('ServiceUnavailable', `Variant ${variant.name} has no container.`);
    const { answer, serverless } = await running.serve(request);
    const elapsed = Math.round((performance.now() - started) * 1000);
    recordInvocation(this.cloud, endpoint, variant, {
      status: answer.status,
      modelLatency: answer.latency,
      overheadLatency: Math.max(0, elapsed - answer.latency),
      serverless,
    });
    const isAnswered = answer.status >= 200 && answer.status < 300;
    if (endpoint.deployment.capture && isAnswered) {
      this.capture.record(endpoint.deployment.capture, {
        endpointName: endpoint.name,
        variantName: variant.name,
        roleArn: variant.serving.roleArn,
        time,
        inferenceId,
        input: request,
        output: { body: answer.body, contentType: answer.headers['content-type'] },
      });
    }
    return answer;
  }

  private modelError({ name }: Route, { status, body }: ServingAnswer): AwsError {
    const { region, account } = this.cloud;
    const group = endpointLogGroup(name);
    const side = status >= 400 && status < 500 ? 'client' : 'server';
    const text = body.toString('utf8');
    return new AwsError(
      'ModelError',
      `Received ${side} error (${status}) from primary with message "${text}". See https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#logEventViewer:group=${group} in account ${account} for more information.`,
      {
        extra: {
          OriginalStatusCode: status,
          OriginalMessage: text,
          LogStreamArn: this.cloud.arn('logs', `log-group:${group}`),
        },
      },
    );
  }
}
