import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ProblemType } from '../problem-type';
import type { BusinessMetric } from '../release/canary-analysis';
import type { DashboardWidgets } from './dashboard-widgets';
import type { IModelMonitor } from './model-monitor';

export interface ModelDashboardProps {
  /** What heads it, as Markdown. */
  readonly heading: string;
  readonly monitor: IModelMonitor;
  /** What the model predicts: only its metrics are drawn. */
  readonly problem: ProblemType;
  /** Besides those of the monitor. */
  readonly otherAlarms?: readonly IAlarm[];
  /** Counts of your own with the dimension of the variant, drawn per request. */
  readonly businessMetrics?: readonly BusinessMetric[];
  /** Instances of the endpoint, if it has any. */
  readonly instanceType?: string;
  /** The function that answers, if one does. */
  readonly inferenceFunction?: IFunction;
  /** What a function draws; only of a pipeline. */
  readonly widgets?: DashboardWidgets;
  /** Executions of workflows, drawn beside the traffic. */
  readonly events?: readonly IMetric[];
}

/**
 * A CloudWatch dashboard of one model: alarms, traffic by variant, latency, errors, use of instances, drift,
 * quality.
 */
export class ModelDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: ModelDashboardProps) {
    super(scope, id);
    const { monitor } = props;
    this.dashboard = new Dashboard(this, 'Resource', { defaultInterval: Duration.days(1) });
    this.dashboard.addWidgets(new TextWidget({ markdown: props.heading, width: 24, height: 2 }));
    if (props.widgets) this.dashboard.addWidgets(props.widgets.versions);
    this.dashboard.addWidgets(
      new AlarmStatusWidget({
        title: 'Alarms',
        alarms: [
          monitor.servingAlarm,
          monitor.monitoringAlarm,
          monitor.driftAlarm,
          monitor.qualityAlarm,
          ...(monitor.conceptDriftAlarm ? [monitor.conceptDriftAlarm] : []),
          ...(monitor.fairnessAlarm ? [monitor.fairnessAlarm] : []),
          monitor.latencyAlarm,
          monitor.errorAlarm,
          monitor.captureAlarm,
          monitor.labelAlarm,
          ...(props.otherAlarms ?? []),
        ],
        width: 24,
        height: 4,
      }),
    );
    this.dashboard.addWidgets(...requestWidgets(props));
    const business = businessWidgets(props);
    if (business.length > 0) this.dashboard.addWidgets(...business);
    const load = loadWidgets(props);
    if (load.length > 0) this.dashboard.addWidgets(...load);
    this.dashboard.addWidgets(...driftWidgets(monitor));
    if (props.widgets) this.dashboard.addWidgets(props.widgets.drift);
    this.dashboard.addWidgets(...qualityWidgets(props));
  }
}

function requestWidgets({ monitor: { requestMetrics }, events }: ModelDashboardProps): IWidget[] {
  const percentiles = ['p50', 'p95', 'p99'].map((statistic) =>
    milliseconds(requestMetrics.latency({ statistic }), `model ${statistic}`),
  );
  return [
    new GraphWidget({
      title: 'Requests by variant',
      left: requestMetrics._invocationsByVariant(),
      right: events && [...events],
      width: 8,
    }),
    new GraphWidget({
      title: 'Latency (ms)',
      left: requestMetrics._publishes('OverheadLatency')
        ? [...percentiles, milliseconds(requestMetrics.overheadLatency(), 'overhead p95')]
        : percentiles,
      leftYAxis: { min: 0 },
      width: 8,
    }),
    new GraphWidget({
      title: 'Requests that fail (5xx), and that the model refuses (4xx)',
      left: requestMetrics.byVariant('Invocation5XXErrors', 'Sum'),
      right: [requestMetrics.clientErrors()],
      leftYAxis: { min: 0 },
      width: 8,
    }),
  ];
}

