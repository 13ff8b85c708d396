import { Stack } from 'aws-cdk-lib';
import type { Alarm, CompositeAlarm, Dashboard, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { explainPolicies } from '../platform/explained-rules';
import { contextOfPart, type PartProps } from '../platform/part-props';
import { ProblemType } from '../problem-type';
import { asFolder } from '../runtime/as-folder';
import { Validation } from '../runtime/validation';
import { ModelDashboard } from './model-dashboard';
import { type IModelMonitor, ModelMonitor } from './model-monitor';
import type { MonitorBaseline } from './monitor-baseline';
import type { MonitoringProps } from './monitoring-props';
import { RequestMetrics } from './request-metrics';
import { modelAtEndpoint } from './watched-model';

/** How good a model is on rows that it has not learned from. */
export interface HoldoutQuality {
  /** In the metric of `quality.metric`, which is AUC, accuracy of several classes, or mean absolute error. */
  readonly value: number;
  /** Rows of the holdout. */
  readonly rows: number;
}

export interface EndpointMonitorProps extends MonitoringProps, PartProps {
  /** Name of a real-time endpoint that records its requests and responses (SageMaker data capture). */
  readonly endpointName: string;

  /**
   * Variant of the endpoint that is watched. Variants hold models of their own: give each a monitor.
   * @default 'AllTraffic'
   */
  readonly variantName?: string;

  /** Bucket in which the endpoint records: that of `DestinationS3Uri` in its `DataCaptureConfig`. */
  readonly captureBucket: IBucket;

  /**
   * Path of `DestinationS3Uri` in its bucket. Below it are `<endpoint>/<variant>/yyyy/mm/dd/hh/`.
   * @default - the endpoint records at the root of the bucket
   */
  readonly capturePrefix?: string;

  /**
   * Key of `KmsKeyId` in the endpoint's `DataCaptureConfig`.
   * @default - the key of the bucket, if it has one
   */
  readonly captureEncryptionKey?: IKey;

  /** What traffic is compared with: the profile of the training data. */
  readonly baseline: MonitorBaseline;

  /**
   * What the model predicts.
   * @default ProblemType.binary()
   */
  readonly problem?: ProblemType;

  /**
   * The model's quality on its holdout, with which the quality in production is compared.
   * @default - quality is measured where labels arrive, and its alarm does not go off
   */
  readonly holdoutQuality?: HoldoutQuality;

  /**
   * Name of the monitor, by which the CLI finds it: value of the dimension `Pipeline` of its metrics, 1 to
   * 128 characters. No other monitor of the account and region has it.
   * @default - name of the endpoint, followed by a hyphen and that of the variant if `variantName` is given
   */
  readonly monitorName?: string;

  /**
   * Bucket of the monitor's reports, and of labels.
   * @default captureBucket
   */
  readonly bucket?: IBucket;

  /**
   * What the keys of the reports begin with: `<prefix>profiles/yyyy/mm/dd/hh/` has `drift.json` and
   * `quality.json` of an hour.
   * @default - `model-monitor/<monitorName>/`
   */
  readonly prefix?: string;

  /**
   * What the keys of labels begin with, in the bucket of the reports: below it are `yyyy/mm/dd/hh/` of the
   * hour in which they arrive, with JSON lines in the format of SageMaker's ground truth.
   * @default - `<prefix>ground-truth/`
   */
  readonly groundTruthPrefix?: string;
}

/**
 * Watches the model of an endpoint that somebody else made and updates: drift of its inputs and predictions
 * and quality by labels every hour, latency and errors every minute. When the endpoint gets another endpoint
 * config, the comparison starts again with the requests since then.
 */
export class EndpointMonitor extends Construct implements IModelMonitor {
  readonly driftAlarm: Alarm;
  readonly latencyAlarm: Alarm;
  readonly errorAlarm: Alarm;
  readonly qualityAlarm: Alarm;
  readonly captureAlarm: Alarm;
  readonly conceptDriftAlarm?: Alarm;
  readonly fairnessAlarm?: Alarm;
  readonly labelAlarm: Alarm;
  readonly servingAlarm: CompositeAlarm;
  readonly monitoringAlarm: CompositeAlarm;
  readonly requestMetrics: RequestMetrics;
  /** The topic that notifies people. */
  readonly topic: ITopic;
  /** Alarms, requests, drift and quality. */
  readonly dashboard: Dashboard;
  private readonly monitor: ModelMonitor;

  /** @throws Error that lists what is wrong with the props, and where */
  constructor(scope: Construct, id: string, props: EndpointMonitorProps) {
    super(scope, id);
    const { endpointName, captureBucket, variantName = 'AllTraffic', problem = ProblemType.binary() } = props;
    const pipelineName =
      props.monitorName ?? (props.variantName ? `${endpointName}-${props.variantName}` : endpointName);
    this.validate(props, pipelineName, problem);
    const context = contextOfPart(this, { pipelineName, bucket: props.bucket ?? captureBucket }, props);
    const prefix = asFolder(props.prefix ?? `model-monitor/${pipelineName}`);
    const groundTruthPrefix = asFolder(props.groundTruthPrefix ?? `${prefix}ground-truth`);
    const capturePrefix = asFolder(props.capturePrefix ?? '');
    this.topic = context.topic;
    this.requestMetrics = RequestMetrics.ofEndpoint(endpointName, [variantName]);
    this.monitor = new ModelMonitor(this, 'Monitor', {
      ...props,
      context,
      problem,
      requestMetrics: this.requestMetrics,
      model: modelAtEndpoint(this, {
        endpointName,
        variantName,
        captureBucket,
        capturePrefix,
        captureEncryptionKey: props.captureEncryptionKey,
        baseline: props.baseline,
        prefix,
        groundTruthPrefix,
        holdout: props.holdoutQuality,
      }),
    });
    // The operator's CLI finds the reports here.
    new StringParameter(this, 'Reports', {
      parameterName: `/model-monitor/${pipelineName}/reports`,
      // The name may be known only when the stack is deployed.
      simpleName: false,
      description: `Reports of the monitor ${pipelineName}`,
      stringValue: Stack.of(this).toJsonString({
        bucket: context.bucket.bucketName,
        prefix: `${prefix}profiles/`,
      }),
    });
    this.driftAlarm = this.monitor.driftAlarm;
    this.latencyAlarm = this.monitor.latencyAlarm;
    this.errorAlarm = this.monitor.errorAlarm;
    this.qualityAlarm = this.monitor.qualityAlarm;
    this.captureAlarm = this.monitor.captureAlarm;
    this.conceptDriftAlarm = this.monitor.conceptDriftAlarm;
    this.fairnessAlarm = this.monitor.fairnessAlarm;
    this.labelAlarm = this.monitor.labelAlarm;
    this.servingAlarm = this.monitor.servingAlarm;
    this.monitoringAlarm = this.monitor.monitoringAlarm;
    const { dashboard } = new ModelDashboard(this, 'Dashboard', {
      heading: `# ${pipelineName}\nVariant \`${variantName}\` of the endpoint \`${endpointName}\``,
      monitor: this.monitor,
      problem,
    });
    this.dashboard = dashboard;
    const recordings = `${capturePrefix}${endpointName}/${variantName}/`;
    explainPolicies(this, recordings, `${prefix}profiles/`, `${prefix}answers/`, groundTruthPrefix);
  }

  metricDriftedFeatures(options: MetricOptions = {}): Metric {
    return this.monitor.metricDriftedFeatures(options);
  }

  metric(name: string, options: MetricOptions = {}): Metric {
    return this.monitor.metric(name, options);
  }

  private validate(props: EndpointMonitorProps, monitorName: string, problem: ProblemType): void {
    const { endpointName, variantName, capturePrefix = '', holdoutQuality } = props;
    const validation = new Validation(this)
      .check(endpointName, NAME.test(endpointName), `endpointName must be ${NAME_IN_WORDS}`)
      .check(
        variantName,
        variantName === undefined || NAME.test(variantName),
        `variantName must be ${NAME_IN_WORDS}`,
      )
      .check(
        monitorName,
        /^[\w.-]{1,128}$/.test(monitorName),
        'monitorName must be 1 to 128 letters, digits, hyphens, points and underscores',
      )
      .check(
        capturePrefix,
        !capturePrefix.startsWith('s3://') && !capturePrefix.startsWith('/'),
        'capturePrefix must be the path below the bucket, such as datacapture, not an s3:// URI',
      )
      .check(
        holdoutQuality?.rows,
        holdoutQuality === undefined || holdoutQuality.rows >= 1,
        'holdoutQuality.rows must be at least 1',
      );
    for (const found of problem._problems()) validation.add(found);
    validation.finish();
  }
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html, as of variants. */
const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
const NAME_IN_WORDS = '1 to 63 letters, digits and inner hyphens';
