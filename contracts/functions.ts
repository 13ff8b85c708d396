import type { PipelineLifecycleSettings } from './functions/lifecycle';
import type {
  MonitorModelSettings,
  MonitorQualitySettings,
  ReportFailureSettings,
} from './functions/monitoring';
import type {
  AnalyseStepSettings,
  CompareShadowSettings,
  MovesTrafficSettings,
  PlanReleaseSettings,
  PlanRestoreSettings,
  RemoveUnusedSettings,
  RepairChampionSettings,
  RollBackSettings,
  ScaleEndpointSettings,
  SmokeTestSettings,
  WriteReportSettings,
} from './functions/release';
import type {
  AnswerChallengerApprovalSettings,
  EvaluateChallengerSettings,
  PlanVersionSettings,
  ProfileBaselineSettings,
  RegisterModelSettings,
  SplitDataSettings,
  TriggerRetrainingSettings,
  ValidateDataSettings,
} from './functions/retraining';
import type { ServerlessInferenceSettings } from './functions/serving';

/** Settings of each function, by the name of its folder in `lambda/`: the constructs write them, the function reads them. */
export interface FunctionSettings {
  readonly 'analyse-step': AnalyseStepSettings;
  readonly 'answer-approval': NoSettings;
  readonly 'answer-challenger-approval': AnswerChallengerApprovalSettings;
  readonly 'ask-approval': NoSettings;
  readonly 'ask-challenger-approval': NoSettings;
  readonly 'compare-shadow': CompareShadowSettings;
  readonly 'evaluate-challenger': EvaluateChallengerSettings;
  readonly 'find-champion': NoSettings;
  readonly 'monitor-model': MonitorModelSettings;
  readonly 'monitor-quality': MonitorQualitySettings;
  readonly 'note-shift': MovesTrafficSettings;
  readonly 'package-model': NoSettings;
  readonly 'pipeline-lifecycle': PipelineLifecycleSettings;
  readonly 'plan-release': PlanReleaseSettings;
  readonly 'plan-restore': PlanRestoreSettings;
  readonly 'plan-version': PlanVersionSettings;
  readonly 'profile-baseline': ProfileBaselineSettings;
  readonly 'record-outcome': NoSettings;
  readonly 'record-release': MovesTrafficSettings;
  readonly 'register-model': RegisterModelSettings;
  readonly 'remove-unused': RemoveUnusedSettings;
  readonly 'repair-champion': RepairChampionSettings;
  readonly 'report-failure': ReportFailureSettings;
  readonly 'roll-back': RollBackSettings;
  readonly 'scale-endpoint': ScaleEndpointSettings;
  readonly 'serverless-inference': ServerlessInferenceSettings;
  readonly 'smoke-test': SmokeTestSettings;
  readonly 'snapshot-data': NoSettings;
  readonly 'split-data': SplitDataSettings;
  readonly 'trigger-retraining': TriggerRetrainingSettings;
  readonly 'validate-data': ValidateDataSettings;
  readonly 'write-report': WriteReportSettings;
}

/** Name of a function that has settings. */
export type FunctionName = keyof FunctionSettings;

type NoSettings = Readonly<Record<string, never>>;
