import type { SplitSettings } from '../data-split';
import type { GatePolicy } from '../gate-policy';
import type { ObjectLocation } from '../object-location';
import type { Problem } from '../problem';

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
  /** URI of the training image. */
  readonly image: string;
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
  readonly servingEnvironment: Readonly<Record<string, string>>;
  readonly instanceTypes: { readonly realtime: readonly string[]; readonly transform: readonly string[] };
}

/** Settings of `answer-challenger-approval`. */
export interface AnswerChallengerApprovalSettings {
  /** Of the retraining. */
  readonly stateMachineArn: string;
}

/** Settings of `trigger-retraining`. */
export interface TriggerRetrainingSettings {
  /** Of the retraining. */
  readonly stateMachineArn: string;
  readonly limits: { readonly cooldownMinutes: number; readonly maximumPerWeek?: number | undefined };
  readonly alarms: readonly { readonly alarmName: string; readonly trigger: 'drift' | 'quality' }[];
  /** How much new data is enough; absent if new data start nothing. */
  readonly newData?:
    | {
        readonly files?: number | undefined;
        readonly bytes?: number | undefined;
        readonly ageMinutes?: number | undefined;
      }
    | undefined;
}
