/** Where labelled data land. */
export const TRAINING_DATA = 'training-data/';

/** Key of the manifest of a snapshot. */
export function manifestKey(dataVersion: string): string {
  return `datasets/${dataVersion}/manifest`;
}

/** Key of what tells how a snapshot was split. */
export function splitKey(dataVersion: string): string {
  return `datasets/${dataVersion}/split.json`;
}

/** Prefix of the files that train. Each fraction has its own, lest a training finds rows of a later holdout. */
export function trainPrefix(dataVersion: string, holdoutFraction: number): string {
  return `datasets/${dataVersion}/train/holdout-${holdoutFraction}/`;
}

/** Key of the features of the holdout, without a header, or of its labels, one a line. */
export function holdoutKey(dataVersion: string, file: 'features' | 'labels'): string {
  return `datasets/${dataVersion}/holdout/${file}.csv`;
}

/** Key of the first rows of the holdout's features, for smoke tests. */
export function samplesKey(dataVersion: string): string {
  return `datasets/${dataVersion}/samples.csv`;
}

/** Key of a file that belongs to a model version. */
export function modelKey(modelVersion: string, file: ModelFile): string {
  return `models/${modelVersion}/${file}`;
}

export type ModelFile =
  | 'plan.json'
  | 'model.tar.gz'
  | 'baseline.json'
  | 'evaluation.json'
  | 'model-card.json'
  | 'model-card.md';
