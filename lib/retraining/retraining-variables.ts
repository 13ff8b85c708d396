import type { DataSplit, DataValidation } from '../../contracts/functions/retraining';
import type { PinnedObject } from '../../contracts/pinned-artifacts';
import type { VersionPlan } from '../../contracts/version-plan';
import type { ChallengerVariables } from '../challenger/challenger-variables';
import { assigns, variables } from '../runtime/variables';

/** The variables of a retraining. */
interface RetrainingVariables extends ChallengerVariables {
  /** Hyperparameters of the request. */
  readonly overrides: Readonly<Record<string, string>>;
  readonly validation: DataValidation;
  readonly split: DataSplit;
  readonly version: Partial<VersionPlan>;
  /** What `DescribeTrainingJob` answered. */
  readonly trainingJob: {
    readonly TrainingJobName: string;
    readonly HyperParameters: Readonly<Record<string, string>>;
    readonly ModelArtifacts: { readonly S3ModelArtifacts: string };
  };
  /** What `DescribeHyperParameterTuningJob` answered. */
  readonly hyperParameterTuningJob: { readonly BestTrainingJob: { readonly TrainingJobName: string } };
  readonly modelArchive: PinnedObject;
  /** How often another release was first. */
  readonly refusedReleases: number;
  /** Output of the release's execution. */
  readonly release: { readonly outcome: string; readonly reasons: readonly string[] };
}

/** The variables that the states of a retraining share. */
export const RETRAINING = variables<RetrainingVariables>();

/** The plan of the challenger's version. */
export const VERSION = RETRAINING.version;

/** Assigns variables of a retraining. */
export const assignRetraining = assigns<RetrainingVariables>();
