import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type CompositeAlarm,
  type IAlarm,
  MathExpression,
  type Metric,
  type MetricOptions,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct, type IConstruct } from 'constructs';
import type { AlertSettings, MonitorModelSettings } from '../../contracts/functions/monitoring';
import type { GatePolicy } from '../../contracts/gate-policy';
import { RUNBOOK, type RunbookId } from '../../contracts/runbook';
import { explainCompliance } from '../platform/explained-rules';
import type { ProblemType } from '../problem-type';
import type { PartContext } from '../runtime/part-context';
import { functionRole } from '../runtime/part-function';
import { Validation } from '../runtime/validation';
import { explainAlarm } from './alarm-runbook';
import { notifyOf } from './alert-topic';
import { anomalyAlarm } from './anomaly-alarm';
import { CaptureGroups } from './capture-groups';
import { causeAlarm } from './cause-alarm';
import { type DriftPlan, driftPlan } from './drift-plan';
import type { KnownColumns } from './feature-drift-policy';
import { HourlyMonitor } from './hourly-monitor';
import type { MonitoringProps } from './monitoring-props';
import { METRIC_NAMESPACE, pipelineMetric } from './pipeline-metrics';
import { qualitySettings } from './quality-monitoring';
import { type RequestMetrics, USUAL_MINIMUM_REQUESTS } from './request-metrics';
import { Severity } from './severity';
import { SinkDelivery } from './sink-delivery';
import type { WatchedModel } from './watched-model';

/** Share of the records, or of the labels, that may be unreadable. */
const MOST_UNREADABLE = 0.01;

/** Each has two queues and a function. */
const MOST_SINKS = 5;

/** Watches a model: a pipeline's, or that of an endpoint which somebody else made. */
export interface IModelMonitor extends IConstruct {
  /** Inputs or predictions have drifted from the model's training data, or from its past traffic. */
  readonly driftAlarm: Alarm;
  /** The p95 latency is above its threshold. */
  readonly latencyAlarm: Alarm;
  /** The model fails. */
  readonly errorAlarm: Alarm;
  /** According to the labels that have arrived, the model is worse than on its holdout. */
  readonly qualityAlarm: Alarm;
  /** Answers are wrong more often than before; only with `quality.alarmOnConceptDrift`. */
  readonly conceptDriftAlarm?: Alarm;
  /** Groups are answered too differently; only with `quality.maximumFairnessGap`. */
  readonly fairnessAlarm?: Alarm;
  /**
   * Drift is not detected: requests are not recorded, or what is recorded cannot be read, or there has been
   * traffic for long and no verdict.
   */
  readonly captureAlarm: Alarm;
  /** Labels cannot be used, so a drop in quality is not detected. */
  readonly labelAlarm: Alarm;
  /**
   * Requests are not answered, or not in time: the alarms on errors and latency, and those of the kind of
   * hosting. It pages once, whichever of them go off. Severity `CRITICAL`.
   */
  readonly servingAlarm: CompositeAlarm;
  /**
   * The model cannot be watched: recorded traffic or labels cannot be used, or are not recorded. It does not
   * go off while {@link servingAlarm} has, which is the cause then. Severity `WARNING`.
   */
  readonly monitoringAlarm: CompositeAlarm;
  /** The requests that are watched. */
  readonly requestMetrics: RequestMetrics;

  /** Features, and the prediction, that drifted in an hour. */
  metricDriftedFeatures(options?: MetricOptions): Metric;
  /**
   * A metric of the monitor, by the hour: of drift `DriftedFeatures`, `LargestDrift`, `PredictionDrift`,
   * `ComparedRows`, `MonitoredRows`, `UnreadableRecords`, `UnreadableShare`, `UnrecordedRequests` and
   * `HoursWithoutVerdict`; of quality `QualityFell`, `QualityDrop`, `Quality` (of the metric that the alarm
   * watches), `QualityLower` and `QualityUpper` (its 95 % interval), `LabelledAnswers`, `UnusableLabels`,
   * `UnansweredLabels`, `UnusableLabelShare`, `LabelledShare`, `MedianLabelDelay` and `P95LabelDelay` in
   * seconds, `ConceptDrift`, `EstimatedAccuracy`, `EstimatedAuc`, `SelectionRateGap`, `TruePositiveRateGap`,
   * `ShareGapLower` (the lower end of the 95 % interval of the wider of both), `QualityGap`, and those that
   * the labels allow of `Auc`, `Accuracy`, `Precision`, `Recall`, `F1`, `MacroF1`, `LogLoss`,
   * `MeanAbsoluteError`, `RootMeanSquaredError`, `QuantileLoss` and `MeanCost`.
   */
  metric(name: string, options?: MetricOptions): Metric;
}

