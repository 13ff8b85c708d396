import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { IModelMonitor } from './model-monitor';

export interface ModelDashboardProps {
  /** What heads it, as Markdown. */
  readonly heading: string;
  readonly monitor: IModelMonitor;
  /** Besides those of the monitor. */
  readonly otherAlarms?: readonly IAlarm[];
}

/** A CloudWatch dashboard of one model: alarms, traffic by variant, latency, errors, drift, quality. */
export class ModelDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: ModelDashboardProps) {
    super(scope, id);
    const { monitor } = props;
    const { requestMetrics } = monitor;
    this.dashboard = new Dashboard(this, 'Resource', { defaultInterval: Duration.days(1) });
    this.dashboard.addWidgets(
      new TextWidget({
        markdown: props.heading,
        width: 24,
        height: 2,
      }),
    );
    this.dashboard.addWidgets(
      new AlarmStatusWidget({
        title: 'Alarms',
        alarms: [
          monitor.driftAlarm,
          monitor.qualityAlarm,
          monitor.latencyAlarm,
          monitor.errorAlarm,
          monitor.captureAlarm,
          monitor.labelAlarm,
          ...(props.otherAlarms ?? []),
        ],
        width: 24,
        height: 3,
      }),
    );
    this.dashboard.addWidgets(
      new GraphWidget({
        title: 'Requests by variant',
        left: requestMetrics._invocationsByVariant(),
        width: 8,
      }),
      new GraphWidget({
        title: 'Model latency p95 (µs)',
        left: requestMetrics.byVariant('ModelLatency', 'p95'),
        width: 8,
      }),
      new GraphWidget({
        title: 'Failed requests',
        left: requestMetrics.byVariant('Invocation5XXErrors', 'Sum'),
        width: 8,
      }),
    );
    this.dashboard.addWidgets(
      new GraphWidget({
        title: 'Drifted features',
        left: [monitor.metricDriftedFeatures()],
        leftYAxis: { min: 0 },
        leftAnnotations: [{ value: 1, label: 'alarm' }],
        width: 8,
      }),
      new GraphWidget({
        title: 'Distance from the training data (KS)',
        left: [monitor.metric('LargestDrift'), monitor.metric('PredictionDrift')],
        leftYAxis: { min: 0, max: 1 },
        width: 8,
      }),
      new GraphWidget({
        title: 'Rows of the hour and of the comparison, and records that could not be read',
        left: ['MonitoredRows', 'ComparedRows', 'UnreadableRecords'].map((name) => monitor.metric(name)),
        leftYAxis: { min: 0 },
        width: 8,
      }),
    );
    this.dashboard.addWidgets(
      new GraphWidget({
        title: 'Quality by labels that have arrived',
        left: ['Auc', 'Accuracy', 'LogLoss', 'MeanAbsoluteError'].map((name) => monitor.metric(name)),
        width: 8,
      }),
      new GraphWidget({
        title: 'Quality drop compared with the holdout',
        left: [monitor.metric('QualityDrop')],
        width: 8,
      }),
      new GraphWidget({
        title: 'Answers with a label, labels that could not be used, and labels without an answer',
        left: ['LabelledAnswers', 'UnusableLabels', 'UnansweredLabels'].map((name) => monitor.metric(name)),
        leftYAxis: { min: 0 },
        width: 8,
      }),
    );
  }
}
