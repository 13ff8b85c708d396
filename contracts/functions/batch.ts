import type { BatchFormat, BatchPart } from '../batch';

/** Settings of `plan-batch`. */
export interface PlanBatchSettings {
  readonly batchName: string;
  /** Name of the SSM parameter that holds the routing document. */
  readonly routingParameter: string;
  readonly input: { readonly bucket: string; readonly prefix: string };
  readonly output: { readonly format: BatchFormat; readonly columns: readonly string[] };
  /** Size of a part of a file's text, in bytes. */
  readonly partBytes: number;
}

/** Settings of `score-batch`. */
export interface ScoreBatchSettings {
  readonly batchName: string;
}

/** Settings of `finish-batch`. */
export interface FinishBatchSettings {
  readonly batchName: string;
  readonly metricNamespace: string;
}

/** Request to `plan-batch` and `finish-batch`. */
export interface BatchRunRequest {
  /** Name of the run: one that has been planned goes on as it was planned. */
  readonly run: string;
}

/** Answer of `plan-batch`. */
export interface PlannedBatch {
  readonly run: string;
  readonly modelVersion: string;
  readonly partsKey: string;
  readonly parts: number;
  readonly rows: number;
}

/** Request to `score-batch`: an item of the list of parts. */
export type ScoreBatchRequest = BatchPart;

/** Answer of `score-batch`: small, since the workflow keeps one for each part. */
export interface ScoredPart {
  readonly rows: number;
  readonly failedRows: number;
}

/** Answer of `finish-batch`. */
export interface FinishedBatch {
  readonly run: string;
  readonly modelVersion: string;
  readonly manifestKey: string;
  readonly rows: number;
  readonly failedRows: number;
}
