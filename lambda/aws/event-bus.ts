import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE, type PipelineEvent, publishedDetail } from '../domain/records/events';
import { logger } from './logger';

/** The account's default event bus, which notifies other systems. */
export class EventBus {
  constructor(
    private readonly client: EventBridgeClient,
    private readonly pipelineName: string,
  ) {}

  /**
   * @param time when it happened
   * @throws Error if EventBridge does not take it
   */
  async publish(event: PipelineEvent, time: Date): Promise<void> {
    const { FailedEntryCount, Entries } = await this.client.send(
      new PutEventsCommand({
        Entries: [
          {
            Source: EVENT_SOURCE,
            DetailType: event.type,
            Detail: JSON.stringify(publishedDetail(event, this.pipelineName)),
            Time: time,
          },
        ],
      }),
    );
    // EventBridge refuses single events in a successful answer.
    if (FailedEntryCount) {
      const { ErrorCode, ErrorMessage } = Entries?.[0] ?? {};
      throw new Error(`event '${event.type}' was refused: ${ErrorCode}: ${ErrorMessage}`);
    }
  }

  /** As {@link publish}, for news without which everything goes on: a failure is only logged. */
  async tryPublish(event: PipelineEvent, time: Date): Promise<void> {
    await this.publish(event, time).catch((error: Error) => {
      logger.error(`the event '${event.type}' could not be published`, error);
    });
  }
}
