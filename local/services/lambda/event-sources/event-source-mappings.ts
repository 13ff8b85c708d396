import type * as sdk from '@aws-sdk/client-lambda';
import { NotImplementedError } from '../../../gateway/aws-error';
import type { Cloud } from '../../../gateway/service';
import { DynamoDbReader } from './dynamodb-reader';
import type { EventSource, MappingHandling } from './event-source';
import type { EventSourceMapping } from './event-source-mapping';
import { KafkaSource } from './kafka-source';
import { KinesisReader } from './kinesis-reader';
import { Polling } from './polling';
import { QueueSource } from './queue-source';
import { StreamSource } from './stream-source';

/** Mappings in force: each is polled until it is changed, disabled or deleted. */
export class EventSourceMappings {
  readonly all: Map<string, EventSourceMapping>;
  private readonly sources: readonly EventSource[];
  private readonly polls = new Map<string, { readonly polling: Polling; readonly end: Promise<void> }>();
  private isStopped = false;

  constructor(
    private readonly cloud: Cloud,
    handling: MappingHandling,
  ) {
    this.all = cloud.table('lambda/event-source-mappings');
    this.sources = [
      new QueueSource(cloud, handling),
      new StreamSource(cloud, handling, new KinesisReader(cloud)),
      new StreamSource(cloud, handling, new DynamoDbReader(cloud)),
      new KafkaSource(cloud, handling),
    ];
  }

  /** Resumes those restored from a data folder. */
  start(): void {
    for (const mapping of this.all.values()) this.poll(mapping);
  }

  /** Resolves when consumers have left their brokers, and calls in progress have ended. */
  async stop(): Promise<void> {
    this.isStopped = true;
    for (const { polling } of this.polls.values()) polling.stop();
    await Promise.all([...this.polls.values()].map(({ end }) => end));
  }

  add(mapping: EventSourceMapping): void {
    this.all.set(mapping.uuid, mapping);
    this.sourceOf(mapping).begin?.(mapping);
    this.poll(mapping);
  }

  /** Goes on with the settings that a mapping has now. */
  restart(mapping: EventSourceMapping): void {
    this.polls.get(mapping.uuid)?.polling.stop();
    this.poll(mapping);
  }

  delete(mapping: EventSourceMapping): void {
    this.all.delete(mapping.uuid);
    this.polls.get(mapping.uuid)?.polling.stop();
    this.sourceOf(mapping).forget?.(mapping);
  }

  /** @throws NotImplementedError */
  sourceOf({ sourceArn, kafka }: Pick<EventSourceMapping, 'sourceArn' | 'kafka'>): EventSource {
    const service = kafka ? 'kafka' : sourceArn.split(':')[2];
    const source = this.sources.find((one) => one.service === service);
    // MSK's clusters have ARNs of this service, too.
    if (source && (service !== 'kafka' || kafka)) return source;
    throw new NotImplementedError(
      `event sources other than SQS queues, Kinesis and DynamoDB streams and self-managed Apache Kafka (${sourceArn})`,
    );
  }

  /** A mapping as AWS describes it. */
  describe(
    mapping: EventSourceMapping,
    functionArn: string,
    state = mapping.settings.enabled ? 'Enabled' : 'Disabled',
  ): sdk.EventSourceMappingConfiguration {
    const { uuid, settings } = mapping;
    return {
      UUID: uuid,
      EventSourceMappingArn: this.cloud.arn('lambda', `event-source-mapping:${uuid}`),
      BatchSize: settings.batchSize,
      MaximumBatchingWindowInSeconds: settings.windowSeconds,
      EventSourceArn: mapping.sourceArn || undefined,
      FunctionArn: functionArn,
      LastModified: mapping.modified,
      LastProcessingResult: mapping.lastResult,
      State: state,
      FunctionResponseTypes: settings.reportsItemFailures ? ['ReportBatchItemFailures'] : [],
      ...(settings.filters.length > 0 && {
        FilterCriteria: { Filters: settings.filters.map((Pattern) => ({ Pattern })) },
      }),
      ...this.sourceOf(mapping).describe(mapping),
    };
  }

  /** Polls a source once the polling before has ended. */
  private poll(mapping: EventSourceMapping): void {
    const { uuid } = mapping;
    const before = this.polls.get(uuid);
    if (this.isStopped || !mapping.settings.enabled) return;
    const polling = new Polling(this.cloud.clock);
    const run = async () => {
      await before?.end;
      await this.sourceOf(mapping).poll(mapping, polling);
    };
    const end = run().catch((error: Error) =>
      this.cloud.log(`lambda: event source mapping ${uuid}: ${error.stack}`),
    );
    const poll = { polling, end };
    this.polls.set(uuid, poll);
    end.then(() => {
      if (this.polls.get(uuid) === poll) this.polls.delete(uuid);
    });
  }
}