export interface ModelMonitorProps extends MonitoringProps {
  readonly context: PartContext;
  /** What the model predicts. */
  readonly problem: ProblemType;
  /** The model that is watched. */
  readonly model: WatchedModel;
  /** The requests that are watched for errors and latency. */
  readonly requestMetrics: RequestMetrics;
  /** How challengers are judged. @default - none are */
  readonly promotion?: Pick<GatePolicy, 'metric' | 'rules'>;
  /** What is known of the columns of the training data. @default - nothing */
  readonly columns?: KnownColumns;
  /**
   * Other alarms that go off when requests are not answered, without actions of their own.
   * @default - none
   */
  readonly otherServingAlarms?: readonly IAlarm[];
  /**
   * Other alarms that go off when the model cannot be watched, without actions of their own.
   * @default - none
   */
  readonly otherMonitoringAlarms?: readonly IAlarm[];
}

/**
 * Watches one model: drift of its inputs and predictions and quality by labels every hour, latency and errors
 * every minute.
 */
export class ModelMonitor extends Construct implements IModelMonitor {
  readonly driftAlarm: Alarm;
  readonly latencyAlarm: Alarm;
  readonly errorAlarm: Alarm;
  readonly qualityAlarm: Alarm;
  readonly conceptDriftAlarm?: Alarm;
  readonly fairnessAlarm?: Alarm;
  readonly captureAlarm: Alarm;
  readonly labelAlarm: Alarm;
  readonly servingAlarm: CompositeAlarm;
  readonly monitoringAlarm: CompositeAlarm;
  readonly requestMetrics: RequestMetrics;
  /** Reports could not be delivered to a sink: one of each sink. */
  readonly sinkAlarms: readonly Alarm[];
  /** Hours of traffic that a drift alarm has seen at least. */
  readonly leastHoursOfDrift: number;
  private readonly context: PartContext;

