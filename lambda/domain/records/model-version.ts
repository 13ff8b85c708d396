/** The semantic version of a model: `MAJOR.MINOR.PATCH`. */
export interface ModelVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** What differs between a new model and the one it follows. */
export interface ModelChanges {
  /** Names, order or types of the input features. */
  readonly schema: boolean;
  /** The learning algorithm, that is: what the training code does. */
  readonly algorithm: boolean;
  /** The training or serving container image. */
  readonly image: boolean;
  readonly hyperparameters: boolean;
  /** The serving code packed with the weights. */
  readonly code: boolean;
  /** The data version trained on. */
  readonly data: boolean;
  /** The learned weights themselves. */
  readonly weights: boolean;
}

/** Version of the first model of a pipeline. */
export const FIRST_VERSION: ModelVersion = { major: 1, minor: 0, patch: 0 };

/**
 * Reads `MAJOR.MINOR.PATCH`, without leading zeros, prefixes or suffixes.
 *
 * @throws Error if the text is anything else
 */
export function parseModelVersion(text: string): ModelVersion {
  const match = PATTERN.exec(text);
  const [major, minor, patch] = (match?.slice(1) ?? []).map(Number);
  if (major === undefined || minor === undefined || patch === undefined) {
    throw new Error(
      `model version '${text}' is not MAJOR.MINOR.PATCH: three whole numbers, as in '1.4.0', are needed`,
    );
  }
  return { major, minor, patch };
}

/** Writes a version as `MAJOR.MINOR.PATCH`. */
export function formatModelVersion(version: ModelVersion): string {
  return `${version.major}.${version.minor}.${version.patch}`;
}

/** Orders versions by precedence: negative if `a` comes before `b`, 0 if they are equal. */
export function compareModelVersions(a: ModelVersion, b: ModelVersion): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/**
 * The version of a new model. The first is 1.0.0; a changed schema, algorithm, image or hyperparameters
 * bumps MAJOR; new data or new weights bump MINOR; the same weights packed again bump PATCH.
 *
 * @param previous version it follows, undefined for the first model of a pipeline
 */
export function nextVersion(previous: ModelVersion | undefined, changes: ModelChanges): ModelVersion {
  if (!previous) return FIRST_VERSION;
  const { major, minor, patch } = previous;
  if (changes.schema || changes.algorithm || changes.image || changes.hyperparameters) {
    return { major: major + 1, minor: 0, patch: 0 };
  }
  if (changes.data || changes.weights) return { major, minor: minor + 1, patch: 0 };
  return { major, minor, patch: patch + 1 };
}

// Nine digits at most, so that every part is an exact number.
const PATTERN = /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/;
