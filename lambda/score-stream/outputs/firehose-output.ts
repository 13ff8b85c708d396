import type { FirehoseClient } from '@aws-sdk/client-firehose';
import type { ScoredRecord } from '../../../contracts/scored-record';
import { sendInBatches } from './send-in-batches';
import type { Sent, StreamOutput } from './stream-output';

/**
 * What a delivery stream takes in a call: "up to 500 records", "a limit of 4 MB for the entire request", and,
 * by the service model, 1,024,000 bytes a record.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html
 */
const LIMITS = { entries: 500, bytes: 4_000_000, entryBytes: 1_024_000 };

/** A line of JSON for each record. */
export class FirehoseOutput implements StreamOutput {
  private readonly sdk: typeof import('@aws-sdk/client-firehose');
  private readonly client: FirehoseClient;

  constructor(private readonly deliveryStreamName: string) {
    // Loaded here, for other outputs need none, and would start later for it.
    this.sdk = require('@aws-sdk/client-firehose');
    this.client = new this.sdk.FirehoseClient();
  }

  send(records: readonly ScoredRecord[]): Promise<Sent> {
    const DeliveryStreamName = this.deliveryStreamName;
    const entries = records.map((record) => ({ id: record.id, content: `${JSON.stringify(record)}\n` }));
    return sendInBatches(entries, LIMITS, `the delivery stream ${DeliveryStreamName}`, async (batch) => {
      const { RequestResponses = [] } = await this.client.send(
        new this.sdk.PutRecordBatchCommand({
          DeliveryStreamName,
          Records: batch.map(({ content }) => ({ Data: Buffer.from(content) })),
        }),
      );
      return new Map(
        RequestResponses.flatMap(({ ErrorCode, ErrorMessage }, place): [number, string][] =>
          ErrorCode ? [[place, `${ErrorCode}: ${ErrorMessage}`]] : [],
        ),
      );
    });
  }
}
