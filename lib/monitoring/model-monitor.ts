import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type Metric,
  type MetricOptions,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { functionRole } from '../runtime/part-function';
import type { PipelineContext } from '../runtime/pipeline-context';
import { Validation } from '../runtime/validation';
import { type DriftWindow, driftWindow } from './drift-window';
import { HourlyMonitor } from './hourly-monitor';
import { METRIC_NAMESPACE, pipelineMetric } from './pipeline-metrics';
import { type QualityMonitoringProps, qualitySettings } from './quality-monitoring';
import { RequestMetrics } from './request-metrics';

/** What is watched, and when it alarms. */
export interface MonitoringProps {
  /**
   * Probability of a false drift alarm in a day, over all features and the comparisons of its 24 hours.
   * @default 0.01
   */
  readonly driftAlpha?: number;

  /**
   * Smallest Kolmogorov-Smirnov distance that counts as drift, so that millions of rows do not alarm on
   * nothing.
   * @default 0.05
   */
  readonly minimumDriftDistance?: number;

  /**
   * Traffic that is compared with the training data, every hour: the last day of it, so that each hour of the
   * day is in it once and a daily cycle is no drift. The first comparison of a version waits until it has
   * been in production for so long. A whole number of hours. Shorter windows find drift sooner, and take
   * every daily cycle for drift.
   * @default Duration.days(1)
   */
  readonly driftWindow?: Duration;

  /**
   * How far the window grows while it has fewer than 100 rows. A whole number of hours, at most 7 days.
   * @default - a day, or `driftWindow` if that is longer
   */
  readonly maximumDriftWindow?: Duration;

  /**
   * Features that are not watched: those that differ from window to window by their nature, such as the day
   * of the week.
   * @default - every feature and the prediction are watched
   */
  readonly ignoredFeatures?: string[];

  /**
   * Comparisons that found drift, of those of `driftEvaluationHours`, that raise the alarm.
   * @default 2
   */
  readonly driftHoursToAlarm?: number;

  /** @default 3 */
  readonly driftEvaluationHours?: number;

  /**
   * Model latency at the 95th percentile that raises the alarm, over 3 of 5 minutes.
   * @default 500 milliseconds
   */
  readonly latencyThreshold?: Duration;

  /**
   * Share of requests that fail because of the model that raises the alarm, over 3 of 5 minutes.
   * @default 0.01
   */
  readonly errorRateThreshold?: number;

  /**
   * How labels that arrive later are compared with what was answered.
   * @default - AUC, accuracy or mean absolute error of a day, with its defaults; nothing happens without
   * labels
   */
  readonly quality?: QualityMonitoringProps;
}

/**
 * The monitor compares once an hour: the probabilities of a day's comparisons add up at most (Boole's
 * inequality).
 */
const COMPARISONS_A_DAY = 24;

/** Share of the records, or of the labels, that may be unreadable. */
const MOST_UNREADABLE = 0.01;

export interface ModelMonitorProps extends MonitoringProps {
  readonly context: PipelineContext;
  /**
   * The requests that are watched for errors and latency.
   * @default - those of the endpoint
   */
  readonly requestMetrics?: RequestMetrics;
}

/**
 * Watches one model: drift of its inputs and predictions and quality by labels every hour, latency and errors
 * every minute.
 */
export class ModelMonitor extends Construct {
  /** Inputs or predictions have drifted from the champion's training data. */
  readonly driftAlarm: Alarm;
  /** The p95 latency is above its threshold. */
  readonly latencyAlarm: Alarm;
  /** The model fails. */
  readonly errorAlarm: Alarm;
  /** According to the labels that have arrived, the model is worse than on its holdout. */
  readonly qualityAlarm: Alarm;
  /** Recorded traffic cannot be read, so its drift is not detected. */
  readonly captureAlarm: Alarm;
  /** Labels cannot be used, so a drop in quality is not detected. */
  readonly labelAlarm: Alarm;
  /** The requests that are watched. */
  readonly requestMetrics: RequestMetrics;
  /** Hours of traffic that a drift alarm has seen at least. */
  readonly leastHoursOfDrift: number;
  private readonly context: PipelineContext;

