import * as z from 'zod/mini';
import type {
  BatchDelivery,
  BatchManifest,
  BatchOutputSettings,
  BatchPart,
  BatchPartResult,
  BatchPlan,
} from '../../../contracts/batch';
import type { Complete } from '../../../contracts/complete';
import { modelVersionText } from '../records/document';
import { pinnedObject } from '../release/pinned-artifacts';

const count = z.int().check(z.gte(0));
const text = z.string().check(z.minLength(1));
/** Schema of {@link BatchEngineKind}. */
export const batchEngineKind = z.enum(['lambda', 'transform', 'spark']);
/** Schema of {@link BatchOutputFormat}. */
export const batchOutputFormat = z.enum(['csv', 'jsonl', 'parquet']);

/** Schema of {@link BatchOutputSettings}. */
export const batchOutputSettings: z.ZodMiniType<BatchOutputSettings> = z.object({
  format: batchOutputFormat,
  columns: z.array(z.string()),
  compression: z.optional(z.literal('gzip')),
});

const inputFile = z.object({
  bucket: text,
  key: text,
  versionId: text,
  etag: z.string(),
  bytes: count,
  rows: count,
  columns: z.array(z.string()),
});

const runOf = {
  version: z.literal(1),
  batch: text,
  run: text,
  plannedAt: z.iso.datetime(),
  modelVersion: modelVersionText,
  ledgerSequence: z.optional(count),
  engine: batchEngineKind,
  input: z.array(inputFile),
};

/** Schema of `plan.json`. */
export const batchPlan: z.ZodMiniType<BatchPlan> = z.object({
  ...runOf,
  pipeline: z.optional(text),
  container: z.optional(
    z.object({
      Image: text,
      ModelDataUrl: text,
      Environment: z.record(z.string(), z.string()),
      isIsolated: z.boolean(),
    }),
  ),
  features: z.array(z.string()),
  output: batchOutputSettings,
  partsKey: text,
  parts: count,
  rows: count,
});

/** Schema of an item of the list of parts. */
export const batchPart = z.object({
  run: text,
  part: count,
  file: count,
  from: count,
  to: count,
  linesBefore: count,
  rows: count,
});
const _part: z.ZodMiniType<BatchPart> & Complete<BatchPart, z.output<typeof batchPart>> = batchPart;

/** Schema of the list of parts. */
export const batchParts: z.ZodMiniType<BatchPart[]> = z.array(_part);

const writtenObject = z.extend(pinnedObject, { key: text });

/** Schema of what became of a part. */
export const batchPartResult: z.ZodMiniType<BatchPartResult> = z.object({
  version: z.literal(1),
  part: count,
  rows: count,
  failedRows: count,
  gigabyteSeconds: z.optional(z.number()),
  output: writtenObject,
  errors: z.optional(writtenObject),
  profileKey: z.optional(text),
});

/** Schema of what became of a part in a sink. */
export const batchDelivery: z.ZodMiniType<BatchDelivery> = z.object({
  version: z.literal(1),
  sink: text,
  part: count,
  rows: count,
  refusedRows: count,
  refused: z.optional(writtenObject),
});

/** Schema of `manifest.json`. */
export const batchManifest: z.ZodMiniType<BatchManifest> = z.object({
  ...runOf,
  finishedAt: z.iso.datetime(),
  format: batchOutputFormat,
  rows: count,
  failedRows: count,
  gigabyteSeconds: z.optional(z.number()),
  parts: z.array(
    z.extend(writtenObject, { rows: count, failedRows: count, errors: z.optional(writtenObject) }),
  ),
  drift: z.optional(
    z.object({
      status: z.enum(['drift', 'stable', 'insufficient-rows']),
      drifted: z.array(z.string()),
    }),
  ),
});
