import { Duration, Names } from 'aws-cdk-lib';
import type { IMetric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Architecture, FunctionUrl, FunctionUrlOptions, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE } from '../monitoring/pipeline-metrics';
import { RequestMetrics } from '../monitoring/request-metrics';
import { explainPolicies } from '../platform/explained-rules';
import { type PlatformProps, resolvePlatform } from '../platform/platform';
import { checkArchitecture } from '../runtime/function-code';
import { PartFunction } from '../runtime/part-function';
import { Validation } from '../runtime/validation';
import type { OnnxModel } from './onnx-model';

export interface LambdaInferenceProps extends PlatformProps {
  /** The model that answers. */
  readonly model: OnnxModel;

  /**
   * Name of the model: value of the dimension `Pipeline` of the metrics, and folder of the recordings; 1 to
   * 128 characters.
   * @default - generated from the construct's path
   */
  readonly modelName?: string;

  /**
   * What answers tell as the model's version.
   * @default - of a local file, its hash; of an object in S3, the object's version
   */
  readonly modelVersion?: string;

  /**
   * In MiB; Lambda gives processor power in proportion.
   * @default 1769, one whole vCPU
   */
  readonly memorySize?: number;

  /**
   * Processors that run the function: with `Architecture.ARM_64`, Graviton, a second costs a fifth less
   * (https://aws.amazon.com/lambda/pricing/). The local cloud runs functions on the processor of its machine,
   * and models only of that architecture.
   * @default Architecture.X86_64
   */
  readonly architecture?: Architecture;

  /**
   * How long a request may take, with the loading of the model by the first one of an instance.
   * @default 30 seconds
   */
  readonly timeout?: Duration;

  /**
   * Bucket in which requests and answers are recorded, below `capture/<modelName>/AllTraffic/`, in the format
   * of SageMaker's data capture.
   * @default - nothing is recorded
   */
  readonly captureBucket?: IBucket;

  /**
   * Share of the requests that are recorded, in percent. Callers do not wait for it.
   * @default 100
   */
  readonly capturePercentage?: number;
}

/**
 * A Lambda function that answers with one model in ONNX, without a pipeline: a deployment changes the model.
 * Invoke it with `{ "rows": [[...], ...] }`; the answer is `{ "predictions": [...], "modelVersion": "...",
 * "variant": "AllTraffic" }`. Through its function URL, it takes the same as the body of a POST request.
 */
export class LambdaInference extends Construct {
  /** The function that answers. */
  readonly handler: IFunction;
  private readonly requestMetrics: RequestMetrics;

  /** @throws Error that lists what is wrong with the props, and where */
  constructor(scope: Construct, id: string, props: LambdaInferenceProps) {
    super(scope, id);
    const modelName = props.modelName ?? Names.uniqueResourceName(this, { maxLength: 64 });
    const { capturePercentage = 100, captureBucket } = props;
    checkArchitecture(new Validation(this), props.architecture)
      .check(
        modelName,
        /^[\w.-]{1,128}$/.test(modelName),
        'modelName must be 1 to 128 letters, digits, dots, hyphens and underscores',
      )
      .check(
        capturePercentage,
        capturePercentage >= 0 && capturePercentage <= 100,
        'capturePercentage must be 0 to 100',
      )
      .check(
        props.capturePercentage,
        captureBucket !== undefined || props.capturePercentage === undefined,
        'capturePercentage needs a captureBucket to record in',
      )
      .finish();
    const model = props.model._bind(this);
    const handler = new PartFunction(this, 'Handler', {
      context: {
        pipelineName: modelName,
        bucket: captureBucket ?? model.bucket,
        platform: resolvePlatform(this, props),
      },
      asset: 'serverless-inference',
      description: `Answers with the model ${modelName} (ONNX)`,
      timeout: props.timeout ?? Duration.seconds(30),
      memorySize: props.memorySize ?? 1769,
      architecture: props.architecture,
      settings: {
        serves: {
          kind: 'model',
          location: { bucket: model.bucket.bucketName, key: model.key },
          objectVersion: model.objectVersion,
          modelVersion: props.modelVersion ?? model.version,
        },
        capturePercentage: captureBucket ? capturePercentage : 0,
        captureFolder: modelName,
        metricNamespace: METRIC_NAMESPACE,
      },
    });
    model.grantRead(handler);
    if (captureBucket) {
      handler.canWrite(`capture/${modelName}/`);
      captureBucket.encryptionKey?.grantEncrypt(handler);
    }
    explainPolicies(this);
    this.handler = handler;
    this.requestMetrics = RequestMetrics.ofFunction(modelName, [ONLY_VARIANT]);
  }

  /** Lets somebody invoke the function. */
  grantInvoke(grantee: IGrantable): Grant {
    return this.handler.grantInvoke(grantee);
  }

  /**
   * Gives the function an HTTPS address, which takes `{ "rows": [[...], ...] }` in a POST request.
   *
   * @default - callers sign their requests (`FunctionUrlAuthType.AWS_IAM`)
   */
  addFunctionUrl(options: FunctionUrlOptions = {}): FunctionUrl {
    return this.handler.addFunctionUrl(options);
  }

  /** Requests. @default - the sum of a minute */
  metricInvocations(options: MetricOptions = {}): IMetric {
    return this.requestMetrics.invocations(options);
  }

  /** Requests that failed because of the model. @default - the sum of a minute */
  metricErrors(options: MetricOptions = {}): IMetric {
    return this.requestMetrics.errors(options);
  }

  /** Time that the model takes to answer, in microseconds. @default - the 95th percentile of a minute */
  metricLatency(options: MetricOptions = {}): IMetric {
    return this.requestMetrics.latency(options);
  }
}

/** SageMaker's name for the variant of an endpoint that has one; the function uses it, too. */
const ONLY_VARIANT = 'AllTraffic';
