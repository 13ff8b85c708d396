import type {
  CapacityRange,
  EndpointSettings,
  HostingSettings,
  LiveAliasSettings,
  ProvisionedConcurrencySettings,
  ScalingSettings,
} from '../hosting';
import type { ObjectLocation } from '../object-location';
import type { Problem } from '../problem';
import type { ReleasePlan, TrafficStep } from '../release-plan';
import type {
  BusinessMetricSource,
  ReleasePolicy,
  RequestMetricsSource,
  ShadowPolicy,
} from '../release-policy';
import type { ProductionRoute } from '../routing';
import type { WorkflowError } from '../workflow-error';

/** Settings of `plan-release`. */
export interface PlanReleaseSettings extends HostingSettings {
  /** The challenger's shares of the traffic, step by step. */
  readonly trafficShares: readonly number[];
  /** Share of the requests that are copied to the challenger before it has traffic; absent if none are. */
  readonly shadowShare?: number | undefined;
  /** Whether the challenger takes the champion's variant, in one update of the endpoint. */
  readonly keepsVariant: boolean;
  /** The version of the function that serves, as it was last deployed; absent if none serves. */
  readonly functionVersion?: string | undefined;
  readonly scaling?: CapacityRange | undefined;
  /** The endpoint config that an adopted endpoint had; absent if the pipeline created its endpoint. */
  readonly adoptedConfig?: string | undefined;
  /** ARN of the key that verifies signatures; absent if versions are not signed. */
  readonly signingKey?: string | undefined;
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
  /** `AsyncInferenceConfig` likewise; absent if the endpoint answers at once. */
  readonly asyncInference?: object | undefined;
  /** Key of the endpoint's volumes; absent for one that AWS owns. */
  readonly volumeKey?: string | undefined;
  /** ARN of the key that verifies signatures; absent if versions are not signed. */
  readonly signingKey?: string | undefined;
  /** Where models run; absent outside any VPC. */
  readonly vpcConfig?: VpcSettings | undefined;
  /** The pipeline's own tags, and those of its stack. */
  readonly tags: readonly TagSettings[];
}

/** Settings of `smoke-test`. */
export interface SmokeTestSettings {
  /** Absent where a function serves alone. */
  readonly endpoint?: EndpointSettings['kind'] | undefined;
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
  /** Of the endpoint first, if there is one. Requests of all count; latencies are those of the first. */
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
  /**
   * Name of the alarm that starts the first instance of an asynchronous endpoint that has none; absent for
   * other endpoints.
   */
  readonly wakingAlarm?: string | undefined;
}

/** Settings of `remove-unused`. */
export interface RemoveUnusedSettings {
  /** The function that serves, if one does. */
  readonly functionName?: string | undefined;
}

/** Settings of `warm-function`. */
export interface WarmFunctionSettings {
  /** The function that serves. */
  readonly functionName: string;
  readonly concurrency: ProvisionedConcurrencySettings;
}

