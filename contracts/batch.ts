import type { ObjectLocation } from './object-location';
import type { PinnedObject } from './pinned-artifacts';

/** What scores the parts of a run. */
export type BatchEngineKind = 'lambda' | 'transform' | 'spark';

/** How rows of texts are written. */
export type BatchFormat = 'csv' | 'jsonl';

/** How the output is written. */
export type BatchOutputFormat = BatchFormat | 'parquet';

/** How files of the output are packed as a whole; Parquet packs its pages itself. */
export type BatchCompression = 'gzip';

/** How a run writes rows. */
export interface BatchOutputSettings {
  readonly format: BatchOutputFormat;
  /** Columns of the input that each row of the output repeats. */
  readonly columns: readonly string[];
  /** Left out if files are not packed. */
  readonly compression?: BatchCompression | undefined;
}

/** What a run reads and writes: `batch/<name>/<run>/plan.json`, written once. */
export interface BatchPlan {
  readonly version: 1;
  /** Name of the pipeline; left out of plans that earlier packages wrote. */
  readonly pipeline?: string | undefined;
  readonly batch: string;
  readonly run: string;
  /** When the run was planned, ISO 8601 in UTC. */
  readonly plannedAt: string;
  /** The champion of that moment, which scores all rows whatever is released meanwhile. */
  readonly modelVersion: string;
  /** Entry of the ledger that put it into production; left out if it is not known. */
  readonly ledgerSequence?: number | undefined;
  readonly engine: BatchEngineKind;
  /** Only of batch transform: the container in which the version scores. */
  readonly container?: BatchContainer | undefined;
  /** The model's columns in their order. */
  readonly features: readonly string[];
  readonly input: readonly BatchInputFile[];
  readonly output: BatchOutputSettings;
  /** Key of the list of parts. */
  readonly partsKey: string;
  readonly parts: number;
  readonly rows: number;
}

/**
 * How a Spark job scores with a version: `batch/<name>/<run>/scoring-<version>.json`, written once, beside
 * `model-<version>.onnx`. `lib/batch/engines/spark/score_parts.py` reads it.
 */
export interface BatchScoring {
  readonly version: 1;
  /** The graph's inputs; `type` is that of a tensor's elements, and `shape` that of a row. */
  readonly inputs: readonly {
    readonly name: string;
    readonly type: string;
    readonly shape: readonly number[];
    readonly width: number;
  }[];
  /** For each cell of a row the input that it fills, from element `at` on. */
  readonly columns: readonly { readonly input: string; readonly at: number; readonly width: number }[];
  readonly isSingleRow: boolean;
  /**
   * Outputs that hold the scores: one with all of them, or one for each class; none if the graph has only
   * labels.
   */
  readonly scores: readonly string[];
  /** The output that names the class of a row; left out if it is not needed. */
  readonly label?: string | undefined;
  /** Further outputs, whose numbers must be finite. */
  readonly others: readonly string[];
}

/** The container of a model, as `CreateModel` takes it. */
export interface BatchContainer {
  readonly Image: string;
  readonly ModelDataUrl: string;
  readonly Environment: Readonly<Record<string, string>>;
  /** Whether it has no network. */
  readonly isIsolated: boolean;
}

/** One object of the input, pinned by its S3 version. */
export interface BatchInputFile extends ObjectLocation {
  readonly versionId: string;
  readonly etag: string;
  /** Size of the object. */
  readonly bytes: number;
  readonly rows: number;
  /** Names of its columns in their order; none of JSON lines, whose rows name them. */
  readonly columns: readonly string[];
}

/** Rows that follow each other in one file of the input: an item of the list of parts. */
export interface BatchPart {
  readonly run: string;
  /** Place in the list, from 0. */
  readonly part: number;
  /** Place of its file in the plan's input, from 0. */
  readonly file: number;
  /** First byte of the file's text once unpacked; of Parquet its first row, from 0. */
  readonly from: number;
  /** First byte, or row, after it. */
  readonly to: number;
  /** Lines of the file before it, or rows. */
  readonly linesBefore: number;
  readonly rows: number;
}

/** What became of a part: `batch/<name>/<run>/results/<part>.json`, written once. */
export interface BatchPartResult {
  readonly version: 1;
  readonly part: number;
  /** Rows with a prediction. */
  readonly rows: number;
  /** Rows without one; `errors` has them all. */
  readonly failedRows: number;
  /**
   * Time of the function that has scored it, by its memory; left out of parts that earlier packages scored.
   */
  readonly gigabyteSeconds?: number | undefined;
  readonly output: BatchObject;
  /** Left out if no row failed. */
  readonly errors?: BatchObject | undefined;
  /** Key of the profile of its rows; left out if the version has no baseline. */
  readonly profileKey?: string | undefined;
}

/** An object that a run has written. */
export interface BatchObject extends PinnedObject {
  readonly key: string;
}

/** What a run has made: `batch/<name>/<run>/manifest.json`, written once when no row is missing. */
export interface BatchManifest {
  readonly version: 1;
  readonly batch: string;
  readonly run: string;
  /** When the run was planned and finished, ISO 8601 in UTC. */
  readonly plannedAt: string;
  readonly finishedAt: string;
  readonly modelVersion: string;
  /** Entry of the ledger that put the version into production; left out if it is not known. */
  readonly ledgerSequence?: number | undefined;
  readonly engine: BatchEngineKind;
  readonly input: readonly BatchInputFile[];
  readonly format: BatchOutputFormat;
  /** Rows with a prediction. */
  readonly rows: number;
  readonly failedRows: number;
  /** Time of the functions that have scored the parts, by their memory. */
  readonly gigabyteSeconds?: number | undefined;
  /** The files of the output, in the order of the input's rows. */
  readonly parts: readonly BatchManifestPart[];
  /** How far the input has drifted from the version's baseline; left out if the version has none. */
  readonly drift?:
    | {
        readonly status: 'drift' | 'stable' | 'insufficient-rows';
        /** Names of the features that drifted, the farthest first. */
        readonly drifted: readonly string[];
      }
    | undefined;
}

/** A file of the output, and that of its failed rows. */
export interface BatchManifestPart extends BatchObject {
  readonly rows: number;
  readonly failedRows: number;
  readonly errors?: BatchObject | undefined;
}

/**
 * What became of the rows of a part in a sink: `batch/<name>/<run>/delivered/<sink>/<part>.json`, written
 * once.
 */
export interface BatchDelivery {
  readonly version: 1;
  readonly sink: string;
  readonly part: number;
  /** Rows that the sink has taken. */
  readonly rows: number;
  readonly refusedRows: number;
  /** JSON lines of the rows that the sink refuses, each with its reason; left out if it takes all. */
  readonly refused?: BatchObject | undefined;
}
