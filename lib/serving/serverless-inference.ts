import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  type MetricOptions,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import {
  Alias,
  type Architecture,
  type IAlias,
  type IFunction,
  type IVersion,
  Version,
} from 'aws-cdk-lib/aws-lambda';
import { Construct, type IConstruct } from 'constructs';
import type { ServerlessInferenceSettings } from '../../contracts/functions/serving';
import { explainAlarm } from '../monitoring/alarm-runbook';
import { METRIC_NAMESPACE } from '../monitoring/pipeline-metrics';
import { RequestMetrics } from '../monitoring/request-metrics';
import { checkArchitecture } from '../runtime/function-code';
import { type PipelineContext, routingParameterName } from '../runtime/pipeline-context';
import { PipelineFunction } from '../runtime/pipeline-function';
import { Validation } from '../runtime/validation';
import { checkProvisionedConcurrency, type ProvisionedConcurrency } from './provisioned-concurrency';
import { ServedBy } from './served-by';

export interface ServerlessInferenceOptions {
  /**
   * In MiB; Lambda gives processor power in proportion. During a release both models are loaded.
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
   * How old the routing document may become before an instance of the function reads it again: releases and
   * rollbacks reach all requests within that time. Each reading takes some milliseconds; the Parameter Store
   * answers 40 a second in an account unless you raise that. Whole seconds; with 0 each request reads it.
   * @default 10 seconds
   */
  readonly maximumRoutingAge?: Duration;

  /**
   * Share of requests and answers that are recorded in the bucket, in percent, below
   * `capture/<function>/<variant>/`. Callers do not wait for it: an object is written after the answer has
   * left, and the function is billed for that time, some 20 to 50 ms. Monitors see only what is recorded:
   * where the function serves alone, below `capture/<pipeline>/<variant>/`.
   * @default 0 beside an endpoint; 100 where the function serves alone
   */
  readonly capturePercentage?: number;

  /**
   * Least time between two writes of recordings by an instance of the function. With 0, each answer is
   * followed by an object of its own, and none is lost: S3 charges for each. With more, an instance writes
   * what has gathered after an answer, or when Lambda ends it; the last ones of a busy time come late for the
   * hour's drift then, and those of an instance that crashes are lost. Whole seconds, at most 1 minute.
   * @default Duration.seconds(0)
   */
  readonly captureInterval?: Duration;

  /**
   * Instances that are started before requests come, where the function serves alone. A release that brings
   * another version of the function waits until this one has its instances, before its smoke test, and ends
   * those of the previous version when it has succeeded. A change takes effect with the next release.
   * @default - none: the first request of each instance waits for its start
   */
  readonly provisionedConcurrency?: ProvisionedConcurrency;
}

/**
 * A Lambda function that answers with the version in production, beside an endpoint or alone. Invoke it with
 * `{ "rows": [[...], ...] }`; requests with the same `"inferenceId"` are answered by the same version.
 */
export interface IServerlessInference extends IConstruct {
  /**
   * What callers invoke: the alias `live`, by which releases spread requests over versions of the function.
   */
  readonly handler: IAlias;
  /** Requests to the function. */
  readonly requestMetrics: RequestMetrics;
  /** Requests could not be recorded; only if requests are recorded. */
  readonly recordingAlarm?: Alarm;

  /**
   * A metric of one variant, `blue` or `green`, by the minute: `Invocations`, `Invocation4XXErrors`,
   * `Invocation5XXErrors`, or `ModelLatency` in microseconds.
   */
  metric(metricName: string, variant: string, options?: MetricOptions): Metric;
  /** Requests to both variants. @default - the sum of a minute */
  metricInvocations(options?: MetricOptions): IMetric;
  /** Requests that failed because of the model. @default - the sum of a minute */
  metricErrors(options?: MetricOptions): IMetric;
  /**
   * Time that the model takes to answer, in microseconds; the slower variant's during a release.
   * @default - the 95th percentile of a minute
   */
  metricLatency(options?: MetricOptions): IMetric;
}

