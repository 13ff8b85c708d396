import type { ChallengerEvaluation } from '../../contracts/challenger-evaluation';
import type {
  DataSplit,
  DataValidation,
  FoundChampion,
  Registration,
} from '../../contracts/functions/retraining';
import type { PinnedObject } from '../../contracts/pinned-artifacts';
import type { VersionPlan } from '../../contracts/version-plan';
import type { WorkflowError } from '../../contracts/workflow-error';
import { assigns, variables } from '../runtime/variables';

/** The variables of a retraining. */
interface RetrainingVariables {
  /** How generated names begin. */
  readonly namePrefix: string;
  /** How generated names end. */
  readonly suffix: string;
  /** Hyperparameters of the request. */
  readonly overrides: Readonly<Record<string, string>>;
  /** Null before the snapshot. */
  readonly dataVersion: string | null;
  readonly validation: DataValidation;
  readonly split: DataSplit;
  /** Without fields before it is planned. */
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
  readonly baseline: PinnedObject;

  /** The version in production; null if there is none. */
  readonly champion: FoundChampion['champion'];
  /** A version that is being released; null if none is. */
  readonly candidate: string | null;
  /** What `DescribeModel` answered of the champion's. */
  readonly championContainer: {
    readonly Image: string;
    readonly ModelDataUrl: string;
    readonly Environment: Readonly<Record<string, string>>;
  };
  readonly isChampionIsolated: boolean;
  /** Version of the champion that has scored the holdout; empty before one has. */
  readonly scoredVersion: string;
  /** The champion that could not score it; without fields if all could. */
  readonly failedChampion: Partial<NonNullable<FoundChampion['champion']>>;
  readonly championsScored: number;
  /**
   * Version of the champion that the challenger was last compared with; empty if there was none, null before.
   */
  readonly comparedWith: string | null;
  readonly evaluation: ChallengerEvaluation;
  readonly registration: Registration;
  /** What a person answered, in words; empty if nobody was asked. */
  readonly answer: readonly string[];
  /** How often another release was first. */
  readonly refusedReleases: number;
  /** Output of the release's execution. */
  readonly release: { readonly outcome: string; readonly reasons: readonly string[] };
  /** What went wrong; without fields if nothing did. */
  readonly error: Partial<WorkflowError>;
}

/** The variables that the states of a retraining share. */
export const RETRAINING = variables<RetrainingVariables>();

/** The plan of the challenger's version. */
export const VERSION = RETRAINING.version;

/** The gate's decision on the challenger. */
export const EVALUATION = RETRAINING.evaluation;

/** Assigns variables of a retraining. */
export const assignRetraining = assigns<RetrainingVariables>();
