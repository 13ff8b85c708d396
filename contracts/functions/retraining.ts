import type { ChallengerEvaluation } from '../challenger-evaluation';
import type { SplitSettings } from '../data-split';
import type { GatePolicy } from '../gate-policy';
import type { Lineage } from '../lineage';
import type { ObjectLocation } from '../object-location';
import type { PinnedArtifacts } from '../pinned-artifacts';
import type { Problem } from '../problem';
import type { ProductionRoute } from '../routing';
import type { WorkflowError } from '../workflow-error';

/** Settings of `validate-data`. */
export interface ValidateDataSettings {
  readonly label: string;
  readonly problem: Problem;
  readonly minimumRows: number;
  readonly ignoredColumns: readonly string[];
  readonly split: SplitSettings;
  /** Where the checks of the pipeline's owner are. */
  readonly schema?: ObjectLocation | undefined;
}

/** Settings of `split-data`. */
export interface SplitDataSettings {
  readonly label: string;
  readonly holdoutFraction: number;
  readonly split: SplitSettings;
  readonly duplicates: 'keep' | 'drop' | 'stop';
  readonly ignoredColumns: readonly string[];
  /** Columns that the gate needs beside the features. */
  readonly judgedBy: readonly string[];
}

/** Settings of `plan-version`. */
export interface PlanVersionSettings {
  /** URI of the image that serves and scores versions. */
  readonly image: string;
  /** URI of the image that trains; absent if the same image trains and serves. */
  readonly trainingImage?: string | undefined;
  readonly codeVersion: string;
  /** Git commit of the scripts. */
  readonly commit?: string | undefined;
  readonly source: ObjectLocation;
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** Names of the hyperparameters that are searched, and the version of that search. */
  readonly tuning?: { readonly names: readonly string[]; readonly version: string } | undefined;
  readonly label: string;
}

/** Settings of `profile-baseline`. */
export interface ProfileBaselineSettings {
  readonly problem: Problem;
  /** Whether a function serves, which runs `model.onnx` of the archive. */
  readonly servesByFunction: boolean;
}

/** Settings of `evaluate-challenger`. */
export interface EvaluateChallengerSettings {
  readonly policy: GatePolicy;
  readonly judgedBy: {
    readonly weightColumn?: string | undefined;
    readonly groupColumn?: string | undefined;
  };
}

/** Settings of `register-model`. */
export interface RegisterModelSettings {
  /** Content types of requests that the container takes. */
  readonly contentTypes: readonly string[];
  readonly instanceTypes: { readonly realtime: readonly string[]; readonly transform: readonly string[] };
  /** ARN of the key that signs versions; absent if they are not signed. */
  readonly signingKey?: string | undefined;
}

/** Settings of `answer-challenger-approval`. */
export interface AnswerChallengerApprovalSettings {
  /** Of the workflows whose challengers may wait for a person. */
  readonly stateMachineArns: readonly string[];
}

/** Settings of `trigger-retraining`. */
export interface TriggerRetrainingSettings {
  /** Of the retraining. */
  readonly stateMachineArn: string;
  readonly limits: { readonly cooldownMinutes: number; readonly maximumPerWeek?: number | undefined };
  readonly alarms: readonly AlarmThatRetrains[];
  /** Absent if new data start nothing. */
  readonly newData?: WatchedData | undefined;
  /** What the keys of its records begin with; it ends with a slash. */
  readonly prefix: string;
}

/** An alarm that starts retrainings. */
export interface AlarmThatRetrains {
  readonly alarmName: string;
  readonly trigger: 'drift' | 'quality' | 'alarm';
  /** What it means, in words. */
  readonly reason?: string | undefined;
}

/** How much new data starts a retraining: any of the thresholds. */
export interface WatchedData {
  /** What the keys of data begin with. */
  readonly prefix: string;
  /** Which data are not new: those of the latest snapshot, or those from before the latest start. */
  readonly newSince: 'snapshot' | 'start';
  readonly files?: number | undefined;
  readonly bytes?: number | undefined;
  readonly ageMinutes?: number | undefined;
}

/** Request to `validate-data` and `split-data`. */
export interface DataRequest {
  readonly dataVersion: string;
}

/** Request to `plan-version`. */
export interface PlanVersionRequest {
  readonly dataVersion: string;
  /** Those that replace the pipeline's. */
  readonly hyperparameters: Readonly<Record<string, string>>;
}

/** Request to `package-model`. */
export interface PackageModelRequest {
  readonly modelVersion: string;
  /** URI of the training's archive. */
  readonly artifact: string;
}

/** Request to `profile-baseline`. */
export interface ProfileBaselineRequest {
  readonly modelVersion: string;
  readonly dataVersion: string;
  /** Where the version's scores of the holdout are. */
  readonly scoresKey: string;
}