/** Each count per request, a line a variant. */
function businessWidgets({
  monitor: { requestMetrics },
  businessMetrics = [],
}: ModelDashboardProps): IWidget[] {
  const requests = requestMetrics._invocationsByVariant();
  return businessMetrics.map(
    ({ namespace, metricName, dimensionsMap }) =>
      new GraphWidget({
        title: `${metricName} per request`,
        left: requests.map((ofVariant, index) => {
          const count = new Metric({
            namespace,
            metricName,
            dimensionsMap: { ...dimensionsMap, VariantName: ofVariant.dimensions?.VariantName ?? '' },
            statistic: 'Sum',
          });
          return new MathExpression({
            expression: `FILL(count${index}, 0) / requests${index}`,
            usingMetrics: { [`count${index}`]: count, [`requests${index}`]: ofVariant },
            label: ofVariant.label,
            color: ofVariant.color,
            period: Duration.minutes(5),
          });
        }),
        leftYAxis: { min: 0 },
        width: 8,
      }),
  );
}

/** What the requests cost what answers them. */
function loadWidgets({
  monitor: { requestMetrics },
  instanceType,
  inferenceFunction,
}: ModelDashboardProps): IWidget[] {
  const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
    new GraphWidget({ title, left, right, leftYAxis: { min: 0 }, width: 8 });
  if (instanceType !== undefined) {
    const instances = requestMetrics.instances();
    return [
      graph('CPU of the instances (% of a core)', [instances.cpuUtilization()]),
      graph('Memory and disk of the instances (%)', [
        instances.memoryUtilization(),
        instances.diskUtilization(),
      ]),
      ...(hasGpu(instanceType)
        ? [graph('GPUs (% of one)', [instances.gpuUtilization(), instances.gpuMemoryUtilization()])]
        : []),
    ];
  }
  const coldStarts = requestMetrics._publishes('ColdStarts') || requestMetrics._publishes('ModelSetupTime');
  return [
    ...(coldStarts ? [graph('Cold starts', [requestMetrics.coldStarts()])] : []),
    ...(requestMetrics._publishes('ServerlessConcurrentExecutionsUtilization')
      ? [graph('Concurrency (share of maxConcurrency)', [requestMetrics.concurrencyUtilization()])]
      : []),
    ...(inferenceFunction
      ? [
          graph(
            'Concurrency, and throttled requests, of the function',
            [inferenceFunction.metric('ConcurrentExecutions', { statistic: 'Maximum' })],
            [inferenceFunction.metricThrottles()],
          ),
        ]
      : []),
  ];
}

function driftWidgets(monitor: IModelMonitor): IWidget[] {
  return [
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
      title: 'Rows of the hour and of the comparison, what could not be read, and hours without a verdict',
      left: ['MonitoredRows', 'ComparedRows', 'UnreadableRecords', 'UnrecordedRequests'].map((name) =>
        monitor.metric(name),
      ),
      right: [monitor.metric('HoursWithoutVerdict')],
      leftYAxis: { min: 0 },
      rightYAxis: { min: 0 },
      width: 8,
    }),
  ];
}

function qualityWidgets({ monitor, problem }: ModelDashboardProps): IWidget[] {
  return [
    new GraphWidget({
      title: 'Quality that the alarm watches, with its 95 % interval',
      left: ['Quality', 'QualityLower', 'QualityUpper'].map((name) => monitor.metric(name)),
      width: 6,
    }),
    new GraphWidget({
      title: 'Quality by labels that have arrived',
      left: QUALITY_METRICS[problem._settings().type].map((name) => monitor.metric(name)),
      width: 6,
    }),
    new GraphWidget({
      title: 'Quality drop compared with the holdout',
      left: [monitor.metric('QualityDrop')],
      width: 6,
    }),
    new GraphWidget({
      title: 'Answers with a label, labels that could not be used, and labels without an answer',
      left: ['LabelledAnswers', 'UnusableLabels', 'UnansweredLabels'].map((name) => monitor.metric(name)),
      leftYAxis: { min: 0 },
      width: 6,
    }),
  ];
}

/** Those that the monitor publishes of a problem. */
const QUALITY_METRICS: Readonly<Record<ReturnType<ProblemType['_settings']>['type'], readonly string[]>> = {
  binary: ['Auc', 'Accuracy', 'LogLoss'],
  multiClass: ['Accuracy'],
  regression: ['MeanAbsoluteError'],
};

/** Of microseconds. */
function milliseconds({ expression, usingMetrics, period }: MathExpression, label: string): MathExpression {
  return new MathExpression({ expression: `(${expression}) / 1000`, usingMetrics, label, period });
}

/** SageMaker's families with GPUs: https://aws.amazon.com/sagemaker/ai/pricing/ */
function hasGpu(instanceType: string): boolean {
  return /^ml\.[gp]\d/.test(instanceType);
}
