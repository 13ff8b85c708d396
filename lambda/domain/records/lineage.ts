import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Lineage } from '../../../contracts/lineage';
import { pinnedImage } from './container-image';
import type { ModelChanges } from './model-version';

/** Schema of what is known of a model that was trained elsewhere. */
export const provenanceSchema = z.object({
  sourcePackage: z.optional(z.string()),
  generatedBy: z.optional(z.string()),
  createdBy: z.optional(z.string()),
  repository: z.optional(z.string()),
  originDigest: z.optional(z.string()),
});

/** Schema of a lineage in a document. */
export const lineageSchema = z.object({
  ...provenanceSchema.shape,
  /** Of a model trained elsewhere, the sample that came with it; empty if none did. */
  dataVersion: z.string(),
  /** Where the archive came from, if the model was trained elsewhere. */
  origin: z.optional(z.string()),
  /** Hash of the folder with the scripts. */
  codeVersion: z.string(),
  /**
   * Git commit that last changed the folder; not there if it is not under version control, or has other
   * changes.
   */
  commit: z.optional(z.string()),
  /** URI of the container image that serves, as it was named. */
  image: z.string(),
  /** Digest of what that stood for then; not there if the registry did not tell it. */
  imageDigest: z.optional(z.string()),
  /** URI of the container image that trains; not there if the same image serves. */
  trainingImage: z.optional(z.string()),
  /** Digest of what that stood for then; not there if the registry did not tell it. */
  trainingImageDigest: z.optional(z.string()),
  /** Hash of the hyperparameters, and of what is tried for others. */
  configHash: z.string(),
  /** Hash of the label and the features, in their order. */
  schemaHash: z.string(),
});

export interface Ingredients {
  readonly dataVersion: string;
  readonly codeVersion: string;
  readonly commit?: string | undefined;
  readonly image: string;
  readonly imageDigest?: string | undefined;
  /** The image that trains, if it is another one. */
  readonly trainingImage?: string | undefined;
  readonly trainingImageDigest?: string | undefined;
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** Version of the search for other hyperparameters, if there is one. */
  readonly searchVersion?: string | undefined;
  readonly label: string;
  /** Features, in the order in which the model takes them. */
  readonly columns: readonly string[];
}

/** The lineage of a model made of these. */
export function lineageOf(ingredients: Ingredients): Lineage {
  const {
    dataVersion,
    codeVersion,
    commit,
    image,
    imageDigest,
    trainingImage,
    trainingImageDigest,
    hyperparameters,
    searchVersion,
    label,
    columns,
  } = ingredients;
  const sorted = Object.entries(hyperparameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    dataVersion,
    codeVersion,
    ...(commit !== undefined && { commit }),
    image,
    ...(imageDigest !== undefined && { imageDigest }),
    ...(trainingImage !== undefined && { trainingImage }),
    ...(trainingImageDigest !== undefined && { trainingImageDigest }),
    configHash: hashOf(searchVersion === undefined ? sorted : [sorted, searchVersion]),
    schemaHash: hashOf([label, ...columns]),
  };
}

/** The image that trained a model, by its content if that is known. */
export function pinnedTrainingImage(lineage: Lineage): string {
  const { image, imageDigest, trainingImage, trainingImageDigest } = lineage;
  return trainingImage === undefined
    ? pinnedImage(image, imageDigest)
    : pinnedImage(trainingImage, trainingImageDigest);
}

/**
 * What a new model changes. A folder of scripts has one version for all, so that any change in it
 * may have changed the algorithm; and whatever else is the same, training gives new weights. An image that is
 * named the same is the same: AWS gives a tag to its patches too.
 *
 * @param signatureChanged whether callers have to change, by the signatures of both; undefined if one of them
 * has none: then the names of the columns decide
 */
export function changesOf(
  after: Lineage,
  before: Partial<Lineage>,
  signatureChanged?: boolean,
): ModelChanges {
  const changed = (part: keyof Lineage) => before[part] !== after[part];
  return {
    schema: signatureChanged ?? changed('schemaHash'),
    algorithm: changed('codeVersion'),
    image: changed('image') || changed('trainingImage'),
    hyperparameters: changed('configHash'),
    code: changed('codeVersion'),
    data: changed('dataVersion'),
    weights: true,
  };
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