  constructor(scope: Construct, id: string, props: ModelMonitorProps) {
    super(scope, id);
    this.context = props.context;
    this.requestMetrics = props.requestMetrics;
    const hoursToAlarm = props.driftHoursToAlarm ?? 2;
    const evaluationHours = props.driftEvaluationHours ?? 3;
    const minimumRequests = props.minimumRequests ?? USUAL_MINIMUM_REQUESTS;
    const plan = driftPlan(this, props, props.columns);
    const hoursWithoutVerdict = (props.maximumTimeWithoutVerdict ?? Duration.days(7)).toHours({
      integral: false,
    });
    new Validation(this)
      .check(
        hoursWithoutVerdict,
        hoursWithoutVerdict >= 24 && hoursWithoutVerdict <= 60 * 24,
        'monitoring.maximumTimeWithoutVerdict must be 1 to 60 days, in hours',
      )
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
      .check(
        props.anomalyDetection?.standardDeviations,
        (props.anomalyDetection?.standardDeviations ?? 1) > 0,
        'monitoring.anomalyDetection.standardDeviations must be above 0',
      )
      .check(
        props.sinks?.length,
        (props.sinks?.length ?? 0) <= MOST_SINKS,
        `monitoring.sinks must be at most ${MOST_SINKS}: let a collector hand the results on`,
      )
      .check(
        props.sinks?.map(({ _settings: { kind } }) => kind),
        new Set(props.sinks?.map(({ _id }) => _id)).size === (props.sinks?.length ?? 0),
        'monitoring.sinks must differ in their kind or their target',
      )
      .check(
        minimumRequests,
        Number.isInteger(minimumRequests) && minimumRequests >= 1,
        'monitoring.minimumRequests must be a whole number of at least 1',
      )
      .finish();
    this.leastHoursOfDrift =
      Math.min(...plan.comparisons.map(({ window }) => window.hours)) + hoursToAlarm - 1;
    const { drift, quality, sinks } = this.watchHourly(props, plan);
    this.sinkAlarms = sinks.map(({ undeliveredAlarm }) => undeliveredAlarm);
    this.driftAlarm = this.alarm('DriftAlarm', {
      section: 'drift',
      metric: this.metricDriftedFeatures(),
      threshold: 1,
      evaluationPeriods: evaluationHours,
      datapointsToAlarm: hoursToAlarm,
      description: `${props.context.pipelineName}: inputs or predictions have drifted; a message to the topic says which, and from what`,
      notifiesElsewhere: true,
    });
    this.notifyInWords(drift, this.driftAlarm);
    this.latencyAlarm = this.alarm('LatencyAlarm', {
      section: 'latency',
      metric: this.requestMetrics._judgedLatency(minimumRequests),
      threshold: (props.latencyThreshold ?? Duration.millis(500)).toMilliseconds() * 1000,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      description: `${props.context.pipelineName}: p95 latency above threshold`,
      notifiesElsewhere: true,
    });
    this.errorAlarm = this.alarm('ErrorAlarm', {
      section: 'errors',
      metric: this.requestMetrics.errorRate(minimumRequests),
      threshold: props.errorRateThreshold ?? 0.01,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      description: `${props.context.pipelineName}: error rate above threshold`,
      notifiesElsewhere: true,
    });
    this.qualityAlarm = this.alarm('QualityAlarm', {
      section: 'quality',
      metric: this.metric('QualityFell'),
      threshold: 1,
      evaluationPeriods: 1,
      description: `${props.context.pipelineName}: quality is below that on the holdout; a message to the topic says by how much, and where`,
      notifiesElsewhere: true,
    });
    this.notifyInWords(quality, this.qualityAlarm);
    const { alarmOnConceptDrift = false, maximumFairnessGap } = props.quality ?? {};
    if (alarmOnConceptDrift) {
      this.conceptDriftAlarm = this.alarm('ConceptDriftAlarm', {
        section: 'conceptDrift',
        metric: this.metric('ConceptDrift'),
        threshold: 1,
        evaluationPeriods: 1,
        description: `${props.context.pipelineName}: answers are wrong more often than before; quality.json of the hour says since when`,
      });
    }
    if (maximumFairnessGap !== undefined) {
      this.fairnessAlarm = this.alarm('FairnessAlarm', {
        section: 'fairness',
        metric: this.metric('ShareGapLower'),
        threshold: maximumFairnessGap,
        evaluationPeriods: 1,
        description: `${props.context.pipelineName}: groups are answered too differently; quality.json of the hour names them`,
      });
    }
    this.captureAlarm = this.alarm('CaptureAlarm', {
      section: 'capture',
      metric: new MathExpression({
        expression: `IF(FILL(unrecorded, 0) > 0, 1, IF(FILL(silent, 0) >= ${hoursWithoutVerdict}, 1, FILL(unreadable, 0)))`,
        usingMetrics: {
          unrecorded: this.metric('UnrecordedRequests'),
          silent: this.metric('HoursWithoutVerdict'),
          unreadable: this.metric('UnreadableShare'),
        },
        label: 'share of the requests whose drift is not detected',
        period: Duration.hours(1),
      }),
      threshold: MOST_UNREADABLE,
      evaluationPeriods: 1,
      description: `${props.context.pipelineName}: drift is not detected; drift.json of the hour says why`,
      notifiesElsewhere: true,
    });
    this.labelAlarm = this.alarm('LabelAlarm', {
      section: 'labels',
      metric: this.metric('UnusableLabelShare'),
      threshold: MOST_UNREADABLE,
      evaluationPeriods: 1,
      description: `${props.context.pipelineName}: labels cannot be used, so a drop in quality is not detected; see quality.json of the hour`,
      notifiesElsewhere: true,
    });
    const { pipelineName, topic } = props.context;
    this.servingAlarm = causeAlarm(this, 'ServingAlarm', {
      section: 'serving',
      description: `${pipelineName}: requests fail, wait, or are answered too late`,
      severity: Severity.CRITICAL,
      alarms: [this.errorAlarm, this.latencyAlarm, ...(props.otherServingAlarms ?? [])],
      topic: props.criticalTopic ?? topic,
      notifiesOfEnd: props.criticalTopic !== undefined,
    });
    this.monitoringAlarm = causeAlarm(this, 'MonitoringAlarm', {
      section: 'monitoring',
      description: `${pipelineName}: traffic or labels cannot be used, so drift or a drop in quality is not detected`,
      severity: Severity.WARNING,
      alarms: [this.captureAlarm, this.labelAlarm, ...(props.otherMonitoringAlarms ?? [])],
      topic,
      unless: this.servingAlarm,
    });
    if (props.anomalyDetection) {
      const { servingAlarm, requestMetrics } = this;
      anomalyAlarm(this, { ...props.anomalyDetection, pipelineName, topic, servingAlarm, requestMetrics });
    }
    for (const [index, destination] of (props.alertDestinations ?? []).entries()) {
      destination._bind(this, `Alerts${index + 1}`, this.alertSource(props.model));
    }
  }

