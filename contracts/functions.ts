import type { ChallengerEvaluation } from './challenger-evaluation';
import type { AdoptEndpointSettings } from './functions/adoption';
import type {
  BatchPartRequest,
  BatchPartSettings,
  BatchRunRequest,
  DeliverBatchRequest,
  DeliverBatchSettings,
  DeliveredPart,
  FinishBatchSettings,
  FinishDeliverySettings,
  FinishedBatch,
  FinishedDelivery,
  PlanBatchRequest,
  PlanBatchSettings,
  PlannedBatch,
  PreparedPart,
  ScoredPart,
} from './functions/batch';
import type { JudgeScoresRequest, JudgeScoresSettings, ScoresJudgement } from './functions/gate';
import type { InferenceApiSettings } from './functions/http';
import type { PipelineLifecycleSettings } from './functions/lifecycle';
import type {
  CaptureGroupRequest,
  DeliverReportSettings,
  MonitorModelSettings,
  MonitorQualitySettings,
  ProfiledGroup,
  ReportFailureSettings,
} from './functions/monitoring';
import type { RegisterArtifactSettings } from './functions/registering';
import type {
  AnalyseStepRequest,
  AnalyseStepSettings,
  AskApprovalRequest,
  CompareShadowRequest,
  CompareShadowSettings,
  MovesTrafficSettings,
  NoteShiftRequest,
  PlanReleaseRequest,
  PlanReleaseSettings,
  PlanRestoreRequest,
  PlanRestoreSettings,
  RecordedEntry,
  RecordReleaseRequest,
  ReleaseAnalysis,
  RemovedResources,
  RemoveUnusedSettings,
  Repair,
  RepairChampionSettings,
  RestorePlan,
  RollBackSettings,
  ScaleEndpointRequest,
  ScaleEndpointSettings,
  SmokeTestRequest,
  SmokeTestResult,
  SmokeTestSettings,
  WarmedFunction,
  WarmFunctionRequest,
  WarmFunctionSettings,
  WriteReportRequest,
  WriteReportSettings,
  WrittenReport,
} from './functions/release';
import type {
  AnswerChallengerApprovalSettings,
  AskChallengerApprovalRequest,
  DataRequest,
  DataSplit,
  DataValidation,
  EvaluateChallengerRequest,
  EvaluateChallengerSettings,
  FoundChampion,
  PackageModelRequest,
  PlanVersionRequest,
  PlanVersionSettings,
  ProfileBaselineRequest,
  ProfileBaselineSettings,
  RecordOutcomeRequest,
  RegisterModelRequest,
  RegisterModelSettings,
  Registration,
  Snapshot,
  SplitDataSettings,
  TriggerRetrainingSettings,
  ValidateDataSettings,
} from './functions/retraining';
import type { ServerlessInferenceSettings } from './functions/serving';
import type { ScoreStreamSettings } from './functions/stream';
import type { PinnedObject } from './pinned-artifacts';
import type { ReleasePlan } from './release-plan';
import type { VersionPlan } from './version-plan';

/**
 * Settings of each function, by the name of its folder in `lambda/`: the constructs write them, the function
 * reads them.
 */
export interface FunctionSettings {
  readonly 'adopt-endpoint': AdoptEndpointSettings;
  readonly 'analyse-step': AnalyseStepSettings;
  readonly 'answer-approval': NoSettings;
  readonly 'answer-challenger-approval': AnswerChallengerApprovalSettings;
  readonly 'ask-approval': NoSettings;
  readonly 'ask-challenger-approval': NoSettings;
  readonly 'compare-shadow': CompareShadowSettings;
  readonly 'deliver-batch': DeliverBatchSettings;
  readonly 'deliver-report': DeliverReportSettings;
  readonly 'draw-widget': NoSettings;
  readonly 'evaluate-challenger': EvaluateChallengerSettings;
  readonly 'find-champion': NoSettings;
  readonly 'finish-batch': FinishBatchSettings;
  readonly 'finish-delivery': FinishDeliverySettings;
  readonly 'inference-api': InferenceApiSettings;
  readonly 'register-artifact': RegisterArtifactSettings;
  readonly 'join-batch': BatchPartSettings;
  readonly 'judge-scores': JudgeScoresSettings;
  readonly 'monitor-model': MonitorModelSettings;
  readonly 'monitor-quality': MonitorQualitySettings;
  readonly 'note-shift': MovesTrafficSettings;
  readonly 'package-model': NoSettings;
  readonly 'pipeline-lifecycle': PipelineLifecycleSettings;
  readonly 'plan-batch': PlanBatchSettings;
  readonly 'plan-release': PlanReleaseSettings;
  readonly 'plan-restore': PlanRestoreSettings;
  readonly 'plan-version': PlanVersionSettings;
  readonly 'prepare-batch': BatchPartSettings;
  readonly 'profile-baseline': ProfileBaselineSettings;
  readonly 'profile-capture': NoSettings;
  readonly 'record-outcome': NoSettings;
  readonly 'record-release': MovesTrafficSettings;
  readonly 'register-model': RegisterModelSettings;
  readonly 'remove-unused': RemoveUnusedSettings;
  readonly 'repair-champion': RepairChampionSettings;
  readonly 'report-failure': ReportFailureSettings;
  readonly 'roll-back': RollBackSettings;
  readonly 'scale-endpoint': ScaleEndpointSettings;
  readonly 'score-batch': BatchPartSettings;
  readonly 'score-stream': ScoreStreamSettings;
  readonly 'serverless-inference': ServerlessInferenceSettings;
  readonly 'smoke-test': SmokeTestSettings;
  readonly 'snapshot-data': NoSettings;
  readonly 'split-data': SplitDataSettings;
  readonly 'trigger-retraining': TriggerRetrainingSettings;
  readonly 'validate-data': ValidateDataSettings;
  readonly 'warm-function': WarmFunctionSettings;
  readonly 'write-report': WriteReportSettings;
}