/** Request to `evaluate-challenger`. */
export interface EvaluateChallengerRequest {
  readonly modelVersion: string;
  readonly dataVersion: string;
  readonly challengerScoresKey: string;
  /** Null if nothing is in production. */
  readonly championScoresKey: string | null;
  /** The version in production; null if there is none. */
  readonly champion: { readonly modelVersion: string } | null;
}

/** Request to `register-model`. */
export interface RegisterModelRequest {
  readonly modelVersion: string;
  /** The version registered before it; null for the first. */
  readonly parentVersion: string | null;
  readonly modelDataUrl: string;
  readonly artifacts: PinnedArtifacts;
  readonly lineage: Lineage;
  readonly evaluation: ChallengerEvaluation;
  /** ARN of the workflow's execution. */
  readonly execution: string;
  /** Environment of the container that serves it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Absent if the model was trained elsewhere. */
  readonly trainingJob?:
    | {
        readonly name: string;
        /** All of the job. */
        readonly hyperparameters: Readonly<Record<string, string>>;
      }
    | undefined;
  /** By name, as they were measured elsewhere. */
  readonly metrics?: Readonly<Record<string, number>> | undefined;
}

/** What made a challenger. */
export type ChallengerWorkflow = 'retraining' | 'registration';

/** Request to `record-outcome`. */
export interface RecordOutcomeRequest {
  readonly workflow: ChallengerWorkflow;
  /** `registration`: a version that was trained elsewhere is registered and approved. */
  readonly outcome: 'registration' | 'rejection' | 'rejection-by-person' | 'expiry' | 'failure';
  /** Absent or null if the retraining ended before its challenger had a version. */
  readonly modelVersion?: string | null | undefined;
  /**
   * The version that it was compared with; null if nothing was in production, absent if it was not compared.
   */
  readonly champion?: string | null | undefined;
  /** Null if the retraining ended before its data had a version. */
  readonly dataVersion: string | null;
  readonly verdict?: string | undefined;
  /** `s3://` URI of the page that shows why. */
  readonly report?: string | undefined;
  readonly reasons: readonly string[];
  /** ARN of the workflow's execution. */
  readonly execution: string;
  readonly modelPackageArn?: string | undefined;
  readonly error?: WorkflowError | undefined;
}

/** Request to `ask-challenger-approval`. */
export interface AskChallengerApprovalRequest {
  /** Step Functions' task token, with which the answer is given. */
  readonly token: string;
  readonly modelVersion: string;
  /** The version in production; null if there is none. */
  readonly champion: string | null;
  readonly dataVersion: string;
  readonly modelPackageArn: string;
  readonly reasons: readonly string[];
  /** `s3://` URI of the page that shows the evaluation. */
  readonly report: string;
  /** ARN of the workflow's execution. */
  readonly execution: string;
  readonly time: string;
  /** How long the retraining waits, in words. */
  readonly timeout: string;
}

/** Answer of `snapshot-data`. */
export interface Snapshot {
  readonly dataVersion: string;
  readonly files: number;
  readonly bytes: number;
}

/** Answer of `validate-data`. */
export interface DataValidation {
  /** Whether the data are fit for training: nothing was found that stops. */
  readonly valid: boolean;
  /** What stops first. */
  readonly findings: readonly DataFinding[];
  readonly rows: number;
  /**
   * `s3://` URI of all findings with their places, and of the features: their names do not fit a workflow's
   * state.
   */
  readonly report: string;
}

/** What is wrong with training data, or may be. */
export interface DataFinding {
  /** Name of the check. */
  readonly rule: string;
  /** Whether it stops the retraining. */
  readonly severity: 'stop' | 'warn';
  readonly message: string;
}

/** Answer of `split-data`. */
export interface DataSplit {
  readonly rows: { readonly train: number; readonly holdout: number };
  readonly trainUri: string;
  readonly holdoutUri: string;
}

/** A container of a SageMaker model, as `CreateModel` takes it. */
export interface ScoringContainer {
  readonly Image: string;
  readonly ModelDataUrl: string;
  readonly Environment: Readonly<Record<string, string>>;
}

/** Answer of `find-champion`. */
export interface FoundChampion {
  /** What a challenger has to beat, null if nothing is in production. */
  readonly champion: Pick<ProductionRoute, 'modelVersion' | 'modelName'> | null;
  /**
   * What scores in the champion's place if its model is not the pipeline's own: what it is registered with.
   * Null if the container of its model scores.
   */
  readonly container: ScoringContainer | null;
  /** A version that may be the champion soon, null if none is being released. */
  readonly candidate: string | null;
}

/** Answer of `register-model`. */
export interface Registration {
  readonly modelPackageArn: string;
  readonly modelPackageVersion: number;
}
