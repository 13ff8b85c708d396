import * as z from 'zod/mini';
import { checkDocument, parseDocument } from '../records/document';

/** How a snapshot was split: the content of `datasets/<data-version>/split.json`. */
export type SplitDocument = z.infer<typeof splitDocument>;

/**
 * Reads how a snapshot was split.
 *
 * @throws Error if the text is not JSON or a field is missing or wrong
 */
export function parseSplit(text: string): SplitDocument {
  return parseDocument(splitDocument, text, 'split of a dataset');
}

/** Writes how a snapshot was split, as JSON. */
export function formatSplit(document: SplitDocument): string {
  return JSON.stringify(checkDocument(splitDocument, document, 'split of a dataset'));
}

/**
 * What to bear in mind of a comparison on the holdout of a split, in words; undefined if it is as it should
 * be.
 */
export function holdoutWarning({ rows, duplicates }: SplitDocument): string | undefined {
  if (!duplicates || duplicates.rows === 0 || duplicates.dropped) return undefined;
  return `${duplicates.rows} of ${rows.train} training rows are in the holdout of ${rows.holdout} rows, too, cell by cell: a model that has memorized rows appears better than it is. duplicates: DuplicateRows.DROP excludes them from training`;
}

const rowCount = z.int().check(z.positive());

const splitDocument = z.object({
  version: z.literal(1),
  label: z.string(),
  /** Features, in the order in which the model takes them. */
  columns: z.array(z.string()).check(z.minLength(1)),
  /** Those of them that are categories; the others are numbers. */
  categories: z.optional(z.array(z.string())),
  holdoutFraction: z.number(),
  /** Rows that train and that are held out. */
  rows: z.object({ train: rowCount, holdout: rowCount }),
  /** Rows outside the holdout that are also in it, and what became of them. */
  duplicates: z.optional(z.object({ rows: z.int().check(z.gte(0)), dropped: z.boolean() })),
  /** Keys of the files that train, in the order of arrival. */
  trainFiles: z.array(z.string()).check(z.minLength(1)),
});