/** Name of a function that has settings. */
export type FunctionName = keyof FunctionSettings;

/**
 * Request to each function that a state machine invokes: the workflow's states write it, the function reads
 * it.
 */
export interface FunctionRequests {
  readonly 'analyse-step': AnalyseStepRequest;
  readonly 'ask-approval': AskApprovalRequest;
  readonly 'ask-challenger-approval': AskChallengerApprovalRequest;
  readonly 'compare-shadow': CompareShadowRequest;
  readonly 'deliver-batch': DeliverBatchRequest;
  readonly 'evaluate-challenger': EvaluateChallengerRequest;
  readonly 'find-champion': EmptyRequest;
  readonly 'finish-batch': BatchRunRequest;
  readonly 'finish-delivery': BatchRunRequest;
  readonly 'join-batch': BatchPartRequest;
  readonly 'judge-scores': JudgeScoresRequest;
  readonly 'note-shift': NoteShiftRequest;
  readonly 'package-model': PackageModelRequest;
  readonly 'plan-batch': PlanBatchRequest;
  readonly 'plan-release': PlanReleaseRequest;
  readonly 'plan-restore': PlanRestoreRequest;
  readonly 'plan-version': PlanVersionRequest;
  readonly 'prepare-batch': BatchPartRequest;
  readonly 'profile-baseline': ProfileBaselineRequest;
  readonly 'profile-capture': CaptureGroupRequest;
  readonly 'record-outcome': RecordOutcomeRequest;
  readonly 'record-release': RecordReleaseRequest;
  readonly 'register-model': RegisterModelRequest;
  readonly 'remove-unused': EmptyRequest;
  readonly 'repair-champion': EmptyRequest;
  readonly 'scale-endpoint': ScaleEndpointRequest;
  readonly 'score-batch': BatchPartRequest;
  readonly 'smoke-test': SmokeTestRequest;
  readonly 'snapshot-data': EmptyRequest;
  readonly 'split-data': DataRequest;
  readonly 'validate-data': DataRequest;
  readonly 'warm-function': WarmFunctionRequest;
  readonly 'write-report': WriteReportRequest;
}

/**
 * Answer of each function that a state machine invokes: the function writes it, the workflow's states read
 * it.
 */
export interface FunctionAnswers {
  readonly 'analyse-step': ReleaseAnalysis;
  readonly 'ask-approval': undefined;
  readonly 'ask-challenger-approval': undefined;
  readonly 'compare-shadow': ReleaseAnalysis;
  readonly 'deliver-batch': DeliveredPart;
  readonly 'evaluate-challenger': ChallengerEvaluation;
  readonly 'find-champion': FoundChampion;
  readonly 'finish-batch': FinishedBatch;
  readonly 'finish-delivery': FinishedDelivery;
  readonly 'join-batch': ScoredPart;
  readonly 'judge-scores': ScoresJudgement;
  readonly 'note-shift': undefined;
  readonly 'package-model': PinnedObject;
  readonly 'plan-batch': PlannedBatch;
  readonly 'plan-release': ReleasePlan;
  readonly 'plan-restore': RestorePlan;
  readonly 'plan-version': VersionPlan;
  readonly 'prepare-batch': PreparedPart;
  readonly 'profile-baseline': PinnedObject;
  readonly 'profile-capture': ProfiledGroup;
  readonly 'record-outcome': RecordedEntry;
  readonly 'record-release': RecordedEntry | undefined;
  readonly 'register-model': Registration;
  readonly 'remove-unused': RemovedResources;
  readonly 'repair-champion': Repair;
  readonly 'scale-endpoint': undefined;
  readonly 'score-batch': ScoredPart;
  readonly 'smoke-test': SmokeTestResult;
  readonly 'snapshot-data': Snapshot;
  readonly 'split-data': DataSplit;
  readonly 'validate-data': DataValidation;
  readonly 'warm-function': WarmedFunction;
  readonly 'write-report': WrittenReport;
}

/** Name of a function that a state machine invokes. */
export type InvokedFunctionName = keyof FunctionRequests;

type NoSettings = Readonly<Record<string, never>>;
type EmptyRequest = Readonly<Record<string, never>>;
