import type { Lineage } from './lineage';
import type { PinnedObject } from './pinned-artifacts';

/** The plan of a challenger's version: what `plan-version` answers. */
export interface VersionPlan {
  readonly modelVersion: string;
  /** The version registered before it, null for the first. */
  readonly parentVersion: string | null;
  /** Where the training job puts its output. */
  readonly outputUri: string;
  readonly modelDataUrl: string;
  /** The scripts that train and serve it. */
  readonly codeUrl: string;
  /** What those are, to the bit. */
  readonly code: PinnedObject;
  /** The pipeline's, and those of the request in their place. */
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** The image that scores and serves it, by its digest if that is known. */
  readonly image: string;
  /** The image that trains it; likewise. */
  readonly trainingImage: string;
  readonly lineage: Lineage;
}