  constructor(scope: Construct, id: string, props: ModelMonitorProps) {
    super(scope, id);
    this.context = props.context;
    this.requestMetrics = props.requestMetrics ?? RequestMetrics.ofEndpoint(props.context.pipelineName);
    const hoursToAlarm = props.driftHoursToAlarm ?? 2;
    const evaluationHours = props.driftEvaluationHours ?? 3;
    const alpha = props.driftAlpha ?? 0.01;
    const window = driftWindow(this, props);
    new Validation(this)
      .check(alpha, alpha > 0 && alpha < 1, 'monitoring.driftAlpha must be between 0 and 1')
      .check(
        evaluationHours,
        evaluationHours >= 1 && evaluationHours <= 24,
        'monitoring.driftEvaluationHours must be 1 to 24: CloudWatch looks back one day at most',
      )
      .check(
        hoursToAlarm,
        hoursToAlarm >= 1 && hoursToAlarm <= evaluationHours,
        'monitoring.driftHoursToAlarm must be 1 to driftEvaluationHours',
      )
      .finish();
    this.leastHoursOfDrift = window.hours + hoursToAlarm - 1;
    this.watchHourly(props, alpha / COMPARISONS_A_DAY, window);
    this.driftAlarm = this.alarm('DriftAlarm', {
      metric: this.metricDriftedFeatures(),
      threshold: 1,
      evaluationPeriods: evaluationHours,
      datapointsToAlarm: hoursToAlarm,
      description: `${props.context.pipelineName}: inputs or predictions have drifted from the training data`,
    });
    this.latencyAlarm = this.alarm('LatencyAlarm', {
      metric: this.requestMetrics.latency(),
      threshold: (props.latencyThreshold ?? Duration.millis(500)).toMilliseconds() * 1000,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      description: `${props.context.pipelineName}: p95 latency above threshold`,
    });
    this.errorAlarm = this.alarm('ErrorAlarm', {
      metric: this.requestMetrics.errorRate(),
      threshold: props.errorRateThreshold ?? 0.01,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      description: `${props.context.pipelineName}: error rate above threshold`,
    });
    this.qualityAlarm = this.alarm('QualityAlarm', {
      metric: this.metric('QualityFell'),
      threshold: 1,
      evaluationPeriods: 1,
      description: `${props.context.pipelineName}: quality is below that on the holdout, according to the labels that have arrived`,
    });
    this.captureAlarm = this.alarm('CaptureAlarm', {
      metric: this.metric('UnreadableShare'),
      threshold: MOST_UNREADABLE,
      evaluationPeriods: 1,
      description: `${props.context.pipelineName}: recorded traffic cannot be read, so its drift is not detected; see drift.json of the hour`,
    });
    this.labelAlarm = this.alarm('LabelAlarm', {
      metric: this.metric('UnusableLabelShare'),
      threshold: MOST_UNREADABLE,
      evaluationPeriods: 1,
      description: `${props.context.pipelineName}: labels cannot be used, so a drop in quality is not detected; see quality.json of the hour`,
    });
  }

  /** Features, and the prediction, that drifted in an hour. */
  metricDriftedFeatures(options: MetricOptions = {}): Metric {
    return this.metric('DriftedFeatures', options);
  }

  /**
   * A metric of the monitor, by the hour: of drift `DriftedFeatures`, `LargestDrift`, `PredictionDrift`,
   * `ComparedRows`, `MonitoredRows`, `UnreadableRecords` and `UnreadableShare`; of quality `QualityFell`,
   * `QualityDrop`, `LabelledAnswers`, `UnusableLabels`, `UnansweredLabels`, `UnusableLabelShare`, `Auc`,
   * `Accuracy`, `LogLoss` and `MeanAbsoluteError`.
   */
  metric(name: string, options: MetricOptions = {}): Metric {
    return pipelineMetric(this.context.pipelineName, name, options);
  }

  private watchHourly(props: ModelMonitorProps, alpha: number, window: DriftWindow): void {
    const { context } = props;
    const role = functionRole(this, 'Role');
    const drift = new HourlyMonitor(this, 'Drift', {
      context,
      role,
      asset: 'monitor-model',
      description: 'Profiles the last hour of traffic and measures the drift of the last day',
      settings: {
        policy: { alpha, minimumDistance: props.minimumDriftDistance ?? 0.05 },
        window,
        ignoredFeatures: props.ignoredFeatures ?? [],
        metricNamespace: METRIC_NAMESPACE,
      },
      // Capture is delivered some minutes after the hour that it belongs to.
      minute: '10',
    });
    drift.handler
      .canRead('capture/', 'profiles/', 'models/')
      .canReadVersions('models/')
      .canWrite('profiles/');
    const quality = new HourlyMonitor(this, 'Quality', {
      context,
      role,
      asset: 'monitor-quality',
      description: 'Compares answers with labels that have arrived, and with the holdout',
      settings: qualitySettings(this, context.problem, props.quality),
      minute: '15',
    });
    quality.handler
      .canRead('answers/', 'capture/', 'ground-truth/', 'models/')
      .canWrite('answers/', 'profiles/');
  }

  private alarm(
    id: string,
    props: Omit<AlarmProps, 'comparisonOperator' | 'alarmDescription'> & { description: string },
  ): Alarm {
    const { description, ...alarmProps } = props;
    const alarm = new Alarm(this, id, {
      ...alarmProps,
      alarmDescription: description,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.context.topic));
    return alarm;
  }
}
