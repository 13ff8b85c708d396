import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { ScoredRecord } from '../../../contracts/scored-record';
import { sendInBatches } from './send-in-batches';
import type { Sent, StreamOutput } from './stream-output';

/**
 * What EventBridge takes in a call, all entries together; source, detail type and time count as well.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 */
const LIMITS = { entries: 10, bytes: 1 << 20, entryBytes: 1 << 20, bytesBeside: 100 };

/** Not that of the pipeline's own events, which rules without types match. */
const SOURCE = 'model-pipeline.stream';
/** Type of the event for each record. */
const RECORD_SCORED = 'RecordScored';

/** An event for each record. */
export class EventBusOutput implements StreamOutput {
  private readonly sdk: typeof import('@aws-sdk/client-eventbridge');
  private readonly client: EventBridgeClient;

  constructor(private readonly busName: string) {
    // Loaded here, for other outputs need none, and would start later for it.
    this.sdk = require('@aws-sdk/client-eventbridge');
    this.client = new this.sdk.EventBridgeClient();
  }

  send(records: readonly ScoredRecord[]): Promise<Sent> {
    const entries = records.map((record) => ({ id: record.id, content: JSON.stringify(record), record }));
    return sendInBatches(entries, LIMITS, `the event bus ${this.busName}`, async (batch) => {
      const { Entries = [] } = await this.client.send(
        new this.sdk.PutEventsCommand({
          Entries: batch.map(({ content, record }) => ({
            EventBusName: this.busName,
            Source: SOURCE,
            DetailType: RECORD_SCORED,
            Detail: content,
            Time: new Date(record.time),
          })),
        }),
      );
      return new Map(
        Entries.flatMap(({ ErrorCode, ErrorMessage }, place): [number, string][] =>
          ErrorCode ? [[place, `${ErrorCode}: ${ErrorMessage}`]] : [],
        ),
      );
    });
  }
}
