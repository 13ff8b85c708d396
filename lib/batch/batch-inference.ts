import { Duration, Stack, Token } from 'aws-cdk-lib';
import { type Alarm, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { EventField, Rule, RuleTargetInput, type Schedule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { batchParameterName } from '../access/published-parts';
import { isVersioned } from '../artifacts/given-bucket';
import type { IModelPipeline } from '../model-pipeline-base';
import { addDashboardRow } from '../monitoring/dashboard-row';
import { METRIC_NAMESPACE } from '../monitoring/pipeline-metrics';
import { explainPolicies } from '../platform/explained-rules';
import type { PlatformProps } from '../platform/platform';
import { arn } from '../runtime/arn';
import type { PartContext } from '../runtime/part-context';
import { PartFunction } from '../runtime/part-function';
import { checkPartName } from '../runtime/part-name';
import { generatedNamePrefix } from '../runtime/pipeline-context';
import { contextOfPartOf } from '../runtime/shared-context';
import { Validation } from '../runtime/validation';
import { Workflow } from '../runtime/workflow';
import { type BatchAlarmOptions, batchAlarms } from './batch-alarms';
import { BatchEngine } from './batch-engine';
import type { BatchInput } from './batch-input';
import { BatchOutput } from './batch-output';
import type { BatchSink } from './batch-sink';
import type { BatchSinkWriter } from './batch-sink-writer';
import { batchStates, FINISH_RUN } from './batch-states';
import type { Engine, ScoredBatch } from './engines/engine';

/** Of a batch; of an imported pipeline, the platform on which it runs, too. */
export interface BatchInferenceOptions extends BatchAlarmOptions, PlatformProps {
  /** What is scored. */
  readonly input: BatchInput;

  /**
   * How predictions are written.
   * @default BatchOutput.csv()
   */
  readonly output?: BatchOutput;

  /**
   * Where rows go when a run has ended, one sink after the other.
   * @default - they stay in the bucket
   */
  readonly sinks?: BatchSink[];

  /**
   * What scores.
   * @default - `BatchEngine.lambda()` if a function serves, alone or beside an endpoint; else
   * `BatchEngine.transform()`
   */
  readonly engine?: BatchEngine;

  /**
   * When runs start.
   * @default - a person or a system starts executions of `stateMachine`
   */
  readonly schedule?: Schedule;

  /**
   * Whether each file that is uploaded starts a run, which scores it alone. Turns on notifications to
   * EventBridge of a bucket of this app; those of another one must be on.
   * @default false
   */
  readonly onNewFiles?: boolean;

  /**
   * Time after which a run fails. It can be started again by its name, and goes on.
   * @default 12 hours
   */
  readonly timeout?: Duration;

  /**
   * Name of the batch, part of the keys of what it writes: 1 to 40 lower-case letters, digits and inner
   * hyphens.
   * @default - id of the construct, in lower case
   */
  readonly batchName?: string;
}

export interface BatchInferenceProps extends BatchInferenceOptions {
  /** The pipeline whose version in production scores: one of this app, or an imported one. */
  readonly pipeline: IModelPipeline;
}

/**
 * Scores all rows of files with the version in production: every customer each night, for example. A run pins
 * its input and its version when it begins, so that neither a new file nor a release changes anything in it.
 * Each row comes out once, with a prediction or with the reason why it has none; a run that was interrupted
 * goes on when it is started again by its name.
 */
export class BatchInference extends Construct {
  /** Name of the batch. */
  readonly batchName: string;
  /**
   * The workflow of runs. Input: `{}`, or `{ "run": "..." }` with the name of a run, which is new or goes on;
   * by default a run has the name of its execution, on a schedule the time when it was due, and of a new file
   * one of its own.
   */
  readonly stateMachine: IStateMachine;
  /** A run failed. */
  readonly failedAlarm: Alarm;
  /** More rows of a run than `maximumFailedShare` have no prediction. */
  readonly failedRowsAlarm: Alarm;
  /** The input of a run has drifted from the training data of the version that scored it. */
  readonly driftAlarm: Alarm;
  /** A sink has refused rows of a run; undefined without sinks. */
  readonly refusedRowsAlarm?: Alarm;
  /** No run has ended for `maximumTimeBetweenRuns`; undefined without that. */
  readonly lateAlarm?: Alarm;
  private readonly context: PartContext;

  /** @throws Error that lists what is wrong with the props, and where */
  constructor(scope: Construct, id: string, props: BatchInferenceProps) {
    super(scope, id);
    const { pipeline, input, output = BatchOutput.csv() } = props;
    this.batchName = props.batchName ?? id.toLowerCase();
    const { _engine: engine } = props.engine ?? BatchEngine._of(pipeline);
    this.validate(props, output, engine);
    this.context = contextOfPartOf(this, pipeline, props);
    const { context, batchName } = this;
    const batch: ScoredBatch = {
      context,
      pipeline,
      batchName,
      input: { bucket: input._bucket, prefix: input._prefix },
    };
    const plan = this.planFunction(batch, output, engine);
    const finish = this.finishFunction();
    const bound = engine.bind(this, batch, FINISH_RUN);
    const delivery = this.delivery(props.sinks ?? [], `batch/${batchName}/`);
    const objects = context.bucket.arnForObjects(`batch/${batchName}/*`);
    const workflow = new Workflow(this, 'Workflow', {
      context,
      comment: `Scores ${batchName} with the version of ${context.pipelineName} in production`,
      startAt: 'PlanRun',
      states: batchStates({
        context,
        batchName,
        plan,
        engine: bound,
        finish,
        ...delivery,
        onNewFiles: props.onNewFiles ?? false,
        sinks: sinkNames(props),
      }),
      functions: [plan, ...bound.functions, finish, ...Object.values(delivery)].filter(
        (one) => one !== undefined,
      ),
      timeout: props.timeout ?? Duration.hours(12),
    }).allowDistributedMap({ list: objects, results: objects });
    bound.letScore(workflow);
    this.stateMachine = workflow.stateMachine;
    if (props.schedule) {
      new Rule(this, 'Schedule', {
        description: `Starts the batch ${this.batchName} of ${this.context.pipelineName}`,
        schedule: props.schedule,
        targets: [this.context.failures.behind(new SfnStateMachine(this.stateMachine))],
      });
    }
    if (props.onNewFiles) this.startOnNewFiles(input);
    const alarms = batchAlarms(this, {
      ...props,
      context: this.context,
      batchName: this.batchName,
      stateMachine: this.stateMachine,
      hasSinks: sinkNames(props).length > 0,
      metric: (name) => this.metric(name),
    });
    this.failedAlarm = alarms.failedAlarm;
    this.failedRowsAlarm = alarms.failedRowsAlarm;
    this.driftAlarm = alarms.driftAlarm;
    this.refusedRowsAlarm = alarms.refusedRowsAlarm;
    this.lateAlarm = alarms.lateAlarm;
    // The operator's CLI finds a batch here.
    new StringParameter(this, 'Resources', {
      parameterName: batchParameterName(this.context.pipelineName, this.batchName),
      description: `Parts of the batch ${this.batchName} of ${this.context.pipelineName}`,
      stringValue: Stack.of(this).toJsonString({
        stateMachine: this.stateMachine.stateMachineArn,
        planFunction: plan.functionName,
      }),
    });
    addDashboardRow(this, pipeline, `Batch ${batchName}`, [
      {
        title: 'Rows, and those that have no prediction',
        left: [this.metric('BatchRows'), this.metric('BatchFailedRows'), this.metric('BatchMissingRows')],
      },
      { title: 'Seconds of a run', left: [this.metric('BatchSeconds')] },
      { title: 'Drifted features of the input', left: [this.metric('BatchDriftedFeatures')] },
    ]);
    explainPolicies(this, input._prefix);
  }

  /**
   * A metric of the runs, published when one ends: `BatchRuns`, `BatchRows`, `BatchFailedRows`,
   * `BatchFailedShare`, `BatchMissingRows`, `BatchSeconds` and `BatchDriftedFeatures`; with sinks
   * `BatchDeliveredRows`, `BatchRefusedRows` and `BatchUndeliveredSinks`.
   *
   * @default - the maximum of an hour
   */
  metric(metricName: string, options: MetricOptions = {}): Metric {
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { Pipeline: this.context.pipelineName, Batch: this.batchName },
      statistic: 'Maximum',
      period: Duration.hours(1),
      ...options,
    });
  }

  private startOnNewFiles({ _bucket: bucket, _prefix: prefix }: BatchInput): void {
    tellEventBridge(bucket);
    const { pipelineName, failures } = this.context;
    new Rule(this, 'OnNewFiles', {
      description: `Starts the batch ${this.batchName} of ${pipelineName} when a file arrives`,
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [bucket.bucketName] }, object: { key: [{ prefix }] } },
      },
      targets: [
        failures.behind(
          new SfnStateMachine(this.stateMachine, {
            input: RuleTargetInput.fromObject({
              file: {
                key: EventField.fromPath('$.detail.object.key'),
                versionId: EventField.fromPath('$.detail.object.version-id'),
              },
            }),
          }),
        ),
      ],
    });
  }

  private planFunction(
    { context, pipeline, batchName, input }: ScoredBatch,
    output: BatchOutput,
    { kind, partBytes, instances }: Engine,
  ): PartFunction<'plan-batch'> {
    const prefix = `batch/${batchName}/`;
    const plan = new PartFunction(this, 'Plan', {
      context,
      asset: 'plan-batch',
      description: `Plans runs of the batch ${batchName}: input, version and parts`,
      settings: {
        batchName,
        routingParameter: pipeline.routingParameterName,
        input: { bucket: input.bucket.bucketName, prefix: input.prefix },
        output: {
          format: output._format,
          columns: output._columns,
          ...(output._compression && { compression: output._compression }),
        },
        engine: kind,
        partBytes,
        instances,
      },
      // It reads the whole input once, to cut it between rows.
      timeout: Duration.minutes(15),
      memorySize: 1769,
    })
      .canRead(prefix, 'models/')
      .canReadVersions('models/')
      .canWrite(prefix)
      .allow(['ssm:GetParameter'], [arn(this, 'ssm', `parameter${pipeline.routingParameterName}`)])
      .allow(['s3:ListBucketVersions'], [input.bucket.bucketArn])
      .canReadVersionsFrom(input.bucket, `${input.prefix}*`);
    if (kind === 'transform') {
      const models = `model/${generatedNamePrefix(context.pipelineName)}*`;
      plan.allow(['sagemaker:DescribeModel'], [arn(this, 'sagemaker', models)]);
    }
    return plan;
  }

  private finishFunction(): PartFunction<'finish-batch'> {
    const { context, batchName } = this;
    const prefix = `batch/${batchName}/`;
    return new PartFunction(this, 'Finish', {
      context,
      asset: 'finish-batch',
      description: `Ends runs of the batch ${batchName}: counts, checksums and drift`,
      settings: { batchName, metricNamespace: METRIC_NAMESPACE },
      timeout: Duration.minutes(15),
      memorySize: 1769,
    })
      .canRead(prefix, 'models/')
      .canReadVersions('models/')
      .canWrite(prefix)
      .canTellSystems()
      .canPublishMetrics(METRIC_NAMESPACE);
  }

  /** What delivers rows, if they go anywhere. */
  private delivery(sinks: readonly BatchSink[], prefix: string) {
    const { context, batchName } = this;
    const writers = sinks.map(({ _writer }) => _writer);
    if (writers.length === 0) return { deliver: undefined, finishDelivery: undefined };
    const deliver = new PartFunction(this, 'Deliver', {
      context,
      asset: 'deliver-batch',
      description: `Delivers rows of the batch ${batchName} to its sinks`,
      settings: { batchName, sinks: writers.map(({ settings }) => settings) },
      timeout: Duration.minutes(15),
      memorySize: 1769,
    })
      .canRead(prefix)
      .canReadVersions(prefix)
      .canWrite(prefix);
    for (const writer of writers) writer.allow(deliver);
    const finishDelivery = new PartFunction(this, 'FinishDelivery', {
      context,
      asset: 'finish-delivery',
      description: `Ends deliveries of the batch ${batchName}: counts rows`,
      settings: {
        batchName,
        metricNamespace: METRIC_NAMESPACE,
        sinks: writers.map(({ settings }) => settings.name),
      },
      timeout: Duration.minutes(5),
    })
      .canRead(prefix)
      .canPublishMetrics(METRIC_NAMESPACE);
    return { deliver, finishDelivery };
  }

  private validate(
    { pipeline, input, sinks = [] }: BatchInferenceProps,
    output: BatchOutput,
    engine: Engine,
  ): void {
    const validation = checkPartName(new Validation(this), 'batchName', this.batchName)
      .check(
        input._prefix,
        !input._prefix.startsWith('/') && !input._prefix.startsWith('s3://'),
        'the prefix of the input must be the beginning of keys, such as customers/, not an s3:// URI',
      )
      .check(
        output._columns,
        new Set(output._columns).size === output._columns.length,
        'columns of the output must differ from each other',
      );
    const written = `batch/${this.batchName}/`;
    validation.check(
      input._prefix,
      input._bucket.bucketName !== pipeline.bucket.bucketName ||
        !(written.startsWith(input._prefix) || input._prefix.startsWith(written)),
      `the input must not hold what the batch writes below ${written} of the same bucket: give it a prefix such as customers/`,
    );
    for (const { _writer: writer } of sinks) {
      writer.validate(validation);
      checkSink(validation, writer, output);
    }
    const names = sinks.map(({ _writer }) => _writer.settings.name);
    validation.check(
      names,
      new Set(names).size === names.length,
      'sinks must differ in their names: give one of them a sinkName',
    );
    const taken = output._columns.find((name) => OWN_COLUMNS.includes(name));
    if (taken !== undefined) {
      validation.add(
        `columns of the output must not be ${OWN_COLUMNS.join(', ')}, which each row has, got '${taken}': rename it in the input`,
      );
    }
    const bucket = input._bucket.node.defaultChild;
    if (CfnBucket.isCfnBucket(bucket) && !isVersioned(bucket)) {
      validation.add(
        `bucket ${bucket.node.path} of the input must be versioned, so that no file is replaced while it is scored: set versioned to true`,
      );
    }
    engine.validate(validation, pipeline);
    validation.finish();
  }
}

