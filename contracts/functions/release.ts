import type { CapacityRange, HostingSettings, LiveAliasSettings, ScalingSettings } from '../hosting';
import type { ObjectLocation } from '../object-location';
import type { Problem } from '../problem';
import type {
  BusinessMetricSource,
  ReleasePolicy,
  RequestMetricsSource,
  ShadowPolicy,
} from '../release-policy';

/** Settings of `plan-release`. */
export interface PlanReleaseSettings extends HostingSettings {
  /** The challenger's shares of the traffic, step by step. */
  readonly weights: readonly number[];
  /** Share of the requests that are copied to the challenger before it has traffic; absent if none are. */
  readonly shadowShare?: number | undefined;
  /** Whether the challenger takes the champion's variant, as with SageMaker's deployment guardrails. */
  readonly keepsVariant: boolean;
  /** The version of the function that serves, as it was last deployed; absent if none serves. */
  readonly functionVersion?: string | undefined;
  readonly scaling?: CapacityRange | undefined;
}

/** Settings of `plan-restore`. */
export interface PlanRestoreSettings {
  readonly hasEndpoint: boolean;
}

/** Settings of `repair-champion`. */
export interface RepairChampionSettings extends HostingSettings {
  /** The role that endpoints run with. */
  readonly executionRoleArn: string;
  /** `DataCaptureConfig` of SageMaker's `CreateEndpointConfig`, as the workflow gives it. */
  readonly dataCapture?: object | undefined;
  /** Key of the endpoint's volumes; absent for one that AWS owns. */
  readonly volumeKey?: string | undefined;
  /** Where models run; absent outside any VPC. */
  readonly vpcConfig?: VpcSettings | undefined;
  /** The pipeline's own tags, and those of its stack. */
  readonly tags: readonly TagSettings[];
}

/** Settings of `smoke-test`. */
export interface SmokeTestSettings {
  readonly hasEndpoint: boolean;
  /** The function that serves, if one does. */
  readonly functionName?: string | undefined;
  /** Where the requests of the pipeline's owner are. */
  readonly requests?: ObjectLocation | undefined;
}

/** Settings of what moves the traffic: `note-shift` and `record-release`. */
export interface MovesTrafficSettings {
  /** Absent if no function serves. */
  readonly liveAlias?: LiveAliasSettings | undefined;
}

/** Settings of `analyse-step`. Durations are in minutes. */
export interface AnalyseStepSettings {
  readonly problem: Problem;
  readonly durations: { readonly step: number; readonly bake: number; readonly longest: number };
  readonly policy: ReleasePolicy;
  readonly businessMetrics: readonly BusinessMetricSource[];
  /** Of the endpoint first, if there is one. */
  readonly requestMetrics: readonly [RequestMetricsSource, ...RequestMetricsSource[]];
}

/** Settings of `compare-shadow`. Durations are in minutes. */
export interface CompareShadowSettings {
  readonly problem: Problem;
  readonly durations: { readonly shortest: number; readonly longest: number };
  readonly policy: ShadowPolicy;
  /** Difference between two answers that still agree. */
  readonly tolerance?: number | undefined;
  readonly requestMetrics: RequestMetricsSource;
}

/** Settings of `write-report`. */
export interface WriteReportSettings {
  readonly requestMetrics: readonly RequestMetricsSource[];
}

/** Settings of `scale-endpoint`. */
export interface ScaleEndpointSettings {
  /** Absent if the endpoint has a fixed number of instances. */
  readonly scaling?: ScalingSettings | undefined;
}

/** Settings of `remove-unused`. */
export interface RemoveUnusedSettings {
  /** The function that serves, if one does. */
  readonly functionName?: string | undefined;
}

/** Settings of `roll-back`. */
export interface RollBackSettings {
  readonly hasEndpoint: boolean;
  readonly releaseStateMachineArn: string;
  readonly restoreStateMachineArn: string;
  readonly variantAlarms: readonly { readonly alarmName: string; readonly variant: string }[];
}

/** `VpcConfig` as SageMaker takes it. */
export interface VpcSettings {
  readonly SecurityGroupIds: readonly string[];
  readonly Subnets: readonly string[];
}

/** A tag as SageMaker takes it. */
export interface TagSettings {
  readonly Key: string;
  readonly Value: string;
}
