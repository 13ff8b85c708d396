import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { ScoredRecord } from '../../../contracts/scored-record';
import { hashOf } from './hash-of';
import { sendInBatches } from './send-in-batches';
import type { Sent, StreamOutput } from './stream-output';

/**
 * What a stream takes in a call, by its default limits; partition keys count as well.
 *
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
 */
const LIMITS = { entries: 500, bytes: 5 << 20, entryBytes: 1 << 20, bytesBeside: 256 };
const LONGEST_PARTITION_KEY = 256;

/** A record for each record, which goes to the shard of its key. */
export class KinesisOutput implements StreamOutput {
  private readonly sdk: typeof import('@aws-sdk/client-kinesis');
  private readonly client: KinesisClient;

  constructor(private readonly streamArn: string) {
    // Loaded here, for other outputs need none, and would start later for it.
    this.sdk = require('@aws-sdk/client-kinesis');
    this.client = new this.sdk.KinesisClient();
  }

  send(records: readonly ScoredRecord[]): Promise<Sent> {
    const entries = records.map((record) => ({ id: record.id, content: JSON.stringify(record), record }));
    return sendInBatches(entries, LIMITS, this.streamArn, async (batch) => {
      const { Records = [] } = await this.client.send(
        new this.sdk.PutRecordsCommand({
          StreamARN: this.streamArn,
          Records: batch.map(({ content, record: { key } }) => ({
            Data: Buffer.from(content),
            PartitionKey: key !== '' && key.length <= LONGEST_PARTITION_KEY ? key : hashOf(key),
          })),
        }),
      );
      return new Map(
        Records.flatMap(({ ErrorCode, ErrorMessage }, place): [number, string][] =>
          ErrorCode ? [[place, `${ErrorCode}: ${ErrorMessage}`]] : [],
        ),
      );
    });
  }
}