/** Has a bucket of this app tell EventBridge of new objects, unless it does. */
function tellEventBridge(bucket: IBucket): void {
  const resource = bucket.node.defaultChild;
  if (!CfnBucket.isCfnBucket(resource)) return;
  const { notificationConfiguration } = resource;
  if (Token.isUnresolved(notificationConfiguration)) return;
  const told = notificationConfiguration as CfnBucket.NotificationConfigurationProperty | undefined;
  if (!told?.eventBridgeConfiguration) bucket.enableEventBridgeNotification();
}

function sinkNames({ sinks = [] }: BatchInferenceProps): string[] {
  return sinks.map(({ _writer }) => _writer.settings.name);
}

function checkSink(
  validation: Validation,
  { settings, keyColumn, ownNames }: BatchSinkWriter,
  { _columns: columns }: BatchOutput,
): void {
  checkPartName(validation, 'sinkName', settings.name).check(
    keyColumn,
    keyColumn === undefined || columns.includes(keyColumn),
    `keyColumn of the sink ${settings.name} must be one of the columns of the output (${columns.join(', ') || 'it has none'}): name it in BatchOutput`,
  );
  const taken = columns.find((column) => ownNames.includes(column));
  if (taken !== undefined) {
    validation.add(
      `columns of the output must not be ${ownNames.join(', ')}, which the sink ${settings.name} writes itself, got '${taken}': rename it in the input`,
    );
  }
}

/** What rows of the output have beside columns of the input. */
const OWN_COLUMNS = ['rowId', 'prediction', 'probabilities', 'modelVersion', 'reason', 'row'];
