import { AsynchronousEndpoint, type AsynchronousEndpointOptions } from './asynchronous-endpoint';
import type { EndpointKind } from './endpoint-kind';
import { RealTimeEndpoint } from './real-time-endpoint';
import { ServerlessEndpoint, type ServerlessEndpointOptions } from './serverless-endpoint';

/** What answers requests with the version in production. */
export class ServedBy {
  /**
   * A SageMaker endpoint with instances, as `hosting` describes them; a Lambda function beside it, if the
   * pipeline has `serverlessInference`.
   */
  static readonly ENDPOINT = new ServedBy(new RealTimeEndpoint());

  /**
   * A Lambda function alone, with a model in ONNX. Training and evaluation stay with SageMaker, but nothing
   * runs, or costs, while there are no requests.
   */
  static readonly FUNCTION = new ServedBy(undefined);

  /**
   * A SageMaker serverless endpoint: SageMaker starts containers as requests come, and bills the time that
   * they take. It records no requests, so that drift and quality are not monitored, and it holds one version
   * at a time: `ReleaseStrategy.inPlace()` is its only strategy, and its default. An endpoint cannot become
   * serverless later.
   */
  static serverlessEndpoint(options: ServerlessEndpointOptions = {}): ServedBy {
    return new ServedBy(new ServerlessEndpoint(options));
  }

  /**
   * A SageMaker asynchronous endpoint: requests are objects in S3, wait in a queue, and are answered in S3,
   * below `asynchronous/answers/` of the pipeline's bucket. `hosting` describes its instances, of which there
   * may be none while no requests wait. Requests are not recorded for the monitors, and it holds one version
   * at a time: `ReleaseStrategy.deploymentGuardrails()`, its default, or `ReleaseStrategy.inPlace()`
   * releases. An endpoint cannot become asynchronous later.
   */
  static asynchronousEndpoint(options: AsynchronousEndpointOptions = {}): ServedBy {
    return new ServedBy(new AsynchronousEndpoint(options));
  }

  private constructor(private readonly endpoint: EndpointKind | undefined) {}

  /**
   * Undefined if there is no endpoint.
   *
   * @internal
   */
  public get _endpoint(): EndpointKind | undefined {
    return this.endpoint;
  }
}
