import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  Metric,
  type MetricOptions,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import type { PipelineContext } from '../runtime/pipeline-context';
import { Validation } from '../runtime/validation';
import { HourlyMonitor, METRIC_NAMESPACE } from './hourly-monitor';
import { type QualityMonitoringProps, qualitySettings } from './quality-monitoring';
import { RequestMetrics } from './request-metrics';

/** What is watched, and when it alarms. */
export interface MonitoringProps {
  /**
   * Family-wise probability of a false drift alarm in one hour, over all features.
   * @default 0.01
   */
  readonly driftAlpha?: number;

  /**
   * Smallest Kolmogorov-Smirnov distance that counts as drift, so that millions of rows do not alarm on nothing.
   * @default 0.05
   */
  readonly minimumDriftDistance?: number;

  /**
   * Features that are not watched: those that differ from hour to hour by their nature, such as the day of the week.
   * @default - every feature and the prediction are watched
   */
  readonly ignoredFeatures?: string[];

  /**
   * Hours with drift, of `driftEvaluationHours`, that raise the alarm.
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
   * Share of requests that fail by the model's fault that raises the alarm, over 3 of 5 minutes.
   * @default 0.01
   */
  readonly errorRateThreshold?: number;

  /**
   * How labels that arrive later are compared with what was answered.
   * @default - AUC, accuracy or mean absolute error of a day, with its defaults; nothing happens without labels
   */
  readonly quality?: QualityMonitoringProps;
}

export interface ModelMonitorProps extends MonitoringProps {
  readonly context: PipelineContext;
  /**
   * The requests that are watched for errors and latency.
   * @default - those of the endpoint
   */
  readonly requestMetrics?: RequestMetrics;
}

/** Watches one model: drift of its inputs and predictions and quality by labels every hour, latency and errors every minute. */
export class ModelMonitor extends Construct {
  /** Inputs or predictions have drifted from the champion's training data. */
  readonly driftAlarm: Alarm;
  /** Answers have become slow. */
  readonly latencyAlarm: Alarm;
  /** The model fails. */
  readonly errorAlarm: Alarm;
  /** By labels that have arrived, the model is worse than on its holdout. */
  readonly qualityAlarm: Alarm;
  /** The requests that are watched. */
  readonly requestMetrics: RequestMetrics;
  private readonly context: PipelineContext;

  constructor(scope: Construct, id: string, props: ModelMonitorProps) {
    super(scope, id);
    this.context = props.context;
    this.requestMetrics = props.requestMetrics ?? RequestMetrics.ofEndpoint(props.context.pipelineName);
    const hoursToAlarm = props.driftHoursToAlarm ?? 2;
    const evaluationHours = props.driftEvaluationHours ?? 3;
    const alpha = props.driftAlpha ?? 0.01;
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
    this.watchHourly(props, alpha);
    this.driftAlarm = this.alarm('DriftAlarm', {
      metric: this.metricDriftedFeatures(),
      threshold: 1,
      evaluationPeriods: evaluationHours,
      datapointsToAlarm: hoursToAlarm,
      description: `Inputs or predictions of ${props.context.pipelineName} have drifted from its training data`,
    });
    this.latencyAlarm = this.alarm('LatencyAlarm', {
      metric: this.requestMetrics.latency(),
      threshold: (props.latencyThreshold ?? Duration.millis(500)).toMilliseconds() * 1000,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      description: `Answers of ${props.context.pipelineName} have become slow (95th percentile)`,
    });
    this.errorAlarm = this.alarm('ErrorAlarm', {
      metric: this.requestMetrics.errorRate(),
      threshold: props.errorRateThreshold ?? 0.01,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      description: `Requests to ${props.context.pipelineName} fail by the model's fault`,
    });
    this.qualityAlarm = this.alarm('QualityAlarm', {
      metric: this.metric('QualityFell'),
      threshold: 1,
      evaluationPeriods: 1,
      description: `By labels that have arrived, ${props.context.pipelineName} is worse than on its holdout`,
    });
  }

  /** Features, and the prediction, that drifted in an hour. */
  metricDriftedFeatures(options: MetricOptions = {}): Metric {
    return this.metric('DriftedFeatures', options);
  }

  /**
   * A metric of the monitor, by the hour: of drift `DriftedFeatures`, `LargestDrift`, `PredictionDrift` and `MonitoredRows`; of quality
   * `QualityFell`, `QualityDrop`, `LabelledAnswers`, `UnusableLabels`, `Auc`, `Accuracy`, `LogLoss` and `MeanAbsoluteError`.
   */
  metric(name: string, options: MetricOptions = {}): Metric {
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName: name,
      dimensionsMap: { Pipeline: this.context.pipelineName },
      statistic: 'Maximum',
      period: Duration.hours(1),
      ...options,
    });
  }

  private watchHourly(props: ModelMonitorProps, alpha: number): void {
    const { context } = props;
    const drift = new HourlyMonitor(this, 'Drift', {
      context,
      asset: 'monitor-model',
      description: 'Profiles the last hour of traffic and measures its drift from the training data',
      settings: {
        policy: { alpha, minimumDistance: props.minimumDriftDistance ?? 0.05 },
        ignoredFeatures: props.ignoredFeatures ?? [],
      },
      // Capture is delivered some minutes after the hour that it belongs to.
      minute: '10',
    });
    drift.handler.canRead('capture/', 'models/').canWrite('profiles/');
    const quality = new HourlyMonitor(this, 'Quality', {
      context,
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
