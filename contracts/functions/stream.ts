import type { RoutingSettings } from './serving';

/** Where scored records go. */
export type StreamOutputSettings =
  | { readonly kind: 'sqs'; readonly queueUrl: string; readonly isFifo: boolean }
  | { readonly kind: 'kinesis'; readonly streamArn: string }
  | { readonly kind: 'eventBridge'; readonly busName: string }
  | { readonly kind: 'dynamoDb'; readonly tableName: string }
  | { readonly kind: 'firehose'; readonly deliveryStreamName: string };

/** What runs the model. */
export type StreamScorerSettings =
  /** The function itself. */
  | { readonly kind: 'function'; readonly capturePercentage: number }
  | {
      readonly kind: 'endpoint';
      readonly endpointName: string;
      readonly contentType: 'text/csv' | 'application/json';
      /** Whether requests name their variant, as those to an endpoint with instances do. */
      readonly hasVariants: boolean;
    };

/** Settings of `score-stream`. */
export interface ScoreStreamSettings {
  /** Name of the stream inference. */
  readonly streamName: string;
  /** Where the function finds which version answers. */
  readonly routing: RoutingSettings;
  readonly output: StreamOutputSettings;
  /** Field of records with their key. @default - the key by which the source orders records */
  readonly keyField?: string | undefined;
  /** Fields of records that the model does not take: they go to the output as they are. */
  readonly carriedFields: readonly string[];
  /** URL of the queue of records that cannot be scored. */
  readonly deadLetterQueueUrl: string;
  /**
   * Whether Lambda reads in the answer which records are to be delivered again; otherwise the function fails
   * for them.
   */
  readonly reportsItemFailures: boolean;
  readonly scorer: StreamScorerSettings;
  readonly metricNamespace: string;
}
