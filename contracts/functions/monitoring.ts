import type { Problem } from '../problem';

/** Settings of `monitor-model`. */
export interface MonitorModelSettings {
  readonly policy: {
    readonly alpha?: number | undefined;
    readonly minimumDistance?: number | undefined;
    readonly minimumRows?: number | undefined;
  };
  /** Hours that are compared, and at most if they have too few rows. */
  readonly window: { readonly hours: number; readonly maximumHours: number };
  readonly ignoredFeatures: readonly string[];
  readonly metricNamespace: string;
}

/** Settings of `monitor-quality`. */
export interface MonitorQualitySettings {
  readonly problem: Problem;
  readonly policy: {
    readonly metric: 'auc' | 'accuracy' | 'logLoss' | 'mae';
    readonly tolerance?: number | undefined;
    readonly alpha: number;
    readonly minimumLabels: number;
  };
  readonly windowHours: number;
  readonly metricNamespace: string;
}

/** Settings of `report-failure`. */
export interface ReportFailureSettings {
  /** Their ARNs. */
  readonly stateMachines: {
    readonly restore: string;
    /** Absent if there are no retrainings. */
    readonly retraining?: string | undefined;
  };
}
