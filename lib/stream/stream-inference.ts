import { Duration, Stack } from 'aws-cdk-lib';
import { type Alarm, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { StreamScorerSettings } from '../../contracts/functions/stream';
import { streamParameterName } from '../access/published-parts';
import type { IModelPipeline } from '../model-pipeline-base';
import { addDashboardRow } from '../monitoring/dashboard-row';
import { METRIC_NAMESPACE } from '../monitoring/pipeline-metrics';
import { explainPolicies } from '../platform/explained-rules';
import type { PlatformProps } from '../platform/platform';
import { arn } from '../runtime/arn';
import { deadLetterQueue } from '../runtime/dead-letter-queue';
import { PartFunction } from '../runtime/part-function';
import { routingParameterName } from '../runtime/pipeline-context';
import { functionContextOfPartOf } from '../runtime/shared-context';
import { Validation } from '../runtime/validation';
import { type StreamAlarms, streamAlarms } from './stream-alarms';
import type { StreamOutput } from './stream-output';
import type { StreamSource } from './stream-source';

/** Of a stream; of an imported pipeline, the platform on which it runs, too. */
export interface StreamInferenceOptions extends PlatformProps {
  /** Where records come from. */
  readonly source: StreamSource;

  /** Where scored records go. */
  readonly output: StreamOutput;

  /**
   * Name of the stream: value of the dimension `Stream` of the metrics, and of `stream` in scored records; 1
   * to 40 letters, digits, hyphens and underscores, which no other stream of the pipeline has.
   * @default - id of the construct
   */
  readonly streamName?: string;

  /**
   * Field of records, JSON objects then, whose value is their key, such as `customerId`: during a release,
   * all records of a key are scored by the same version. The model does not get it unless `carriedFields`
   * says so.
   * @default - the key by which the source orders records, such as the message group of a FIFO queue; without
   * one, each record is a key of its own
   */
  readonly keyField?: string;

  /**
   * Fields of records, JSON objects then, that the model does not take, such as the id of a transaction. They
   * go to the output as they are, in `carried`.
   * @default - `keyField`
   */
  readonly carriedFields?: string[];

  /**
   * Share of records and scores that are recorded for the monitors, in percent. Only of a pipeline that a
   * function serves: an endpoint records by itself.
   * @default 100
   */
  readonly capturePercentage?: number;

  /**
   * Content type of requests to an endpoint: `text/csv`, or `application/json` with the row in `instances`.
   * Only of a pipeline that an endpoint serves.
   * @default 'text/csv'
   */
  readonly contentType?: string;

  /**
   * How old the routing document may become before an instance of the function reads it again: releases and
   * rollbacks reach all records within that time. Whole seconds, at most 5 minutes.
   * @default 10 seconds
   */
  readonly maximumRoutingAge?: Duration;

  /**
   * For how long the oldest record may wait to be scored before an alarm goes off. Whole seconds.
   * @default 5 minutes
   */
  readonly maximumLag?: Duration;

  /**
   * How long the function may take for a batch of records.
   * @default 30 seconds
   */
  readonly timeout?: Duration;

  /**
   * In MiB; Lambda gives processor power in proportion. During a release both models are loaded.
   * @default 1769, one whole vCPU
   */
  readonly memorySize?: number;
}

export interface StreamInferenceProps extends StreamInferenceOptions {
  /** The pipeline whose versions score: one of this app, or one that is deployed already. */
  readonly pipeline: IModelPipeline;
}

/**
 * Scores each record of a stream as it occurs, with the version in production: a release moves its share of
 * the keys to the new version, with no deployment. Records that cannot be scored go to a queue of dead
 * letters and hold nothing up; what fails otherwise is tried again, in order.
 */
export class StreamInference extends Construct {
  /** Name of the stream. */
  readonly streamName: string;
  /** The function that scores. */
  readonly handler: IFunction;
  /** Records that cannot be scored, with the reason and their place in the source. */
  readonly deadLetterQueue: IQueue;
  /** Records wait too long. */
  readonly lagAlarm: Alarm;
  /** Records fail, and are tried again. */
  readonly failureAlarm: Alarm;
  /** Records could not be scored. */
  readonly deadLetterAlarm: Alarm;
  private readonly pipelineName: string;

  /** @throws Error that lists what is wrong with the props, and where */
  constructor(scope: Construct, id: string, props: StreamInferenceProps) {
    super(scope, id);
    const { pipeline, source, output, keyField } = props;
    const { pipelineName } = pipeline;
    const reader = source._reader;
    const writer = output._writer;
    const streamName = props.streamName ?? id;
    const timeout = props.timeout ?? Duration.seconds(30);
    const maximumLag = props.maximumLag ?? Duration.minutes(5);
    const maximumRoutingAge = props.maximumRoutingAge ?? Duration.seconds(10);
    const scorer = scorerOf(props);
    this.validate(props, { streamName, timeout, maximumRoutingAge, scorer });
    this.pipelineName = pipelineName;
    this.streamName = streamName;
    const functionContext = functionContextOfPartOf(this, pipeline, props);
    const { platform } = functionContext;
    const deadLetters = deadLetterQueue(this, 'DeadLetters', platform.encryptionKey);
    const routingParameter = routingParameterName(pipelineName);
    const handler = new PartFunction(this, 'Handler', {
      context: functionContext,
      asset: 'score-stream',
      description: `Scores the stream ${streamName} with the version of ${pipelineName} in production`,
      settings: {
        streamName,
        routing: {
          kind: 'routing',
          parameter: routingParameter,
          maximumAgeSeconds: maximumRoutingAge.toSeconds(),
        },
        output: writer.settings,
        keyField,
        carriedFields: props.carriedFields ?? (keyField === undefined ? [] : [keyField]),
        deadLetterQueueUrl: deadLetters.queueUrl,
        reportsItemFailures: reader.reportsItemFailures,
        scorer,
        metricNamespace: METRIC_NAMESPACE,
      },
      // It writes metrics of each record.
      logGroup: platform._logs.ofOneFunction(this, 'HandlerLogs'),
      timeout,
      memorySize: props.memorySize ?? 1769,
    })
      .canRead('models/')
      .allow(['ssm:GetParameter'], [arn(this, 'ssm', `parameter${routingParameter}`)])
      .allow(['sqs:SendMessage'], [deadLetters.queueArn]);
    if (scorer.kind === 'function') {
      handler.canReadVersions('models/');
      if (scorer.capturePercentage > 0) handler.canWrite('capture/');
    } else {
      handler.allow(['sagemaker:InvokeEndpoint'], [pipeline.endpointArn as string]);
    }
    writer.allow(handler);
    const context = { handler, deadLetters, recordAge: this.metric('RecordAge') };
    const mapping = reader.attach(this, 'Source', context);
    this.handler = handler;
    this.deadLetterQueue = deadLetters;
    const alarms = streamAlarms(this, {
      subject: `${pipelineName}, stream ${streamName}`,
      topic: pipeline.topic,
      handler,
      deadLetters,
      lag: reader.lag(context),
      maximumLag: maximumLag.toSeconds() * reader.lagPerSecond,
      maximumLagInWords: maximumLag.toHumanString(),
      failedRecords: this.metric('FailedRecords'),
    });
    this.lagAlarm = alarms.lagAlarm;
    this.failureAlarm = alarms.failureAlarm;
    this.deadLetterAlarm = alarms.deadLetterAlarm;
    this.publish(mapping, reader.name, writer.name, alarms);
    addDashboardRow(this, pipeline, `Stream ${streamName}`, [
      { title: 'Records that are scored', left: [this.metric('ScoredRecords')] },
      { title: 'Age of records when they are scored (ms)', left: [this.metric('RecordAge')] },
      {
        title: 'Records that cannot be scored, and that fail',
        left: [this.metric('PoisonRecords'), this.metric('FailedRecords')],
      },
    ]);
    explainPolicies(this);
  }

  /**
   * A metric of the stream: `ScoredRecords`, `PoisonRecords`, `FailedRecords`, or `RecordAge` in
   * milliseconds.
   *
   * @default - the sum of a minute; of `RecordAge`, the maximum
   */
  metric(metricName: string, options: MetricOptions = {}): Metric {
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { Pipeline: this.pipelineName, Stream: this.streamName },
      statistic: metricName === 'RecordAge' ? 'Maximum' : 'Sum',
      period: Duration.minutes(1),
      ...options,
    });
  }

  private validate(
    props: StreamInferenceProps,
    resolved: {
      readonly streamName: string;
      readonly timeout: Duration;
      readonly maximumRoutingAge: Duration;
      readonly scorer: StreamScorerSettings;
    },
  ): void {
    const { streamName, timeout, maximumRoutingAge, scorer } = resolved;
    const { pipeline, source, output, carriedFields, keyField, capturePercentage, contentType } = props;
    const validation = new Validation(this)
      .check(
        streamName,
        /^[\w-]{1,40}$/.test(streamName),
        'streamName must be 1 to 40 letters, digits, hyphens and underscores',
      )
      .check(
        'an asynchronous endpoint',
        pipeline.requestMetrics._server !== 'asynchronous',
        'the pipeline must be served by a function, or by an endpoint that answers at once',
      )
      .check(
        capturePercentage,
        (capturePercentage ?? 0) >= 0 && (capturePercentage ?? 0) <= 100,
        'capturePercentage must be 0 to 100',
      )
      .check(
        capturePercentage,
        scorer.kind === 'function' || capturePercentage === undefined,
        'capturePercentage is not for an endpoint, which records as hosting.capturePercentage says: leave it out',
      )
      .check(
        contentType,
        contentType === undefined || CONTENT_TYPES.includes(contentType),
        `contentType must be ${CONTENT_TYPES.join(' or ')}`,
      )
      .check(
        contentType,
        scorer.kind === 'endpoint' || contentType === undefined,
        'contentType is for an endpoint, and a function serves: leave it out',
      )
      .check(
        maximumRoutingAge.toSeconds(),
        maximumRoutingAge.toSeconds() <= 300,
        'maximumRoutingAge must be at most 5 minutes, since a rollback takes as long, in seconds',
      )
      .check(
        timeout.toSeconds(),
        timeout.toSeconds() <= 900,
        'timeout must be at most 15 minutes, as of each function, in seconds',
      )
      .check(keyField, keyField !== '', 'keyField must not be empty')
      .check(
        carriedFields,
        new Set(carriedFields).size === (carriedFields?.length ?? 0),
        'carriedFields must name each field once',
      );
    source._reader.check(validation, timeout);
    output._writer.check(validation);
    validation.finish();
  }

  /** The operator's CLI finds the stream here. */
  private publish(mapping: string, source: string, output: string, alarms: StreamAlarms): void {
    const { pipelineName, streamName } = this;
    new StringParameter(this, 'Resources', {
      parameterName: streamParameterName(pipelineName, streamName),
      description: `Parts of the stream ${streamName} of the pipeline ${pipelineName}`,
      stringValue: Stack.of(this).toJsonString({
        function: this.handler.functionName,
        mapping,
        source,
        output,
        deadLetterQueue: this.deadLetterQueue.queueUrl,
        lagAlarm: alarms.lagAlarm.alarmName,
        failureAlarm: alarms.failureAlarm.alarmName,
        deadLetterAlarm: alarms.deadLetterAlarm.alarmName,
      }),
    });
  }
}

const CONTENT_TYPES = ['text/csv', 'application/json'];

/** An endpoint scores if there is one, whatever function is beside it. */
function scorerOf({
  pipeline,
  capturePercentage = 100,
  contentType = 'text/csv',
}: StreamInferenceProps): StreamScorerSettings {
  const { endpointName, requestMetrics } = pipeline;
  if (endpointName === undefined) return { kind: 'function', capturePercentage };
  return {
    kind: 'endpoint',
    endpointName,
    contentType: contentType as 'text/csv' | 'application/json',
    hasVariants: requestMetrics._server !== 'serverless',
  };
}
