import * as z from 'zod/mini';
import { namedRecord } from '../records/named-record';
import type { Baseline } from './baseline';
import { MAXIMUM_BINS } from './bins';

/** What training data must look like; what it does not say is not checked. */
export type DataSchema = z.infer<typeof dataSchema>;
/** What the cells of one column must look like. */
export type ColumnSchema = z.infer<typeof columnSchema>;
/** `stop` ends the retraining, `warn` is only told. */
export type Severity = z.infer<typeof severity>;

const severity = z.enum(['stop', 'warn']);
const share = z.number().check(z.gte(0), z.lte(1));
const count = z.int().check(z.gte(0));

const columnSchema = z.strictObject({
  /** Of a number if nothing else is said. Times are ISO 8601 or milliseconds since 1970. */
  type: z.optional(z.enum(['number', 'category', 'time'])),
  range: z.optional(
    z.strictObject({
      minimum: z.optional(z.number()),
      maximum: z.optional(z.number()),
      severity: z.optional(severity),
    }),
  ),
  /** Categories; `maximumOther` is the share of rows that may have others, 0 if nothing is said. */
  values: z.optional(
    z.strictObject({
      allowed: z.array(z.string()),
      maximumOther: z.optional(share),
      severity: z.optional(severity),
    }),
  ),
  /** Share of rows without a value, at most. */
  missing: z.optional(z.strictObject({ maximum: share, severity: z.optional(severity) })),
  /** No value twice. */
  unique: z.optional(z.strictObject({ severity: z.optional(severity) })),
});

/** Schema of a {@link DataSchema}: each check stops if it says nothing of its severity. */
export const dataSchema = z.strictObject({
  columns: z.optional(namedRecord(columnSchema)),
  /** Rows of all files together. */
  rows: z.optional(
    z.strictObject({
      minimum: z.optional(count),
      maximum: z.optional(count),
      severity: z.optional(severity),
    }),
  ),
  /** Age of the newest row: of its time in a column, or else of the newest file. */
  freshness: z.optional(
    z.strictObject({
      maximumAgeHours: z.number().check(z.positive()),
      column: z.optional(z.string()),
      severity: z.optional(severity),
    }),
  ),
  /** Share of rows with label 1. */
  labelRate: z.optional(
    z.strictObject({
      minimum: z.optional(share),
      maximum: z.optional(share),
      severity: z.optional(severity),
    }),
  ),
  /** AUC of a single feature from which on it is taken for the label itself. */
  leakage: z.optional(
    z.strictObject({ maximumAuc: z.number().check(z.gte(0.5), z.lte(1)), severity: z.optional(severity) }),
  ),
});

/**
 * What the data of a version say about the next ones, with room for change: ranges as wide again on either
 * side, twice the missing values and unknown categories and a twentieth more, half the rows, half the label's
 * rate. It only warns.
 */
export function inferSchema(baseline: Baseline): DataSchema {
  const { rows, features, labelRate, label } = baseline;
  const rangeOfLabel = label && rangeOf(label.profile.edges);
  const columns = Object.entries(features).map(([name, profile]): [string, ColumnSchema] => {
    const missing = { maximum: withRoom(profile.missing, rows), severity: 'warn' as const };
    if (profile.kind === 'numeric') {
      const range = rangeOf(profile.edges);
      return [name, { type: 'number', ...(range && { range }), missing }];
    }
    const isComplete = profile.categories.length < MAXIMUM_BINS;
    const values = {
      allowed: [...profile.categories],
      maximumOther: withRoom(profile.other, rows),
      severity: 'warn' as const,
    };
    return [name, { type: 'category', ...(isComplete && { values }), missing }];
  });
  if (label && rangeOfLabel) columns.push([label.name, { type: 'number', range: rangeOfLabel }]);
  return {
    columns: Object.fromEntries(columns),
    rows: { minimum: Math.floor(rows / 2), severity: 'warn' },
    ...(labelRate !== undefined && {
      labelRate: {
        minimum: rounded(labelRate / 2),
        maximum: rounded((1 + labelRate) / 2),
        severity: 'warn',
      },
    }),
  };
}

/** A schema with the checks of another one in place of its own. */
export function overrideSchema(schema: DataSchema, over: DataSchema): DataSchema {
  const columns = new Map(Object.entries(schema.columns ?? {}));
  for (const [name, column] of Object.entries(over.columns ?? {})) {
    const own = columns.get(name);
    // A range means nothing for categories, nor categories for a number.
    columns.set(name, own?.type === (column.type ?? own?.type) ? { ...own, ...column } : column);
  }
  return { ...schema, ...over, columns: Object.fromEntries(columns) };
}

function rangeOf(edges: readonly number[]): ColumnSchema['range'] {
  // The first edge is right below the least value, the last one is the greatest.
  const [low, high] = [edges[0], edges.at(-1)];
  if (low === undefined || high === undefined) return undefined;
  const span = high - low;
  return { minimum: rounded(low - span), maximum: rounded(high + span), severity: 'warn' };
}

function withRoom(cells: number, rows: number): number {
  return rounded(Math.min(1, (2 * cells) / Math.max(1, rows) + 0.05));
}

/** To what a person would write. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
