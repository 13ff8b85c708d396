import type { DriftComparisonSettings } from '../drift-comparison';
import type { FeatureDriftPolicySettings } from '../feature-drift-policy';
import type { MetricSettings } from '../gate-policy';
import type { ObjectLocation } from '../object-location';
import type { Problem } from '../problem';
import type { RequestMetricsSource } from '../release-policy';

/** The model that a monitor watches. */
export type ModelToWatch = ModelInProductionToWatch | ModelAtEndpointToWatch;

/** The version that a pipeline has in production. */
export interface ModelInProductionToWatch {
  readonly is: 'inProduction';
  /** Name of the SSM parameter that holds the routing document. */
  readonly routingParameter: string;
  /** Share of the requests that are recorded, from 0 to 1. */
  readonly recordedShare: number;
}

/** The model of a variant of an endpoint that no pipeline made. */
export interface ModelAtEndpointToWatch {
  readonly is: 'atEndpoint';
  readonly endpointName: string;
  readonly variantName: string;
  /** Where the endpoint records requests; the prefix is empty or ends with a slash. */
  readonly capture: { readonly bucket: string; readonly prefix: string };
  readonly baseline: ObjectLocation;
  /** What all keys of the monitor's own reports begin with; it ends with a slash. */
  readonly prefix: string;
  /** What all keys of labels begin with, in the bucket of the reports; it ends with a slash. */
  readonly groundTruthPrefix: string;
  /** The model's quality on its holdout, in the metric of the alarm. */
  readonly holdout?: { readonly rows: number; readonly value: number } | undefined;
}

/** Settings of `monitor-model`. */
export interface MonitorModelSettings {
  readonly model: ModelToWatch;
  /** Where CloudWatch counts the requests, which are recorded. */
  readonly requests: Pick<RequestMetricsSource, 'namespace' | 'dimensions' | 'requestCount'>;
  /** What is compared every hour, at least one. */
  readonly comparisons: DriftComparisonSettings[];
  /** The budget that all comparisons share. */
  readonly expectedFalseAlarmsPerYear: number;
  readonly policy: {
    readonly minimumDistance?: number | undefined;
    readonly minimumRows?: number | undefined;
    /** By the name of the feature, `prediction` for the model's answers. */
    readonly features?: Readonly<Record<string, FeatureDriftPolicySettings>> | undefined;
  };
  readonly ignoredFeatures: readonly string[];
  /** How functions share the work of an hour. Undefined if one function profiles an hour. */
  readonly parallelProfiling?: ParallelProfilingSettings | undefined;
  readonly metricNamespace: string;
  /** The message when the drift alarm goes off. */
  readonly alert: AlertSettings;
  /** URLs of the queues of sinks, each of which gets the key of each report. */
  readonly sinkQueueUrls: readonly string[];
}

/** How the recorded requests of an hour are profiled by several functions. */
export interface ParallelProfilingSettings {
  /** ARN of the state machine that profiles hours in groups of files. */
  readonly stateMachineArn: string;
  /** Bytes of a group. Undefined for the usual size. */
  readonly groupBytes?: number | undefined;
}

/** Request to `profile-capture`. */
export interface CaptureGroupRequest {
  /** Key of the plan of an hour. */
  readonly plan: string;
  /** Which of its groups, from 0. */
  readonly group: number;
}

/** Answer of `profile-capture`. */
export interface ProfiledGroup {
  /** Requests of the group. */
  readonly records: number;
}

/** How a function notifies people of an alarm. */
export interface AlertSettings {
  /** The topic that notifies people. */
  readonly topicArn: string;
  /** What people can do, in whole sentences. */
  readonly remedy: string;
  /** `s3://` URI of the section of the runbook. @default - the monitor has none */
  readonly runbook?: string | undefined;
}

/** Settings of `monitor-quality`. */
export interface MonitorQualitySettings {
  readonly model: ModelToWatch;
  readonly problem: Problem;
  readonly policy: {
    readonly metric: MetricSettings;
    readonly tolerance?: number | undefined;
    readonly alpha: number;
    readonly minimumLabels: number;
  };
  /** Which label of a request counts if there are several. */
  readonly labels: 'first' | 'last';
  /** Columns of the requests by whose values quality is reported. */
  readonly slices: readonly string[];
  /** Columns of the requests whose values are compared with each other. */
  readonly fairness: readonly string[];
  /** By what changes of the error rate are found. */
  readonly conceptDrift: 'adwin' | 'ddm' | 'pageHinkley';
  readonly windowHours: number;
  readonly metricNamespace: string;
  /** The message when the quality alarm goes off. */
  readonly alert: AlertSettings;
  /** URLs of the queues of sinks, each of which gets the key of each report. */
  readonly sinkQueueUrls: readonly string[];
}

/** A message to the queue of a sink: a report of a monitor that is to be delivered. */
export interface ReportNotice {
  readonly report: 'drift' | 'quality';
  /** Of the report in the monitor's bucket. */
  readonly key: string;
}

/** Where reports of a monitor go. */
export type MonitorSinkSettings = HttpSinkSettings | TableSinkSettings;

/** A receiver of requests. */
export interface HttpSinkSettings {
  readonly kind: 'webhook' | 'openTelemetry';
  /** Name of the secret with the URL, and with what proves who sends. */
  readonly secretName: string;
}

/** Rows of tables in a bucket. */
export interface TableSinkSettings {
  readonly kind: 'table';
  readonly bucketName: string;
  /** Empty, or it ends with a slash. */
  readonly prefix: string;
}

/** Settings of `deliver-report`. */
export interface DeliverReportSettings {
  readonly sink: MonitorSinkSettings;
  /** URL of the queue of reports that the sink refuses. */
  readonly deadLetterQueueUrl: string;
}

/** Settings of `report-failure`. */
export interface ReportFailureSettings {
  /** Their ARNs. */
  readonly stateMachines: {
    readonly restore: string;
    readonly registration: string;
    /** Absent if there are no retrainings. */
    readonly retraining?: string | undefined;
  };
}
