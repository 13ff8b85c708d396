import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { ScoredRecord } from '../../contracts/scored-record';
import { sendInBatches } from './send-in-batches';
import type { StreamOutput } from './stream-output';

/**
 * What EventBridge takes in a call; of an entry, source and detail type count as well.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 */
const LIMITS = { entries: 10, bytes: 256 * 1024, bytesBeside: 100 };

/** Not that of the pipeline's own events, which rules without types match. */
const SOURCE = 'model-pipeline.stream';
/** Type of the event for each record. */
const RECORD_SCORED = 'RecordScored';

/** An event for each record. */
export class EventBusOutput implements StreamOutput {
  constructor(
    private readonly client: EventBridgeClient,
    private readonly busName: string,
  ) {}

  send(records: readonly ScoredRecord[]): Promise<ReadonlySet<string>> {
    const entries = records.map((record) => ({ id: record.id, content: JSON.stringify(record), record }));
    return sendInBatches(entries, LIMITS, `the event bus ${this.busName}`, async (batch) => {
      const { Entries = [] } = await this.client.send(
        new PutEventsCommand({
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
