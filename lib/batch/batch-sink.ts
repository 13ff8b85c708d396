import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IDatabaseCluster } from 'aws-cdk-lib/aws-rds';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { BatchSinkWriter } from './batch-sink-writer';
import { DataApiWriter } from './sinks/data-api-writer';
import { DynamoDbWriter } from './sinks/dynamodb-writer';
import { SqsWriter } from './sinks/sqs-writer';
import { WebhookWriter } from './sinks/webhook-writer';

export interface DynamoDbSinkOptions {
  /** Column of the output whose value is the key of the item: one of `columns` of the batch's output. */
  readonly keyColumn: string;

  /**
   * Partition key of the table, which has no sort key.
   * @default - `keyColumn`
   */
  readonly partitionKey?: string;

  /**
   * Whether the partition key is a number.
   * @default false, it is a string
   */
  readonly numericKey?: boolean;

  /**
   * Name of the sink, part of keys of what was refused: 1 to 40 lower-case letters, digits and inner hyphens.
   * @default 'dynamodb'
   */
  readonly sinkName?: string;
}

export interface SqsSinkOptions {
  /**
   * Name of the sink, part of keys of what was refused: 1 to 40 lower-case letters, digits and inner hyphens.
   * @default 'sqs'
   */
  readonly sinkName?: string;
}

export interface WebhookSinkOptions {
  /**
   * Rows of a request, 1 to 1,000.
   * @default 100
   */
  readonly rowsPerRequest?: number;

  /**
   * Name of the sink, part of keys of what was refused: 1 to 40 lower-case letters, digits and inner hyphens.
   * @default 'webhook'
   */
  readonly sinkName?: string;
}

export interface AuroraDataApiSinkOptions {
  /** The user's name and password, which the Data API reads. */
  readonly secret: ISecret;

  /** Name of the database. */
  readonly database: string;

  /** Name of the table, with its schema if it is not that of the user: `scores` or `churn.scores`. */
  readonly table: string;

  /**
   * Column of the output and of the table whose value is the key of a row: one of `columns` of the batch's
   * output.
   */
  readonly keyColumn: string;

  /**
   * Name of the sink, part of keys of what was refused: 1 to 40 lower-case letters, digits and inner hyphens.
   * @default 'aurora'
   */
  readonly sinkName?: string;
}

/**
 * Where the rows of a finished run go, beside the files in S3. Each row is taken, or refused for good and
 * kept below `batch/<name>/<run>/refused/<sink>/` with the reason. While a sink cannot take rows, the run
 * tries again for three hours; a run that failed delivers the rest when it is started again by its name.
 */
export class BatchSink {
  /**
   * An item of a DynamoDB table for each key, **once by key**: an item is that of the last row of the last
   * run, however often rows come. Items have the fields of a row, `run`, `plannedAt` and `place`. An item
   * that no batch has written stays as it is, and its row is refused.
   */
  static dynamoDb(table: ITable, options: DynamoDbSinkOptions): BatchSink {
    return new BatchSink(new DynamoDbWriter(table, options));
  }

  /**
   * A message of an SQS queue for each row, **at least once**: a consumer that must not take a row twice
   * drops those whose `id` it knows. It has `id`, `batch`, `run`, `plannedAt` and `row`. The queue is a
   * standard one.
   */
  static sqs(queue: IQueue, options: SqsSinkOptions = {}): BatchSink {
    return new BatchSink(new SqsWriter(queue, options));
  }

  /**
   * Requests with some rows each to an HTTPS endpoint, **at least once**, and once if the receiver keeps the
   * `webhook-id` of requests. They are signed as Standard Webhooks says. The secret is JSON with `url` and
   * `signingSecret`, which is `whsec_` and a key in base64.
   */
  static webhook(secret: ISecret, options: WebhookSinkOptions = {}): BatchSink {
    return new BatchSink(new WebhookWriter(secret, options));
  }

  /**
   * A row of a table of Aurora PostgreSQL for each key by the RDS Data API, **once by key**: a row is that of
   * the last row of the last run, however often rows come. The table has the columns of the guide, and the
   * key is unique. The cluster has the Data API enabled, and the function needs no VPC.
   */
  static auroraDataApi(cluster: IDatabaseCluster, options: AuroraDataApiSinkOptions): BatchSink {
    return new BatchSink(new DataApiWriter(cluster, options));
  }

  private constructor(private readonly writer: BatchSinkWriter) {}

  /** @internal */
  public get _writer(): BatchSinkWriter {
    return this.writer;
  }
}
