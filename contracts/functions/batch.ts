import type { BatchContainer, BatchEngineKind, BatchOutputSettings, BatchPart } from '../batch';

/** Settings of `plan-batch`. */
export interface PlanBatchSettings {
  readonly batchName: string;
  /** Name of the SSM parameter that holds the routing document. */
  readonly routingParameter: string;
  readonly input: { readonly bucket: string; readonly prefix: string };
  readonly output: BatchOutputSettings;
  readonly engine: BatchEngineKind;
  /** Size of a part of a file's text, in bytes. */
  readonly partBytes: number;
  /** What the job runs on; left out if the engine has none. */
  readonly instances?: BatchInstances | undefined;
}

/** Instances of a job. */
export interface BatchInstances {
  /** Such as `ml.m5.large`, or a worker of Spark: `emr-serverless.4vcpu-16gb` or `glue.G.1X`. */
  readonly type: string;
  readonly count: number;
}

/** Settings of `score-batch`, `prepare-batch` and `join-batch`. */
export interface BatchPartSettings {
  readonly batchName: string;
}

/** Settings of `finish-batch`. */
export interface FinishBatchSettings {
  readonly batchName: string;
  readonly metricNamespace: string;
}

/** Request to `plan-batch`. */
export interface PlanBatchRequest {
  /** Input of the workflow's execution. */
  readonly input: BatchRunInput;
  /** Name of the workflow's execution: each has jobs of its own. */
  readonly execution: string;
  /** Whether to report only what a run would do: nothing is written. */
  readonly dryRun?: boolean | undefined;
}

/** What says which run an execution is of, and what that scores; the first of them that is there. */
export interface BatchRunInput {
  /** Name of the run, which is new or goes on. */
  readonly run?: string | undefined;
  /** A version of an object that was uploaded: the run scores it alone. */
  readonly file?: { readonly key: string; readonly versionId: string } | undefined;
  /** When the run was due. */
  readonly time?: string | undefined;
}

/** Request to `finish-batch`. */
export interface BatchRunRequest {
  /** Name of the run: one that has been planned goes on as it was planned. */
  readonly run: string;
}

/** Answer of `plan-batch`. */
export interface PlannedBatch {
  readonly run: string;
  readonly modelVersion: string;
  readonly partsKey: string;
  readonly engine: BatchEngineKind;
  readonly files: number;
  /** Size of the files, packed as they are. */
  readonly bytes: number;
  /** 0 if the file of the run is not to be scored. */
  readonly parts: number;
  readonly rows: number;
  /** What the job runs on; null if the engine has none. */
  readonly instances: BatchInstances | null;
  /** Only of batch transform. */
  readonly container: BatchContainer | null;
  /** A name that no other execution has, for the job and for its model. */
  readonly jobName: string;
}

/** Request to `score-batch`, `prepare-batch` and `join-batch`: an item of the list of parts. */
export type BatchPartRequest = BatchPart;

/** Answer of `prepare-batch`. */
export interface PreparedPart {
  /** Rows that the container gets. */
  readonly rows: number;
}

/** Answer of `score-batch` and `join-batch`: small, since the workflow keeps one for each part. */
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

/** Where rows of the output go, and how. */
export type BatchSinkSettings = {
  /** Name of the sink within its batch. */
  readonly name: string;
} & (DynamoDbSinkSettings | SqsSinkSettings | WebhookSinkSettings | DataApiSinkSettings);

/** An item for each key. */
export interface DynamoDbSinkSettings {
  readonly kind: 'dynamoDb';
  readonly tableName: string;
  /** Column of the output whose value is the item's key. */
  readonly keyColumn: string;
  /** Partition key of the table. */
  readonly keyAttribute: string;
  readonly keyType: 'S' | 'N';
}

/** A message for each row. */
export interface SqsSinkSettings {
  readonly kind: 'sqs';
  readonly queueUrl: string;
}

/** A request for some rows. */
export interface WebhookSinkSettings {
  readonly kind: 'webhook';
  /** Name of the secret with `url` and `signingSecret`. */
  readonly secretName: string;
  readonly rowsPerRequest: number;
}

/** A row of a table for each key. */
export interface DataApiSinkSettings {
  readonly kind: 'dataApi';
  readonly clusterArn: string;
  /** The secret with the user's name and password. */
  readonly secretArn: string;
  readonly database: string;
  /** With its schema, if it is named: `scores` or `churn.scores`. */
  readonly table: string;
  /** Column of the output, and of the table, whose value is the row's key. */
  readonly keyColumn: string;
}

/** Settings of `deliver-batch`. */
export interface DeliverBatchSettings {
  readonly batchName: string;
  readonly sinks: readonly BatchSinkSettings[];
}

/** Request to `deliver-batch`. */
export interface DeliverBatchRequest {
  readonly run: string;
  /** Name of the sink. */
  readonly sink: string;
  /** Place of the part in the manifest, from 0. */
  readonly part: number;
}

/** Answer of `deliver-batch`. */
export interface DeliveredPart {
  /** Rows that the sink has taken. */
  readonly rows: number;
  readonly refusedRows: number;
}

/** Settings of `finish-delivery`. */
export interface FinishDeliverySettings {
  readonly batchName: string;
  readonly metricNamespace: string;
  /** Names of the sinks. */
  readonly sinks: readonly string[];
}

/** Answer of `finish-delivery`: that of `finish-batch`, and what became of the rows in each sink. */
export interface FinishedDelivery extends FinishedBatch {
  readonly sinks: Readonly<Record<string, DeliveredPart>>;
}