export interface ServerlessInferenceProps extends ServerlessInferenceOptions {
  readonly context: PipelineContext;
  /** @default ServedBy.ENDPOINT */
  readonly servedBy?: ServedBy;
  /**
   * Share of the requests that are copied to a version that is a shadow, above 0 and at most 1: a second
   * function like this one answers the copies. It has no use beside an endpoint, whose requests SageMaker
   * copies.
   * @default - none are copied
   */
  readonly shadowShare?: number;
}

/**
 * The function loads `model.onnx` of the model's archive and follows the routing document, so that during a
 * release the candidate answers its share of the requests.
 *
 * Each deploy that changes the function publishes a version of it, which has no requests until a release
 * gives them to it.
 */
export class ServerlessInference extends Construct implements IServerlessInference {
  readonly handler: IAlias;
  /** The function as this deploy leaves it. */
  readonly deployedVersion: IVersion;
  /** Answers copies of requests while a version is a shadow; only if requests are copied. */
  readonly shadowHandler?: IFunction;
  readonly requestMetrics: RequestMetrics;
  /** How long it may take until all instances know a change of the routing document. */
  readonly maximumRoutingAge: Duration;
  /** Share of requests and answers that are recorded, in percent. */
  readonly capturePercentage: number;
  /** Instances that are started before requests, if any are. */
  readonly provisionedConcurrency?: ProvisionedConcurrency;
  readonly recordingAlarm?: Alarm;

  /** @throws Error that lists every prop out of range */
  constructor(scope: Construct, id: string, props: ServerlessInferenceProps) {
    super(scope, id);
    const { pipelineName } = props.context;
    this.requestMetrics = RequestMetrics.ofFunction(pipelineName);
    this.maximumRoutingAge = props.maximumRoutingAge ?? Duration.seconds(10);
    const maximumRoutingAgeSeconds = this.maximumRoutingAge.toSeconds();
    const isAlone = props.servedBy === ServedBy.FUNCTION;
    const capturePercentage = props.capturePercentage ?? (isAlone ? 100 : 0);
    this.capturePercentage = capturePercentage;
    this.provisionedConcurrency = props.provisionedConcurrency;
    const captureIntervalSeconds = (props.captureInterval ?? Duration.seconds(0)).toSeconds();
    const validation = checkArchitecture(new Validation(this), props.architecture);
    checkProvisionedConcurrency(validation, props.provisionedConcurrency, isAlone)
      .check(
        captureIntervalSeconds,
        captureIntervalSeconds <= 60,
        'captureInterval must be at most 1 minute, since monitors read an hour soon after its end, in seconds',
      )
      .check(
        maximumRoutingAgeSeconds,
        maximumRoutingAgeSeconds <= 300,
        'maximumRoutingAge must be at most 5 minutes, since a rollback takes as long, in seconds',
      )
      .check(
        capturePercentage,
        capturePercentage >= 0 && capturePercentage <= 100,
        'capturePercentage must be 0 to 100',
      )
      .check(
        props.shadowShare,
        props.shadowShare === undefined || (props.shadowShare > 0 && props.shadowShare <= 1),
        'shadowShare must be above 0 and at most 1',
      )
      .finish();
    const settings: ServerlessInferenceSettings = {
      serves: {
        kind: 'routing',
        parameter: routingParameterName(pipelineName),
        maximumAgeSeconds: maximumRoutingAgeSeconds,
      },
      capturePercentage,
      ...(captureIntervalSeconds > 0 && { captureIntervalSeconds }),
      metricNamespace: METRIC_NAMESPACE,
      // Where an endpoint's recordings would be: all that reads them finds them there.
      ...(isAlone && { captureFolder: pipelineName }),
    };
    const { shadowShare: sampleShare } = props;
    const shadow = sampleShare === undefined ? undefined : shadowFunction(this, { ...props, settings });
    const deployed = inferenceFunction(this, 'Handler', {
      ...props,
      description: `Answers with the version of ${pipelineName} in production (ONNX)`,
      settings: {
        ...settings,
        ...(shadow &&
          sampleShare !== undefined && { shadow: { functionName: shadow.functionName, sampleShare } }),
      },
    });
    // Copies go to the function itself, and to no version or alias.
    if (shadow) deployed.allow(['lambda:InvokeFunction'], [shadow.functionArn]);
    this.shadowHandler = shadow;
    this.deployedVersion = deployed.currentVersion;
    this.handler = liveAlias(this, deployed);
    this.recordingAlarm = capturePercentage > 0 ? recordingAlarm(this, props.context) : undefined;
  }

