import type { AsyncInferenceConfig } from '@aws-sdk/client-sagemaker';
import type * as runtime from '@aws-sdk/client-sagemaker-runtime';
import { AwsError } from '../../../gateway/aws-error';
import type { Timer } from '../../../gateway/clock';
import { rolePrincipal } from '../../../gateway/principal';
import type { Cloud } from '../../../gateway/service';
import type { CloudWatchService } from '../../cloudwatch/cloudwatch-service';
import { RoleStorage } from '../role-storage';
import { concurrencyOf, locationsOf } from './async-config';
import type { Invoker } from './invoker';
import type { StoredEndpoint } from './stored-endpoint';

/** `RequestTTLSeconds` and `InvocationTimeoutSeconds` of `InvokeEndpointAsync` have these defaults. */
const TTL_SECONDS = 21_600;
const TIMEOUT_SECONDS = 900;
/** Of virtual time, between looks for instances that requests wait for. */
const LOOK_MILLIS = 10_000;

type Input = runtime.InvokeEndpointAsyncCommandInput;

interface AsyncRequest {
  readonly input: Input;
  readonly id: string;
  /** Virtual milliseconds. */
  readonly received: number;
  readonly output: string;
  readonly failure: string | undefined;
  readonly expiry: Timer;
}

interface Queue {
  readonly waiting: AsyncRequest[];
  running: AsyncRequest[];
  looks: boolean;
}

/**
 * Requests to asynchronous endpoints: they wait in a queue, are read from S3, and are answered in S3, with
 * the rights of the model's role. What waits is lost when the local cloud ends.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference.html
 */
export class AsyncInvoker {
  private readonly queues = new Map<string, Queue>();

  constructor(
    private readonly cloud: Cloud,
    private readonly invoker: Invoker,
  ) {}

  /** @throws AwsError ValidationError if the endpoint does not exist, or is not asynchronous */
  invoke(input: Input): Omit<runtime.InvokeEndpointAsyncCommandOutput, '$metadata'> {
    const name = input.EndpointName as string;
    const config = this.invoker.serving(name).deployment.asynchronous;
    if (!config) {
      throw new AwsError('ValidationError', `Endpoint ${name} does not accept asynchronous invocations.`);
    }
    if (input.InputLocation === undefined) {
      throw new AwsError('ValidationError', 'InputLocation must be the S3 URI of the request.');
    }
    const id = input.InferenceId ?? this.cloud.uuid();
    const { output, failure } = locationsOf(config, input, this.cloud.uuid());
    const queue = this.queueOf(name);
    const received = this.cloud.clock.now();
    const ttl = (input.RequestTTLSeconds ?? TTL_SECONDS) * 1000;
    const request: AsyncRequest = {
      input,
      id,
      received,
      output,
      failure,
      expiry: this.cloud.clock.at(received + ttl, () => this.expire(name, request)),
    };
    queue.waiting.push(request);
    this.proceed(name);
    return { InferenceId: id, OutputLocation: output, FailureLocation: failure };
  }

  private queueOf(name: string): Queue {
    const queue = this.queues.get(name) ?? { waiting: [], running: [], looks: false };
    this.queues.set(name, queue);
    return queue;
  }

  /** Processes as many requests as the instances take. */
  private proceed(name: string): void {
    const queue = this.queueOf(name);
    const endpoint = this.invoker.findServing(name);
    if (!endpoint) {
      // A deleted endpoint takes its queue along.
      for (const { expiry } of queue.waiting.splice(0)) expiry.cancel();
      return;
    }
    while (queue.running.length < concurrencyOf(endpoint.deployment)) {
      const request = queue.waiting.shift();
      if (!request) break;
      request.expiry.cancel();
      queue.running.push(request);
      this.cloud.clock.track(this.process(endpoint, request)).finally(() => {
        queue.running = queue.running.filter((each) => each !== request);
        this.proceed(name);
      });
    }
    this.recordBacklog(endpoint, queue);
    if (queue.waiting.length === 0 || queue.looks) return;
    queue.looks = true;
    this.cloud.clock.after(LOOK_MILLIS, () => {
      queue.looks = false;
      this.proceed(name);
    });
  }

  private expire(name: string, request: AsyncRequest): Promise<void> | void {
    const queue = this.queueOf(name);
    const index = queue.waiting.indexOf(request);
    const endpoint = this.invoker.findServing(name);
    if (index < 0 || !endpoint) return;
    queue.waiting.splice(index, 1);
    this.record(endpoint, 'ExpiredRequests', 1, 'Count');
    return this.fail(
      endpoint,
      request,
      'The request has been in the queue for longer than RequestTTLSeconds.',
      'Expired',
    );
  }

