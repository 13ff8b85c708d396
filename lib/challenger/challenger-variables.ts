import type { ChallengerEvaluation } from '../../contracts/challenger-evaluation';
import type { FoundChampion, Registration, ScoringContainer } from '../../contracts/functions/retraining';
import type { PinnedObject } from '../../contracts/pinned-artifacts';
import type { VersionPlan } from '../../contracts/version-plan';
import type { WorkflowError } from '../../contracts/workflow-error';
import { assigns, variables } from '../runtime/variables';

/** What every workflow that makes a challenger knows of it. */
export type ChallengerVersion = Pick<
  VersionPlan,
  'modelVersion' | 'parentVersion' | 'modelDataUrl' | 'image' | 'lineage'
>;

/** The variables that the states of scoring and judging a challenger share. */
export interface ChallengerVariables {
  /** How generated names begin. */
  readonly namePrefix: string;
  /** How generated names end. */
  readonly suffix: string;
  /** Null before the data have one. */
  readonly dataVersion: string | null;
  readonly split: { readonly holdoutUri: string };
  /** Without fields before it is planned. */
  readonly version: Partial<ChallengerVersion>;
  readonly baseline: PinnedObject;

  /** The version in production; null before the first release. */
  readonly champion: FoundChampion['champion'];
  /** A version that is being released; null if none is. */
  readonly candidate: string | null;
  /** What an adopted champion is registered with; null for any other. */
  readonly registeredContainer: FoundChampion['container'];
  /** What scores as the champion. */
  readonly championContainer: ScoringContainer;
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
  /** What went wrong; without fields if nothing did. */
  readonly error: Partial<WorkflowError>;
}

export const CHALLENGER = variables<ChallengerVariables>();

/** The challenger's version. */
export const CHALLENGER_VERSION = CHALLENGER.version;

/** The gate's decision on the challenger. */
export const EVALUATION = CHALLENGER.evaluation;

/** Assigns variables of a challenger. */
export const assignChallenger = assigns<ChallengerVariables>();

/** What decided: the person's answer, if there is one, and the gate. */
export const REASONS = `$append(${CHALLENGER.answer}, ${EVALUATION.reasons})`;