/** Settings of `roll-back`. */
export interface RollBackSettings {
  readonly hasEndpoint: boolean;
  readonly releaseStateMachineArn: string;
  readonly restoreStateMachineArn: string;
  /** Alarms that watch one variant: they concern a release only if its challenger is there. */
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

/** Request to `plan-release`. */
export interface PlanReleaseRequest {
  /** `MAJOR.MINOR.PATCH`, or `production` for the version in production. */
  readonly modelVersion: string;
  /** Whether its features may differ from those of the version in production. */
  readonly allowSchemaChange: boolean;
  readonly releaseId: string;
  /** ARN of the release's execution. */
  readonly execution: string;
  /** Why the release was requested. */
  readonly reason: string;
  readonly time: string;
}

/** Request to `plan-restore`. */
export interface PlanRestoreRequest {
  readonly releaseId: string;
}

/** Request to `smoke-test`. */
export interface SmokeTestRequest
  extends Pick<ReleasePlan, 'releaseId' | 'variant' | 'modelVersion' | 'functionVersion'> {
  /** Null if the version was registered without a sample of rows. */
  readonly dataVersion: string | null;
  /** How many instances the variant has, which are warmed up; absent if they have traffic already. */
  readonly instances?: number | undefined;
}

/** Request to `note-shift`. */
export interface NoteShiftRequest {
  readonly releaseId: string;
  /** The challenger's share of the traffic, 0 to 1. */
  readonly trafficShare: number;
  /** When the challenger first had traffic; empty if it has had none. */
  readonly trafficSince: string;
  /**
   * Absent if the challenger is not a shadow; with the endpoint config that makes it one, if an endpoint
   * copies the requests.
   */
  readonly shadow?: { readonly endpointConfigName?: string | undefined } | undefined;
}

/** Request to compare a challenger with its champion. */
interface ComparisonRequest {
  readonly releaseId: string;
  readonly endpointName: string;
  /** The endpoint's during the comparison; null where a function serves alone. */
  readonly endpointConfigName: string | null;
  readonly modelVersion: string;
  readonly championVersion: string;
  readonly championVariant: string;
  readonly challengerVariant: string;
  readonly now: string;
}

/** Request to `analyse-step`. */
export interface AnalyseStepRequest extends ComparisonRequest {
  /** When the challenger first had traffic. */
  readonly trafficSince: string;
  readonly stepSince: string;
  /** The step's index, from 0. */
  readonly step: number;
  /** The challenger's share of the traffic in the step. */
  readonly trafficShare: number;
  /** Whether the challenger has all traffic. */
  readonly baking: boolean;
}

/** Request to `compare-shadow`. */
export interface CompareShadowRequest extends ComparisonRequest {
  /** When copies of requests began. */
  readonly since: string;
}

/** Request to `ask-approval`. */
export interface AskApprovalRequest {
  /** Step Functions' task token, with which the answer is given. */
  readonly token: string;
  readonly releaseId: string;
  readonly modelVersion: string;
  /** The version in production. */
  readonly champion: string;
  readonly reason: string;
  /** ARN of the release's execution. */
  readonly execution: string;
  readonly time: string;
}

/** Request to `scale-endpoint`. */
export interface ScaleEndpointRequest {
  readonly scales: boolean;
  /** The release that was rolled back just before; absent after any other. */
  readonly undone?: Pick<ReleasePlan, 'releaseId' | 'championVariant'> | undefined;
}

/** Request to `write-report`. */
export interface WriteReportRequest {
  readonly outcome: 'released' | 'rolled-back';
  readonly plan: ReportedPlan;
  readonly reasons: readonly string[];
  /** Why the release was requested. */
  readonly reason: string;
  readonly startedAt: string;
  /** When the challenger first had traffic; empty if it had none. */
  readonly trafficSince: string;
  readonly time: string;
}

interface ReportedPlan
  extends Pick<
    ReleasePlan,
    'releaseId' | 'endpointName' | 'configName' | 'modelVersion' | 'variant' | 'championVariant'
  > {
  readonly champion: Pick<ProductionRoute, 'modelVersion' | 'endpointConfigName'> | null;
  readonly steps: readonly Pick<TrafficStep, 'challenger'>[];
}

/** Request to `record-release`, by how the release ended. */
export type RecordReleaseRequest =
  | RecordPromotionRequest
  | RecordRollbackRequest
  | RecordRefusalRequest
  | RecordUnrecordedEndRequest;

/** The challenger is in production. */
export interface RecordPromotionRequest extends RecordedEnd {
  readonly kind: 'release';
  readonly plan: RecordedPlan & Pick<ReleasePlan, 'signed'>;
}

/** The champion has all traffic again. */
export interface RecordRollbackRequest extends RecordedEnd {
  readonly kind: 'rollback';
  readonly plan: Omit<RecordedPlan, 'modelPackageArn'> & {
    /** Null if the registry did not answer. */
    readonly modelPackageArn: string | null;
  };
  /** Steps of the rollback that failed, and that it went on without. */
  readonly problems: readonly RollbackProblem[];
  /** Whether the function reports what it cannot record, instead of failing. @default false */
  readonly isLastAttempt?: boolean | undefined;
}

/** The release was refused before it changed anything. */
export interface RecordRefusalRequest {
  readonly kind: 'refusal';
  readonly releaseId: string;
  /** As it was requested, which need not be a version. */
  readonly modelVersion: string;
  readonly error: WorkflowError;
  readonly execution: string;
  readonly time: string;
}

/** The release's execution ended, and there was nothing to roll back. */
export interface RecordUnrecordedEndRequest {
  readonly kind: 'failure';
  readonly end: ExecutionEnd;
}

interface RecordedEnd {
  readonly reasons: readonly string[];
  /** Why the release was requested. */
  readonly reason: string;
  /** ARN of the execution that records it. */
  readonly execution: string;
  /** ARN of the release's own execution. */
  readonly releaseExecution: string;
  /** `s3://` URI of the release's report; empty if there is none. */
  readonly report: string;
  readonly time: string;
}

interface RecordedPlan
  extends Pick<
    ReleasePlan,
    | 'releaseId'
    | 'modelVersion'
    | 'variant'
    | 'modelName'
    | 'modelPackageArn'
    | 'dataVersion'
    | 'finalConfigName'
    | 'functionVersion'
  > {
  readonly champion: Pick<ProductionRoute, 'modelVersion' | 'modelPackageArn'> | null;
}

/** A step of a rollback that failed. */
export interface RollbackProblem extends WorkflowError {
  readonly what: string;
}

/** `detail` of the event that Step Functions publishes when an execution ends. */
export interface ExecutionEnd {
  readonly executionArn: string;
  readonly stateMachineArn?: string | undefined;
  /** The execution's. */
  readonly name: string;
  /** `FAILED`, `TIMED_OUT` or `ABORTED`. */
  readonly status: string;
  readonly error?: string | null | undefined;
  readonly cause?: string | null | undefined;
}

/** Answer of `plan-restore`. */
export interface RestorePlan {
  /** Null if the release had recorded its end, or had not begun: then there is nothing to undo. */
  readonly plan: RestoredRelease | null;
  /** Why the release was requested. */
  readonly reason: string;
  readonly startedAt: string;
  /** Empty if the challenger had no traffic. */
  readonly trafficSince: string;
  /** What does not stop the rollback, and is reported at its end. */
  readonly problems: readonly RollbackProblem[];
}

/** What it takes to undo a release. */
export interface RestoredRelease
  extends Pick<
    ReleasePlan,
    | 'endpointName'
    | 'releaseId'
    | 'modelName'
    | 'modelVersion'
    | 'variant'
    | 'championVariant'
    | 'champion'
    | 'configName'
    | 'finalConfigName'
    | 'functionVersion'
    | 'steps'
    | 'first'
  > {
  /** Null if the registry did not answer. */
  readonly modelPackageArn: string | null;
  readonly dataVersion: string | null;
}

/** Answer of `smoke-test`. */
export interface SmokeTestResult {
  readonly passed: boolean;
  /** What went wrong, or what was found right. */
  readonly reasons: readonly string[];
}

/** What an evaluation of a release asks for. */
export type ReleaseVerdict = 'promote' | 'hold' | 'rollback' | 'inconclusive';

/** Answer of `analyse-step` and `compare-shadow`. */
export interface ReleaseAnalysis {
  readonly verdict: ReleaseVerdict;
  /** The messages of the rules that ask for the verdict. */
  readonly reasons: readonly string[];
}

/** Answer of `repair-champion`. */
export interface Repair {
  /** Whether the endpoint, or the function, answers, with whatever config. */
  readonly isUp: boolean;
  /** Version in production; null if there is none. */
  readonly production: string | null;
  /** Version that is being released, or whose release has not ended as it should; null if there is none. */
  readonly candidate: string | null;
  /** What this call did, in words. */
  readonly done: readonly string[];
}

/** Answer of `write-report`. */
export interface WrittenReport {
  /** `s3://` URI. */
  readonly report: string;
}

/** Answer of `record-release` and `record-outcome`. */
export interface RecordedEntry {
  /** Sequence number of the ledger entry; null if none was written. */
  readonly sequence: number | null;
}

/** Request to `warm-function`. */
export interface WarmFunctionRequest {
  /** Whose challenger is warmed; left out, the instances of versions that are not in production end. */
  readonly releaseId?: string | undefined;
}

/** Answer of `warm-function`. */
export interface WarmedFunction {
  /** Whether the instances are there. */
  readonly isWarm: boolean;
}

/** Answer of `remove-unused`. */
export interface RemovedResources {
  /** Names of what was removed. */
  readonly removed: readonly string[];
}