  private async process(endpoint: StoredEndpoint, request: AsyncRequest): Promise<void> {
    const { input, id, output } = request;
    const storage = this.storage(endpoint);
    const record = (metric: string, value: number, unit: string) =>
      this.record(endpoint, metric, value, unit);
    record('TimeInBacklog', (this.cloud.clock.now() - request.received) * 1000, 'Microseconds');
    let body: Buffer;
    try {
      body = await storage.get(input.InputLocation as string);
    } catch (error) {
      record('RequestDownloadFailures', 1, 'Count');
      return this.fail(
        endpoint,
        request,
        `Failed to download ${input.InputLocation}: ${(error as Error).message}`,
      );
    }
    try {
      const answer = await this.invoker.answer(
        endpoint.name,
        {
          body,
          contentType: input.ContentType,
          accept: input.Accept,
          customAttributes: input.CustomAttributes,
          timeoutMillis: (input.InvocationTimeoutSeconds ?? TIMEOUT_SECONDS) * 1000,
        },
        id,
      );
      const contentType = answer.headers['content-type'];
      await storage.put(output, answer.body, contentType).catch((error: Error) => {
        record('ResponseUploadFailures', 1, 'Count');
        throw error;
      });
      record('InvocationsProcessed', 1, 'Count');
      record('TotalProcessingTime', this.cloud.clock.now() - request.received, 'Milliseconds');
      await this.tell(endpoint, request, 'Completed', { contentType, outputLocation: output });
    } catch (error) {
      await this.fail(endpoint, request, (error as Error).message);
    }
  }

  private async fail(
    endpoint: StoredEndpoint,
    request: AsyncRequest,
    reason: string,
    status: 'Failed' | 'Expired' = 'Failed',
  ): Promise<void> {
    this.record(endpoint, 'InvocationFailures', 1, 'Count');
    if (request.failure !== undefined) {
      await this.storage(endpoint)
        .put(request.failure, Buffer.from(reason), 'text/plain')
        .catch((error: Error) => this.cloud.log(`sagemaker: ${request.failure}: ${error.message}`));
    }
    await this.tell(endpoint, request, status, { failureLocation: request.failure }, reason);
  }

  /**
   * Notifies a topic, if there is one. The message is as AWS writes it:
   * https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-check-predictions.html
   */
  private async tell(
    endpoint: StoredEndpoint,
    { input, id, received }: AsyncRequest,
    invocationStatus: 'Completed' | 'Failed' | 'Expired',
    responseParameters: object,
    failureReason?: string,
  ): Promise<void> {
    const { SuccessTopic, ErrorTopic } = notificationsOf(endpoint.deployment.asynchronous);
    const TopicArn = invocationStatus === 'Completed' ? SuccessTopic : ErrorTopic;
    if (!TopicArn) return;
    const message = {
      awsRegion: this.cloud.region,
      eventTime: this.cloud.clock.date().toISOString(),
      receivedTime: new Date(received).toISOString(),
      invocationStatus,
      failureReason,
      requestParameters: {
        accept: input.Accept,
        contentType: input.ContentType,
        endpointName: endpoint.name,
        inputLocation: input.InputLocation,
      },
      responseParameters,
      inferenceId: id,
      eventVersion: '1.0',
      eventSource: 'aws:sagemaker',
      eventName: 'InferenceResult',
    };
    const publish = { TopicArn, Message: JSON.stringify(message) };
    await this.cloud.call('sns', 'Publish', publish, principalOf(endpoint)).catch((error: Error) => {
      this.record(endpoint, 'NotificationFailures', 1, 'Count');
      this.cloud.log(`sagemaker: ${TopicArn}: ${error.message}`);
    });
  }

  private storage(endpoint: StoredEndpoint): RoleStorage {
    const keyId = endpoint.deployment.asynchronous?.OutputConfig?.KmsKeyId;
    return new RoleStorage(this.cloud, principalOf(endpoint), keyId);
  }

  /** @see https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-monitor.html */
  private record({ name, deployment }: StoredEndpoint, metric: string, value: number, unit: string): void {
    const dimensions = { EndpointName: name, VariantName: deployment.variants[0]?.name ?? '' };
    this.put(metric, dimensions, value, unit);
  }

  private recordBacklog({ name, deployment }: StoredEndpoint, { waiting, running }: Queue): void {
    const instances = deployment.variants.reduce((sum, { instanceCount }) => sum + instanceCount, 0);
    const size = waiting.length + running.length;
    const oldest = Math.min(...[...waiting, ...running].map(({ received }) => received));
    const dimensions = { EndpointName: name };
    this.put('ApproximateBacklogSize', dimensions, size, 'Count');
    this.put('ApproximateBacklogSizePerInstance', dimensions, size / Math.max(1, instances), 'Count');
    this.put('HasBacklogWithoutCapacity', dimensions, size > 0 && instances === 0 ? 1 : 0, 'Count');
    const age = size === 0 ? 0 : (this.cloud.clock.now() - oldest) / 1000;
    this.put('ApproximateAgeOfOldestRequest', dimensions, age, 'Seconds');
  }

  private put(metric: string, dimensions: Record<string, string>, value: number, unit: string): void {
    const monitoring = this.cloud.service<CloudWatchService>('monitoring');
    monitoring.record('AWS/SageMaker', metric, dimensions, value, unit, this.cloud.clock.date());
  }
}

function principalOf({ deployment }: StoredEndpoint) {
  return rolePrincipal(deployment.variants[0]?.serving.roleArn as string, 'SageMaker');
}

function notificationsOf(config: AsyncInferenceConfig | undefined) {
  return config?.OutputConfig?.NotificationConfig ?? {};
}