  metricDriftedFeatures(options: MetricOptions = {}): Metric {
    return this.metric('DriftedFeatures', options);
  }

  metric(name: string, options: MetricOptions = {}): Metric {
    return pipelineMetric(this.context.pipelineName, name, options);
  }

  /** What people or systems must know of. The other alarms have one of these in common. */
  private alertSource(model: WatchedModel) {
    const { pipelineName } = this.context;
    const alert = (id: string, alarm: IAlarm, severity: Severity, section: RunbookId) => ({
      id,
      alarm,
      severity,
      section,
      summary: `${pipelineName}: ${RUNBOOK[section].title}`,
    });
    const runbook = runbookUri(this.context, model);
    return {
      context: this.context,
      alerts: [
        alert('Serving', this.servingAlarm, Severity.CRITICAL, 'serving'),
        alert('Monitoring', this.monitoringAlarm, Severity.WARNING, 'monitoring'),
        alert('Drifts', this.driftAlarm, Severity.WARNING, 'drift'),
        alert('Quality', this.qualityAlarm, Severity.WARNING, 'quality'),
        ...(this.conceptDriftAlarm
          ? [alert('ConceptDrift', this.conceptDriftAlarm, Severity.WARNING, 'conceptDrift')]
          : []),
        ...(this.fairnessAlarm ? [alert('Fairness', this.fairnessAlarm, Severity.WARNING, 'fairness')] : []),
      ],
      ...(runbook !== undefined && { runbook }),
    };
  }

  /** The description of an alarm is fixed when the stack is deployed; the function says what is wrong. */
  private notifyInWords(
    monitor: HourlyMonitor<'monitor-model'> | HourlyMonitor<'monitor-quality'>,
    alarm: Alarm,
  ): void {
    const reason =
      "the monitor's function notifies the topic when the alarm goes off, and names what is wrong";
    explainCompliance(alarm, 'CloudWatchAlarmAction', reason);
    monitor.alsoOn(alarm);
    this.context.topic.grantPublish(monitor.handler);
  }