  metric(metricName: string, variant: string, options: MetricOptions = {}): Metric {
    return new Metric({
      namespace: this.requestMetrics._source.namespace,
      metricName,
      dimensionsMap: { ...this.requestMetrics._source.dimensions, VariantName: variant },
      statistic: metricName === 'ModelLatency' ? 'p95' : 'Sum',
      period: Duration.minutes(1),
      ...options,
    });
  }

  metricInvocations(options: MetricOptions = {}): IMetric {
    return this.requestMetrics.invocations(options);
  }

  metricErrors(options: MetricOptions = {}): IMetric {
    return this.requestMetrics.errors(options);
  }

  metricLatency(options: MetricOptions = {}): IMetric {
    return this.requestMetrics.latency(options);
  }
}

interface InferenceFunctionProps extends ServerlessInferenceProps {
  readonly description: string;
  readonly settings: ServerlessInferenceSettings;
}

function inferenceFunction(
  scope: Construct,
  id: string,
  { context, description, settings, architecture, memorySize = 1769 }: InferenceFunctionProps,
): PipelineFunction {
  const handler = new PipelineFunction(scope, id, {
    context,
    asset: 'serverless-inference',
    description,
    settings,
    // It writes metrics of each request.
    logGroup: context.platform._logs.ofOneFunction(scope, `${id}Logs`),
    timeout: Duration.seconds(30),
    memorySize,
    architecture,
  })
    .canRead('models/')
    .canReadVersions('models/')
    .canReadRouting();
  return settings.capturePercentage > 0 ? handler.canWrite('capture/') : handler;
}

/**
 * An alias that releases move. A template that always says the same leaves it where they have led it: it
 * begins with the first version that a function publishes, which is 1.
 */
function liveAlias(scope: Construct, deployed: PipelineFunction): Alias {
  const version = Version.fromVersionAttributes(scope, 'FirstVersion', { lambda: deployed, version: '1' });
  const alias = new Alias(scope, 'Live', { aliasName: 'live', version });
  alias.node.addDependency(deployed.currentVersion);
  return alias;
}

/** A write that fails has been tried six times, so that one is enough. */
function recordingAlarm(scope: Construct, { pipelineName }: PipelineContext): Alarm {
  const alarm = new Alarm(scope, 'RecordingAlarm', {
    alarmDescription: `${pipelineName}: the function could not record requests, so they are not monitored; see its log`,
    metric: new Metric({
      namespace: METRIC_NAMESPACE,
      metricName: 'CaptureWriteErrors',
      dimensionsMap: { Pipeline: pipelineName },
      statistic: 'Sum',
      period: Duration.minutes(5),
    }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  return explainAlarm(alarm, 'recording');
}

/** A separate function, so that copies take no instances from the version in production. */
function shadowFunction(
  scope: Construct,
  props: Omit<InferenceFunctionProps, 'description'>,
): PipelineFunction {
  const shadow = inferenceFunction(scope, 'Shadow', {
    ...props,
    description: `Answers copies of requests to ${props.context.pipelineName} with the version that is a shadow (ONNX)`,
  });
  // A copy that fails is counted, and one that is late has nothing to be compared with.
  shadow.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
  return shadow;
}