  private watchHourly(props: ModelMonitorProps, plan: DriftPlan) {
    const { context, model } = props;
    const role = functionRole(this, 'Role');
    const sinks = this.deliverToSinks(props);
    const queues = sinks.map(({ queue }) => queue);
    const sinkQueueUrls = queues.map(({ queueUrl }) => queueUrl);
    const groups =
      props.parallelProfiling &&
      new CaptureGroups(this, 'CaptureGroups', { ...props.parallelProfiling, context, model });
    const drift = new HourlyMonitor(this, 'Drift', {
      context,
      role,
      asset: 'monitor-model',
      description:
        'Profiles the last hour of traffic, measures the drift of the latest windows, and notifies of it',
      settings: {
        model: model.settings,
        requests: requestCountsOf(props.requestMetrics),
        ...plan,
        ...(groups && { parallelProfiling: groups.settings }),
        metricNamespace: METRIC_NAMESPACE,
        alert: alertOf(props, 'drift', REMEDY),
        sinkQueueUrls,
      },
      // Capture is delivered some minutes after the hour that it belongs to.
      minute: '10',
    });
    const quality = new HourlyMonitor(this, 'Quality', {
      context,
      role,
      asset: 'monitor-quality',
      description: 'Compares answers with labels that have arrived, and with the holdout',
      settings: {
        model: model.settings,
        ...qualitySettings(this, props.problem, props.quality, props.promotion),
        alert: alertOf(props, 'quality', QUALITY_REMEDY),
        sinkQueueUrls,
      },
      minute: '15',
    });
    groups?.serve(drift.handler);
    drift.handler.allow(['cloudwatch:GetMetricData'], ['*']);
    // Both have the same role.
    model.allow(drift.handler);
    if (queues.length > 0) {
      drift.handler.allow(
        ['sqs:SendMessage'],
        queues.map(({ queueArn }) => queueArn),
      );
    }
    return { drift, quality, sinks };
  }

  /** Each sink has a queue of its own, so that one that is down holds no other up. */
  private deliverToSinks({ context, model, sinks = [] }: ModelMonitorProps): SinkDelivery[] {
    const { reportsPrefix } = model;
    return sinks.map((sink) => {
      return new SinkDelivery(this, `Sink-${sink._id}`, { context, sink, reportsPrefix });
    });
  }

  private alarm(
    id: string,
    props: Omit<AlarmProps, 'comparisonOperator' | 'alarmDescription'> & {
      readonly description: string;
      /** Section of the runbook that says what to do. */
      readonly section: RunbookId;
      /** Whether another alarm, or a function, notifies of it. @default false */
      readonly notifiesElsewhere?: boolean;
    },
  ): Alarm {
    const { description, section, notifiesElsewhere = false, ...alarmProps } = props;
    const alarm = new Alarm(this, id, {
      ...alarmProps,
      alarmDescription: description,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (!notifiesElsewhere) notifyOf(alarm, this.context.topic);
    return explainAlarm(alarm, section);
  }
}

function requestCountsOf({
  _source: { namespace, dimensions, requestCount },
}: RequestMetrics): MonitorModelSettings['requests'] {
  return { namespace, dimensions, ...(requestCount && { requestCount }) };
}

/** What people can do, and what shows them more of a pipeline. */
interface Remedy {
  readonly always: string;
  readonly inPipelines: string;
}

const REMEDY: Remedy = {
  always:
    'find out whether what the model is asked about has changed, or the data are wrong, such as another unit or a source that no longer delivers. Correct wrong data at their source; if the data are right, retrain the model with newer ones.',
  inPipelines:
    'model-pipeline drift shows all features, model-pipeline quality whether the answers are still right, and model-pipeline status whether a retraining has begun; model-pipeline retrain begins one.',
};

const QUALITY_REMEDY: Remedy = {
  always:
    'find out whether the labels are right and complete. If they are, retrain the model with them; if it began with a release, go back to the version before.',
  inPipelines:
    'model-pipeline quality shows all figures, and model-pipeline drift whether the inputs have changed, too; model-pipeline retrain begins a retraining, and model-pipeline rollback goes back.',
};

function alertOf(
  { context, model }: ModelMonitorProps,
  section: RunbookId,
  { always, inPipelines }: Remedy,
): AlertSettings {
  const { topicArn } = context.topic;
  const runbook = runbookUri(context, model);
  return runbook === undefined
    ? { topicArn, remedy: always }
    : { topicArn, remedy: `${always} ${inPipelines}`, runbook: `${runbook}#${section}` };
}

/** Only pipelines write a runbook. */
function runbookUri({ bucket }: PartContext, { settings }: WatchedModel): string | undefined {
  return settings.is === 'inProduction' ? `s3://${bucket.bucketName}/runbook/runbook.html` : undefined;
}
